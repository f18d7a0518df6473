import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { systemClock } from '../../src/clock/system-clock.ts';
import { Directory } from '../../src/capabilities/directory.ts';
import { createAwsEndpoint } from '../../src/engine/aws-endpoint.ts';
import { createIssuer, type Issuer } from '../../src/engine/issuer.ts';
import { createPorts } from '../../src/engine/ports.ts';

async function openIssuer(): Promise<{ readonly issuer: Issuer } & AsyncDisposable> {
  const stateDirectory = mkdtempSync(join(tmpdir(), 's3m-issuer-'));
  const ports = createPorts({ explicit: new Map([['aws', 0]]), remembered: new Map(), onMoved: () => {} });
  const endpoint = await createAwsEndpoint({ directory: new Directory(), clock: systemClock, region: 'us-east-1', ports });
  return {
    issuer: await createIssuer({ endpoint, stateDirectory, clock: systemClock }),
    async [Symbol.asyncDispose]() {
      await endpoint.close();
      rmSync(stateDirectory, { recursive: true, force: true });
    },
  };
}

suite('issuer on the wire', () => {
  test("a token is verified with nothing but the issuer's URL: discovery, key set, signature", async () => {
    await using opened = await openIssuer();
    const { issuer } = opened;
    const discovery = await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json();
    // OIDC-025
    assert.deepEqual(discovery, {
      issuer: issuer.url,
      authorization_endpoint: `${issuer.url}/authorize`,
      token_endpoint: `${issuer.url}/token`,
      jwks_uri: `${issuer.url}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
    const keys = createRemoteJWKSet(new URL(discovery.jwks_uri));
    const token = await issuer.token({ subject: 'alice', audience: 'api' });
    const { payload } = await jwtVerify(token, keys, { issuer: discovery.issuer, audience: 'api', algorithms: ['RS256'], typ: 'at+jwt' });
    assert.equal(payload.sub, 'alice');
    const expired = await issuer.token({ subject: 'alice', audience: 'api', expired: true });
    await assert.rejects(jwtVerify(expired, keys), { code: 'ERR_JWT_EXPIRED' });
  });

  test('the key set has the public half only, and any page may read it', async () => {
    await using opened = await openIssuer();
    const response = await fetch(`${opened.issuer.url}/.well-known/jwks.json`, { headers: { Origin: 'http://127.0.0.1:8080' } });
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    const { keys } = (await response.json()) as { keys: object[] };
    assert.equal(keys.length, 1);
    assert.deepEqual(Object.keys(keys[0]!).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  test('a preflight for the key set allows GET; POST is not allowed', async () => {
    await using opened = await openIssuer();
    const url = `${opened.issuer.url}/.well-known/jwks.json`;
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { Origin: 'http://a.example', 'Access-Control-Request-Method': 'GET' },
    });
    assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-methods')], [204, 'GET']);
    assert.equal((await fetch(url, { method: 'POST', body: 'x' })).status, 405);
  });

  test('who looks for a login page is told where tokens come from', async () => {
    await using opened = await openIssuer();
    for (const [path, error] of [
      ['/authorize?response_type=code', 'unsupported_response_type'],
      ['/token', 'unsupported_grant_type'],
    ] as const) {
      const response = await fetch(opened.issuer.url + path);
      const body = (await response.json()) as { error: string; error_description: string };
      assert.deepEqual([response.status, body.error], [501, error]);
      assert.match(body.error_description, /s3m token/);
    }
    assert.equal((await fetch(`${opened.issuer.url}/nothing`)).status, 404);
  });
});
