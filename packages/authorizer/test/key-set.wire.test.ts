import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { KeySet, keySetTimes } from '../src/key-set.ts';
import { Unauthorized } from '../src/unauthorized.ts';
import { createKey, listen, startIssuer, type LocalIssuer } from './local-issuer.ts';

interface Fixture {
  readonly issuer: LocalIssuer;
  readonly keys: KeySet;
  readonly pass: (ms: number) => void;
}

async function start(context: TestContext): Promise<Fixture> {
  const issuer = await startIssuer(context);
  let now = 1_800_000_000_000;
  return { issuer, keys: new KeySet({ issuer: issuer.url }, () => now), pass: (ms) => (now += ms) };
}

/** Not the caller's fault: must not become 401. */
const broken = (text: RegExp) => (error: unknown) => error instanceof Error && !(error instanceof Unauthorized) && text.test(error.message);

test('keys are found through discovery and asked for once', async (context) => {
  const { issuer, keys } = await start(context);
  const found = await Promise.all([keys.find('key-1', 'RS256'), keys.find('key-1', 'RS256')]);
  assert.equal(await keys.find('key-1', 'RS256'), found[0]);
  assert.deepEqual(issuer.requests, ['/.well-known/openid-configuration', '/keys']);
});

test('an explicit address of the keys makes discovery unnecessary', async (context) => {
  const issuer = await startIssuer(context);
  await new KeySet({ issuer: 'https://issuer.example', jwksUri: `${issuer.url}/keys` }, Date.now).find('key-1', 'RS256');
  assert.deepEqual(issuer.requests, ['/keys']);
});

test('a thousand unknown key ids lead to one request in a cool-down, and known keys still work', async (context) => {
  const { issuer, keys, pass } = await start(context);
  await keys.find('key-1', 'RS256');
  pass(keySetTimes.coolDown);
  for (let index = 0; index < 1_000; index++) await assert.rejects(keys.find(`unknown-${index}`, 'RS256'), Unauthorized);
  assert.equal(issuer.requests.filter((path) => path === '/keys').length, 2);
  await keys.find('key-1', 'RS256');
});

test('a new key is found after the cool-down, a withdrawn one is gone after ten minutes', async (context) => {
  const { issuer, keys, pass } = await start(context);
  await keys.find('key-1', 'RS256');
  const next = await createKey('ES256', 'key-2');
  issuer.keys = [next.jwk];
  await assert.rejects(keys.find('key-2', 'ES256'), Unauthorized);
  await keys.find('key-1', 'RS256');
  pass(keySetTimes.coolDown);
  await keys.find('key-2', 'ES256');
  issuer.keys = [];
  pass(keySetTimes.fresh + 1);
  await assert.rejects(keys.find('key-2', 'ES256'), Unauthorized);
});

