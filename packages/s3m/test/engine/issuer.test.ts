import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { createIssuer, type Issuer } from '../../src/engine/issuer.ts';
import { EngineFailure } from '../../src/engine/problem.ts';

const startMs = Date.parse('2026-04-01T12:00:00Z');
const start = startMs / 1000;

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 's3m-issuer-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(stateDirectory: string, clock = new VirtualClock(startMs)): Promise<Issuer> {
  return createIssuer({ endpoint: { url: 'http://127.0.0.1:4566', route: () => {} }, stateDirectory, clock });
}

suite('tokens of the issuer', () => {
  test('an access token carries what RFC 9068 asks for, by the clock given', async (t) => {
    const clock = new VirtualClock(startMs);
    const issuer = await open(temporaryFolder(t), clock);
    await clock.advance(90_500);
    const token = await issuer.token({ subject: 'alice', audience: 's3m-local' });
    const { jti, ...claims } = decodeJwt(token);
    assert.deepEqual(claims, {
      iss: 'http://127.0.0.1:4566/_s3m/issuer',
      sub: 'alice',
      aud: 's3m-local',
      iat: start + 90,
      exp: start + 90 + 3600,
      client_id: 's3m',
      token_use: 'access',
    });
    assert.match(jti ?? '', /^[0-9a-f-]{36}$/);
    const { kid, ...header } = decodeProtectedHeader(token);
    assert.deepEqual(header, { alg: 'RS256', typ: 'at+jwt' });
    assert.ok(kid);
  });

  test('two tokens never have one jti', async (t) => {
    const issuer = await open(temporaryFolder(t));
    const [one, other] = await Promise.all([1, 2].map(() => issuer.token({ subject: 'a', audience: 'b' })));
    assert.notEqual(decodeJwt(one!).jti, decodeJwt(other!).jti);
  });

  test('an expired token has had its lifetime an hour ago', async (t) => {
    const issuer = await open(temporaryFolder(t));
    const { iat, exp } = decodeJwt(await issuer.token({ subject: 'a', audience: 'b', expired: true, lifetimeSeconds: 60 }));
    assert.deepEqual([iat, exp], [start - 3660, start - 3600]);
  });

  test('own claims stand over those that are there by themselves', async (t) => {
    const issuer = await open(temporaryFolder(t));
    const claims = decodeJwt(
      await issuer.token({ subject: 'a', audience: 'b', claims: { aud: 'other', team: ['x'], nbf: 5, token_use: 'id' } }),
    );
    assert.deepEqual([claims.aud, claims['team'], claims.nbf, claims['token_use'], claims.sub], ['other', ['x'], 5, 'id', 'a']);
  });

  for (const lifetimeSeconds of [0, -1, Number.NaN, Infinity]) {
    test(`a lifetime of ${lifetimeSeconds} seconds is refused`, async (t) => {
      const issuer = await open(temporaryFolder(t));
      await assert.rejects(issuer.token({ subject: 'a', audience: 'b', lifetimeSeconds }), RangeError);
    });
  }

  test('a hand-made token is signed with the secret, and with nothing of the issuer', async (t) => {
    const issuer = await open(temporaryFolder(t));
    const token = await issuer.hs256Token({
      secret: 'your-256-bit-secret',
      subject: 'alice',
      audience: 'api',
      claims: { role: 'Administrator' },
    });
    assert.deepEqual(decodeProtectedHeader(token), { alg: 'HS256', typ: 'JWT' });
    const key = new TextEncoder().encode('your-256-bit-secret');
    const { payload } = await jwtVerify(token, key, { currentDate: new Date(startMs), issuer: issuer.url, audience: 'api' });
    assert.deepEqual([payload.sub, payload['role']], ['alice', 'Administrator']);
    await assert.rejects(jwtVerify(token, new TextEncoder().encode('another secret'), { currentDate: new Date(startMs) }));
  });

  test('an empty secret is refused', async (t) => {
    const issuer = await open(temporaryFolder(t));
    await assert.rejects(issuer.hs256Token({ secret: '', subject: 'a', audience: 'b' }), /secret/);
  });
});

suite('key of the issuer', () => {
  test('it is kept for its owner alone, and is the same after a restart', async (t) => {
    const folder = temporaryFolder(t);
    const first = await (await open(folder)).token({ subject: 'a', audience: 'b' });
    const file = join(folder, 'issuer-key.json');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['issuer-key.json']);
    const before = readFileSync(file, 'utf8');
    const second = await (await open(folder)).token({ subject: 'a', audience: 'b' });
    assert.equal(readFileSync(file, 'utf8'), before);
    assert.equal(decodeProtectedHeader(first).kid, decodeProtectedHeader(second).kid);
  });

  test('two projects have two keys', async (t) => {
    const [one, other] = await Promise.all([1, 2].map(async () => (await open(temporaryFolder(t))).token({ subject: 'a', audience: 'b' })));
    assert.notEqual(decodeProtectedHeader(one!).kid, decodeProtectedHeader(other!).kid);
  });

  test('a file that others could read is closed to them', async (t) => {
    const folder = temporaryFolder(t);
    await open(folder);
    const file = join(folder, 'issuer-key.json');
    chmodSync(file, 0o644);
    await open(folder);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  for (const [what, content] of [
    ['no JSON', '{'],
    ['null', 'null'],
    ['a public key only', '{"kty":"RSA","n":"AQAB","e":"AQAB"}'],
    ['a secret', '{"kty":"oct","k":"AQAB"}'],
  ]) {
    test(`a damaged file (${what}) is an error with the way out, and is not overwritten`, async (t) => {
      const folder = temporaryFolder(t);
      const file = join(folder, 'issuer-key.json');
      writeFileSync(file, content!);
      await assert.rejects(open(folder), (error: unknown) => {
        assert.ok(error instanceof EngineFailure);
        assert.match(error.message, /issuer-key\.json/);
        assert.match(error.problems[0]?.fix ?? '', /Delete the file/);
        return true;
      });
      assert.equal(readFileSync(file, 'utf8'), content);
    });
  }
});
