import assert from 'node:assert/strict';
import { createHmac, createSign, KeyObject } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { CompactEncrypt, exportSPKI, FlattenedSign, SignJWT } from 'jose';
import { KeySet } from '../src/key-set.ts';
import { verifyToken, type VerifierRules } from '../src/token-verifier.ts';
import { Unauthorized } from '../src/unauthorized.ts';
import { audience, createKey, goodClaims, listen, sign, startIssuer, type LocalIssuer } from './local-issuer.ts';

type Verify = (authorization: string | undefined) => Promise<unknown>;

function verifierFor(issuer: LocalIssuer, more: Partial<VerifierRules> = {}): Verify {
  const keys = new KeySet({ issuer: issuer.url }, Date.now);
  const rules: VerifierRules = { issuer: issuer.url, audience, audienceClaim: 'aud', tokenUse: 'access', clockSkew: 30, keys, ...more };
  return (authorization) => verifyToken(authorization, rules, Date.now() / 1000);
}

async function start(context: TestContext): Promise<{ issuer: LocalIssuer; verify: Verify }> {
  const issuer = await startIssuer(context);
  return { issuer, verify: verifierFor(issuer) };
}

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token with any header and payload, as JSON text or as a value, signed by the issuer's own key. */
function mint(issuer: LocalIssuer, header: unknown, payload: unknown): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(KeyObject.from(issuer.key.privateKey), 'base64url')}`;
}

async function assertRefused(verify: Verify, authorization: string | undefined, name: string): Promise<void> {
  await assert.rejects(
    verify(authorization),
    (error) => error instanceof Unauthorized && !error.message.includes('eyJ'),
    `${name}: was not refused as unauthorized`,
  );
}

const goodHeader = { alg: 'RS256', typ: 'JWT', kid: 'key-1' };

test('a good token is taken, whichever of the three algorithms signed it', async (context) => {
  const { issuer, verify } = await start(context);
  const claims = goodClaims(issuer);
  assert.deepEqual(await verify(`Bearer ${await sign(claims, issuer.key)}`), claims);
  assert.deepEqual(await verify(`Bearer ${mint(issuer, goodHeader, claims)}`), claims);
  for (const algorithm of ['ES256', 'EdDSA']) {
    const key = await createKey(algorithm, algorithm);
    issuer.keys = [issuer.key.jwk, key.jwk];
    assert.deepEqual(await verifierFor(issuer)(`Bearer ${await sign(claims, key)}`), claims, algorithm);
  }
});

test('the type may be absent, JWT or at+jwt in any case, and nothing else', async (context) => {
  const { issuer, verify } = await start(context);
  for (const typ of [undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+jwt'])
    await verify(`Bearer ${mint(issuer, { ...goodHeader, typ }, goodClaims(issuer))}`);
  for (const typ of ['id_token', 'logout+jwt', 'dpop+jwt', '', null, ['JWT']]) {
    await assertRefused(verify, `Bearer ${mint(issuer, { ...goodHeader, typ }, goodClaims(issuer))}`, `typ ${String(typ)}`);
  }
});

test('no algorithm but those allowed, and none with a key of another kind', async (context) => {
  const { issuer, verify } = await start(context);
  const claims = goodClaims(issuer);
  const [header = '', payload = '', signature = ''] = mint(issuer, goodHeader, claims).split('.');
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, 'RS384', 'RS512', 'PS256', 'ES384', 'HS512', 'rs256', 'RS256 ', ['RS256']]) {
    const forged = encode({ ...goodHeader, alg });
    await assertRefused(verify, `Bearer ${forged}.${payload}.${signature}`, `alg ${String(alg)}`);
    await assertRefused(verify, `Bearer ${forged}.${payload}.`, `alg ${String(alg)} unsigned`);
  }
  const pem = await exportSPKI(issuer.key.publicKey);
  const der = Buffer.from(pem.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
  const hmacHeader = encode({ ...goodHeader, alg: 'HS256' });
  for (const [name, secret] of [
    ['PEM', pem],
    ['PEM without its last line break', pem.trimEnd()],
    ['JWK', JSON.stringify(issuer.key.jwk)],
    ['DER', der],
    ['empty', ''],
  ] as const) {
    const mac = createHmac('sha256', secret).update(`${hmacHeader}.${payload}`).digest('base64url');
    await assertRefused(verify, `Bearer ${hmacHeader}.${payload}.${mac}`, `HS256 with the public key as ${name}`);
    await assertRefused(
      verifierFor(issuer, { sharedSecret: Buffer.from('0123456789abcdef0123456789abcdef') }),
      `Bearer ${hmacHeader}.${payload}.${mac}`,
      `HS256 allowed, ${name}`,
    );
  }
  await assertRefused(verify, `Bearer ${encode({ ...goodHeader, alg: 'ES256' })}.${payload}.${signature}`, 'ES256 with an RSA key');
  await assertRefused(verify, `Bearer ${header}.${payload}.${'A'.repeat(signature.length)}`, 'another signature');
  const elliptic = await createKey('ES256', 'elliptic');
  issuer.keys = [elliptic.jwk];
  const zero = `${encode({ alg: 'ES256', kid: 'elliptic' })}.${payload}.${Buffer.alloc(64).toString('base64url')}`;
  await assertRefused(verifierFor(issuer), `Bearer ${zero}`, 'ES256 with the signature (0, 0)');
});

test('a signature that is empty, cut, of another token or of another key is refused', async (context) => {
  const { issuer, verify } = await start(context);
  const token = mint(issuer, goodHeader, goodClaims(issuer));
  const [header = '', payload = '', signature = ''] = token.split('.');
  const [, otherPayload = '', otherSignature = ''] = mint(issuer, goodHeader, { ...goodClaims(issuer), sub: 'eve' }).split('.');
  const attacker = await createKey('RS256', 'key-1');
  const tokens = {
    empty: `${header}.${payload}.`,
    cut: token.slice(0, -4),
    swapped: `${header}.${payload}.${otherSignature}`,
    'payload swapped': `${header}.${otherPayload}.${signature}`,
    'key swapped': await sign(goodClaims(issuer), attacker),
  };
  for (const [name, text] of Object.entries(tokens)) await assertRefused(verify, `Bearer ${text}`, name);
});

test('a key id is looked up to the letter, and never used as a path, an address or a query', async (context) => {
  const { issuer, verify } = await start(context);
  for (const kid of [
    undefined,
    '',
    'unknown',
    'KEY-1',
    'key-1 ',
    '../../../../dev/null',
    "' OR 1=1 --",
    `${issuer.url}/keys`,
    ['key-1'],
    1,
    null,
    '__proto__',
    'x'.repeat(4_000),
  ]) {
    await assertRefused(verify, `Bearer ${mint(issuer, { ...goodHeader, kid }, goodClaims(issuer))}`, `kid ${String(kid).slice(0, 40)}`);
  }
  assert.deepEqual(issuer.requests, ['/.well-known/openid-configuration', '/keys']);
});

test('a key without an id is not the key of a token without one', async (context) => {
  const { issuer, verify } = await start(context);
  const { kid: _kid, ...anonymous } = issuer.key.jwk;
  issuer.keys = [anonymous, { ...anonymous, kid: '' }];
  for (const kid of [undefined, ''])
    await assertRefused(verify, `Bearer ${mint(issuer, { ...goodHeader, kid }, goodClaims(issuer))}`, String(kid));
});

test('a token longer than 8 KB is refused, though it is good', async (context) => {
  const { issuer, verify } = await start(context);
  const ofLength = (length: number): string => mint(issuer, goodHeader, { ...goodClaims(issuer), note: 'x'.repeat(length) });
  await verify(`Bearer ${ofLength(5_000)}`);
  await assertRefused(verify, `Bearer ${ofLength(6_000)}`, 'long');
});

test('no key and no address of a key is taken from the token: the address is never called', async (context) => {
  const { issuer, verify } = await start(context);
  const calls: string[] = [];
  const canary = await listen(context, (request, response) => {
    calls.push(request.url ?? '');
    response.end('{}');
  });
  const attacker = await createKey('RS256', 'attacker');
  for (const header of [{ jku: canary.url }, { x5u: canary.url }, { jwk: attacker.jwk }, { x5c: ['MIIB'] }]) {
    for (const kid of ['key-1', 'attacker']) {
      await assertRefused(verify, `Bearer ${await sign(goodClaims(issuer), attacker, { ...header, kid })}`, Object.keys(header).join());
      await assertRefused(
        verify,
        `Bearer ${mint(issuer, { ...goodHeader, ...header, kid }, goodClaims(issuer))}`,
        `${Object.keys(header).join()} signed by the issuer`,
      );
    }
  }
  assert.deepEqual(calls, []);
});

test('extensions, encryption, nesting and other serialisations are refused', async (context) => {
  const { issuer, verify } = await start(context);
  const claims = goodClaims(issuer);
  const good = mint(issuer, goodHeader, claims);
  for (const header of [
    { crit: ['exp'] },
    { crit: ['unknown'], unknown: 1 },
    { crit: [] },
    { b64: false, crit: ['b64'] },
    { b64: true },
    { zip: 'DEF' },
    { cty: 'JWT' },
  ]) {
    await assertRefused(verify, `Bearer ${mint(issuer, { ...goodHeader, ...header }, claims)}`, JSON.stringify(header));
  }
  const encrypted = await new CompactEncrypt(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(Buffer.alloc(32));
  const flattened = await new FlattenedSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .sign(issuer.key.privateKey);
  for (const [name, text] of [
    ['encrypted', encrypted],
    ['nested', mint(issuer, goodHeader, JSON.stringify(good))],
    ['JSON serialisation', JSON.stringify(flattened)],
  ] as const) {
    await assertRefused(verify, `Bearer ${text}`, name);
  }
});

test('what is not exactly one compact token after exactly one "Bearer " is refused', async (context) => {
  const { issuer, verify } = await start(context);
  const good = mint(issuer, goodHeader, goodClaims(issuer));
  const [header = '', payload = '', signature = ''] = good.split('.');
  const values = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    good,
    `bearer ${good}`,
    `BEARER ${good}`,
    `Bearer  ${good}`,
    `Bearer   ${good}`,
    `Bearer\t${good}`,
    ` Bearer ${good}`,
    `Bearer ${good} `,
    `Bearer ${good}\n`,
    `Bearer Bearer ${good}`,
    `Bearer ${good},Bearer ${good}`,
    `Bearer ${good}, ${good}`,
    `Basic ${good}`,
    `Bearer ${good}.`,
    `Bearer .${good}`,
    `Bearer ${good}=`,
    `Bearer ${header}=.${payload}.${signature}`,
    `Bearer ${header}..${signature}`,
    `Bearer ${header}.${payload}`,
    `Bearer ${good.replaceAll('.', '..')}`,
    `Bearer ${header}.${payload}.${signature.slice(0, -1)}+`,
    `Bearer ${'a'.repeat(8_193)}`,
    `Bearer ${header}.${payload}.${'A'.repeat(1_000_000)}`,
  ];
  for (const value of values) await assertRefused(verify, value, String(value).slice(0, 30));
});

test('two spellings of one signature are not two tokens', async (context) => {
  const { issuer, verify } = await start(context);
  const good = mint(issuer, goodHeader, goodClaims(issuer));
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const sibling = `${good.slice(0, -1)}${alphabet[alphabet.indexOf(good.at(-1) ?? '') ^ 1]}`;
  assert.deepEqual(Buffer.from(sibling.split('.')[2] ?? '', 'base64url'), Buffer.from(good.split('.')[2] ?? '', 'base64url'));
  await assertRefused(verify, `Bearer ${sibling}`, 'unused bits set');
});

test('header and payload must be JSON objects in UTF-8 without a name twice, though the issuer signed them', async (context) => {
  const { issuer, verify } = await start(context);
  const claims = goodClaims(issuer);
  const json = JSON.stringify(claims);
  const tokens = {
    'sub twice': mint(issuer, goodHeader, json.replace('{', '{"sub":"eve",')),
    'alg twice': mint(issuer, JSON.stringify(goodHeader).replace('{', '{"alg":"none",'), claims),
    list: mint(issuer, goodHeader, '[]'),
    null: mint(issuer, goodHeader, 'null'),
    text: mint(issuer, goodHeader, 'hello'),
    'byte order mark': mint(issuer, goodHeader, `\uFEFF${json}`),
    'deeply nested': mint(issuer, goodHeader, `${'['.repeat(2_500)}${']'.repeat(2_500)}`),
    'header a list': mint(issuer, '["alg"]', claims),
    'not UTF-8': `${encode(goodHeader)}.${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')}.AAAA`,
  };
  for (const [name, text] of Object.entries(tokens)) await assertRefused(verify, `Bearer ${text}`, name);
});

