import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import { findUserPool } from '../../../src/services/cognito/find-user-pool.ts';
import { userPoolClient } from '../../../src/services/cognito/user-pool-client.ts';
import { userPool } from '../../../src/services/cognito/user-pool.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

async function openPool(clientProperties: Properties = {}) {
  const account = await fakeAccount({ sockets: true });
  const pool = await userPool.create(createContext(account, userPool, { logicalId: 'Users' }));
  const properties = { UserPoolId: pool.ref, ...clientProperties };
  const client = await userPoolClient.create(createContext(account, userPoolClient, { logicalId: 'Web', properties }));
  const live = findUserPool(account.directory, pool.ref)!;
  const tokens = (more = {}) =>
    live.issueTokens({
      username: 'ann',
      client: client.ref,
      scopes: ['shop/read'],
      groups: ['admins'],
      claims: {},
      expired: false,
      ...more,
    });
  return { account, pool, client, live, tokens };
}

async function verified(token: string, issuer: string, now: number): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  return (await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], currentDate: new Date(now) })).payload;
}

test('A pool has the attributes that AWS gives it, and an address here', async () => {
  const { account, pool } = await openPool();
  await using _ = account;
  assert.match(pool.ref, /^us-east-1_[0-9a-z]{9}$/);
  const host = `cognito-idp.us-east-1.amazonaws.com/${pool.ref}`;
  assert.deepEqual(pool.attributes, {
    Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${pool.ref}`,
    ProviderName: host,
    ProviderURL: `https://${host}`,
    UserPoolId: pool.ref,
  });
  assert.deepEqual(pool.addresses, [{ aws: `https://${host}`, local: `${account.endpoint.url}/_s3m/cognito/${pool.ref}` }]);
});

test("ID and access tokens are signed with different keys of the pool's set, and have Cognito's claims (OIDC-001 to OIDC-005)", async () => {
  const { account, client, live, tokens } = await openPool();
  await using _ = account;
  const { idToken, accessToken } = await tokens();
  const now = account.clock.now();
  const [id, access] = [await verified(idToken, live.issuer, now), await verified(accessToken, live.issuer, now)];
  assert.notEqual(decodeProtectedHeader(idToken).kid, decodeProtectedHeader(accessToken).kid);
  assert.deepEqual(
    [id.aud, id['token_use'], id['cognito:username'], id['cognito:groups'], id.exp! - id.iat!, id.iat],
    [client.ref, 'id', 'ann', ['admins'], 3600, now / 1000],
  );
  assert.deepEqual(
    [access.aud, access['client_id'], access['token_use'], access['scope'], access['username'], access['version']],
    [undefined, client.ref, 'access', 'shop/read', 'ann', 2],
  );
  assert.equal(id.sub, access.sub);
  assert.match(id.sub!, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("Lifetimes are the client's; a client without them has an hour (OIDC-005)", async () => {
  const { account, live, tokens } = await openPool({
    AccessTokenValidity: 10,
    IdTokenValidity: 1,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'days' },
  });
  await using _ = account;
  const { idToken, accessToken } = await tokens();
  const lifetime = ({ exp, iat }: JWTPayload): number => exp! - iat!;
  const now = account.clock.now();
  assert.equal(lifetime(await verified(idToken, live.issuer, now)), 86_400);
  assert.equal(lifetime(await verified(accessToken, live.issuer, now)), 600);
});

test('The key set has public halves only, stays the same after a restart, and goes with the pool', async () => {
  const { account, pool, live, tokens } = await openPool();
  await using _ = account;
  const read = async (): Promise<Response> => fetch(`${live.issuer}/.well-known/jwks.json`);
  const first = await (await read()).text();
  const { keys } = JSON.parse(first) as { keys: Record<string, string>[] };
  assert.equal(keys.length, 2);
  for (const key of keys) assert.deepEqual(Object.keys(key), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
  const { idToken } = await tokens();
  await pool.delete();
  assert.equal((await read()).status, 404);
  const again = await userPool.create(createContext(account, userPool, { logicalId: 'Users' }));
  assert.equal(again.ref, pool.ref);
  assert.equal(await (await read()).text(), first);
  await verified(idToken, live.issuer, account.clock.now());
});

test('A damaged key file lets nobody in and says what to do; it is not overwritten', async () => {
  const { account, pool, live, tokens } = await openPool();
  await using _ = account;
  const file = join(account.stateDirectory, 'cognito', `${pool.ref}.json`);
  mkdirSync(join(account.stateDirectory, 'cognito'));
  writeFileSync(file, '{}');
  await assert.rejects(tokens(), /^Error: Cannot read the keys of user pool .* Delete the file/);
  assert.equal((await fetch(`${live.issuer}/.well-known/jwks.json`)).status, 500);
  assert.equal(readFileSync(file, 'utf8'), '{}');
});

test('A client of a pool that is not there is refused; a secret is made when it is asked for', async () => {
  const { account, client } = await openPool({ GenerateSecret: true });
  await using _ = account;
  assert.match(String(client.attributes['ClientSecret']), /^[0-9a-z]{50}$/);
  const properties = { UserPoolId: 'us-east-1_nosuch' };
  await assert.rejects(userPoolClient.create(createContext(account, userPoolClient, { logicalId: 'Lost', properties })), {
    message: 'User pool us-east-1_nosuch does not exist.',
  });
});

test('Keys that cannot be read are told to the developer with their file, to others without it', async () => {
  const { account, live } = await openPool();
  await using _ = account;
  mkdirSync(join(account.stateDirectory, 'cognito'), { recursive: true });
  writeFileSync(join(account.stateDirectory, 'cognito', `${live.id}.json`), 'no keys');
  const answer = await fetch(`${live.issuer}/.well-known/jwks.json`);
  assert.deepEqual([answer.status, await answer.json()], [500, { message: 'The keys of this user pool cannot be read' }]);
});