test('known keys are used for an hour while the issuer is down, then everything is refused as broken', async (context) => {
  const { issuer, keys, pass } = await start(context);
  await keys.find('key-1', 'RS256');
  issuer.override = (request) => request.socket.destroy();
  pass(keySetTimes.kept);
  await keys.find('key-1', 'RS256');
  pass(1);
  await assert.rejects(keys.find('key-1', 'RS256'), broken(/can't be read/));
  issuer.override = undefined;
  pass(keySetTimes.coolDown);
  await keys.find('key-1', 'RS256');
});

test('while the issuer is down it is asked once in a cool-down', async (context) => {
  const { issuer, keys, pass } = await start(context);
  await keys.find('key-1', 'RS256');
  issuer.override = (request) => request.socket.destroy();
  issuer.requests.length = 0;
  pass(keySetTimes.fresh + 1);
  for (let index = 0; index < 100; index++) await keys.find('key-1', 'RS256');
  assert.equal(issuer.requests.length, 1);
});

test('without any keys the issuer is asked again after two seconds', async (context) => {
  const { issuer, keys, pass } = await start(context);
  issuer.override = (_request, response) => response.writeHead(503).end();
  for (let index = 0; index < 10; index++) await assert.rejects(keys.find('key-1', 'RS256'), broken(/answered 503/));
  assert.equal(issuer.requests.length, 1);
  issuer.override = undefined;
  pass(keySetTimes.coolDownWithoutKeys);
  await keys.find('key-1', 'RS256');
});

test('an issuer that is slow, in headers or in the body, is given up after two seconds', { timeout: 10_000 }, async (context) => {
  const stall = async (answer: (response: ServerResponse) => void): Promise<void> => {
    const { issuer, keys } = await start(context);
    issuer.override = (_request, response) => answer(response);
    const started = performance.now();
    await assert.rejects(keys.find('key-1', 'RS256'), broken(/no answer within/));
    assert.ok(performance.now() - started < keySetTimes.timeout + 2_000);
  };
  await Promise.all([stall(() => {}), stall((response) => void response.write('{"iss'))]);
});

test('an answer without end is cut off', async (context) => {
  const { issuer, keys } = await start(context);
  let sent = 0;
  issuer.override = (_request, response) => {
    const block = Buffer.alloc(64 * 1024, ' ');
    const more = (): void => {
      while (!response.destroyed && response.write(block)) sent += block.length;
      sent += block.length;
    };
    response.on('drain', more);
    more();
  };
  await assert.rejects(keys.find('key-1', 'RS256'), broken(/longer than/));
  assert.ok(sent < 20 * 1024 * 1024, `${sent} bytes were sent`);
});

test('redirects are not followed', async (context) => {
  const calls: string[] = [];
  const elsewhere = await listen(context, (request, response) => {
    calls.push(request.url ?? '');
    response.end('{"keys":[]}');
  });
  const { issuer, keys } = await start(context);
  issuer.override = (_request, response) => response.writeHead(302, { location: `${elsewhere.url}/keys` }).end();
  await assert.rejects(keys.find('key-1', 'RS256'), broken(/answered 302/));
  assert.deepEqual(calls, []);
});

test('discovery must be by the same issuer, and lead to a safe address', async (context) => {
  const wrong: readonly [unknown, RegExp][] = [
    [{ issuer: 'https://other.example', jwks_uri: 'https://other.example/keys' }, /another issuer/],
    [{ jwks_uri: 'https://other.example/keys' }, /another issuer/],
    [{ issuer: 'SELF' }, /no "jwks_uri"/],
    [{ issuer: 'SELF', jwks_uri: 'http://issuer.example/keys' }, /Allowed: https/],
    [{ issuer: 'SELF', jwks_uri: 'http://127.0.0.1.evil.example/keys' }, /Allowed: https/],
    [{ issuer: 'SELF', jwks_uri: 'file:///etc/passwd' }, /Allowed: https/],
    [[], /another issuer/],
    [null, /not a JSON object/],
  ];
  for (const [document, text] of wrong) {
    const { issuer, keys } = await start(context);
    issuer.override = (_request, response) => response.end(JSON.stringify(document).replace('SELF', issuer.url));
    await assert.rejects(keys.find('key-1', 'RS256'), broken(text), JSON.stringify(document));
  }
});

test('an answer that holds no list of keys, or no JSON, is broken', async (context) => {
  for (const body of ['{}', '{"keys":{}}', '[]', 'null', '', '<html>']) {
    const { issuer, keys } = await start(context);
    issuer.override = (request, response) =>
      response.end(request.url === '/keys' ? body : JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }));
    await assert.rejects(keys.find('key-1', 'RS256'), (error) => error instanceof Error && !(error instanceof Unauthorized), body);
  }
});

test('a key for encryption, of another algorithm or of another kind is not taken', async (context) => {
  const { issuer, keys: _unused } = await start(context);
  const { jwk } = issuer.key;
  for (const key of [
    { ...jwk, use: 'enc' },
    { ...jwk, alg: 'RS512' },
    { ...jwk, key_ops: ['encrypt'] },
    { ...jwk, kty: 'oct', k: 'AAAA' },
    null,
    'key-1',
  ]) {
    issuer.keys = [key];
    await assert.rejects(new KeySet({ issuer: issuer.url }, Date.now).find('key-1', 'RS256'), Unauthorized, JSON.stringify(key));
  }
  issuer.keys = [null, { ...jwk, use: 'enc' }, jwk];
  await new KeySet({ issuer: issuer.url }, Date.now).find('key-1', 'RS256');
});