test('claims of a well signed token are checked', async (context) => {
  const { issuer, verify } = await start(context);
  const claims = goodClaims(issuer);
  for (const wrong of [
    { exp: claims.exp - 700 },
    { exp: undefined },
    { exp: 1e20 },
    { nbf: claims.exp },
    { iat: claims.exp },
    { iss: 'https://evil.example' },
    { aud: 'other' },
    { sub: '' },
    { sub: 'x\r\ny' },
    { nonce: 'n' },
  ]) {
    await assertRefused(verify, `Bearer ${mint(issuer, goodHeader, { ...claims, ...wrong })}`, JSON.stringify(wrong));
  }
});

test('a token with a shared secret is taken only when asked for, and with that secret only', async (context) => {
  const { issuer, verify } = await start(context);
  const sharedSecret = Buffer.from('0123456789abcdef0123456789abcdef');
  const claims = goodClaims(issuer);
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(sharedSecret);
  assert.deepEqual(await verifierFor(issuer, { sharedSecret })(`Bearer ${token}`), claims);
  await assert.rejects(verify(`Bearer ${token}`), { reason: 'algorithm is not allowed' });
  await assertRefused(
    verifierFor(issuer, { sharedSecret: Buffer.from('another secret of 32 bytes......') }),
    `Bearer ${token}`,
    'another secret',
  );
  assert.deepEqual(issuer.requests, []);
});
