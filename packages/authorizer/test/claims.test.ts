import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkClaims, type ClaimRules } from '../src/claims.ts';
import { Unauthorized } from '../src/unauthorized.ts';

const now = 1_800_000_000;
const rules: ClaimRules = {
  issuer: 'https://issuer.example',
  audience: 'weather',
  audienceClaim: 'aud',
  tokenUse: 'access',
  clockSkew: 30,
};
const good = { iss: 'https://issuer.example', aud: 'weather', sub: 'ada', iat: now - 10, nbf: now - 10, exp: now + 600, scope: 'x' };

function refused(claims: Readonly<Record<string, unknown>>, changed: Partial<ClaimRules> = {}): string | undefined {
  try {
    checkClaims({ ...good, ...claims }, { ...rules, ...changed }, now);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Unauthorized);
    return error.reason;
  }
}

test("good claims come back, the issuer's own among them", () => {
  assert.deepEqual(checkClaims(good, rules, now), good);
  const { iat: _iat, nbf: _nbf, ...least } = good;
  assert.deepEqual(checkClaims(least, rules, now), least);
});

test('the issuer must be the same to the letter', () => {
  for (const iss of [
    undefined,
    '',
    'https://issuer.example/',
    'https://issuer.example.evil.example',
    'HTTPS://issuer.example',
    ['https://issuer.example'],
  ]) {
    assert.equal(refused({ iss }), 'issuer is another', String(iss));
  }
});

test('the audience must be ours, or name us among others', () => {
  for (const aud of [undefined, '', 'Weather', 'weather ', [], ['other'], [['weather']], { weather: 1 }])
    assert.equal(refused({ aud }), 'audience is another', JSON.stringify(aud));
  assert.equal(refused({ aud: ['other', 'weather'] }), undefined);
});

test('an access token of Amazon Cognito has its audience in client_id, and only when asked for', () => {
  const { aud: _aud, ...rest } = good;
  const cognito = { ...rest, client_id: 'weather', token_use: 'access' };
  assert.deepEqual(checkClaims(cognito, { ...rules, audienceClaim: 'client_id' }, now), cognito);
  assert.throws(() => checkClaims(cognito, rules, now), Unauthorized);
  assert.throws(() => checkClaims({ ...cognito, token_use: 'id' }, { ...rules, audienceClaim: 'client_id' }, now), Unauthorized);
  assert.throws(() => checkClaims({ ...rest, client_id: 'weather' }, { ...rules, audienceClaim: 'client_id' }, now), Unauthorized);
  assert.throws(() => checkClaims({ ...cognito, client_id: ['weather'] }, { ...rules, audienceClaim: 'client_id' }, now), Unauthorized);
});

test('an ID token is no access token', () => {
  for (const claims of [{ token_use: 'id' }, { token_use: 1 }, { nonce: 'n' }, { at_hash: 'x' }, { c_hash: 'x' }])
    assert.ok(refused(claims), JSON.stringify(claims));
  assert.equal(refused({ token_use: 'access' }), undefined);
  assert.equal(refused({ token_use: 'id', nonce: 'n' }, { tokenUse: 'id' }), undefined);
  assert.ok(refused({ token_use: 'access' }, { tokenUse: 'id' }));
});

test('the expiry must be there, a number, in the future and not forever', () => {
  for (const exp of [undefined, null, String(now + 600), '', -1, Number.NaN, 1e20, Number.POSITIVE_INFINITY, now - 30, 0, [now + 600]])
    assert.ok(refused({ exp }), String(exp));
});

test('clocks may differ by the skew and no more', () => {
  assert.equal(refused({ exp: now - 29 }), undefined);
  assert.equal(refused({ exp: now - 30 }), 'expired');
  for (const name of ['nbf', 'iat']) {
    assert.equal(refused({ [name]: now + 30 }), undefined);
    assert.equal(refused({ [name]: now + 31 }), `${name} is in the future`);
    for (const value of [null, String(now), -1, Number.NaN, {}]) assert.equal(refused({ [name]: value }), `${name} is not a time`);
  }
});

test('the subject must be 1 to 255 printable ASCII characters', () => {
  for (const sub of [
    undefined,
    '',
    ' ',
    ' ada',
    'ada ',
    'x\r\nX-Role: admin',
    'a\u0000b',
    'ädä',
    'x'.repeat(256),
    'x'.repeat(1_000_000),
    1,
    ['ada'],
  ])
    assert.ok(refused({ sub }), String(sub).slice(0, 20));
  for (const sub of ['a', '*', '../', 'auth0|1', 'Ada Lovelace', 'x'.repeat(255)]) assert.equal(refused({ sub }), undefined);
});
