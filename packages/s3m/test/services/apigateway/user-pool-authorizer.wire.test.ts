import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import type { UserPool, UserTokenRequest } from '../../../src/capabilities/user-pool.ts';
import { authorizer } from '../../../src/services/apigateway/authorizer.ts';
import { toClaimTexts } from '../../../src/services/apigateway/authorizers/user-pool-claims.ts';
import { userPoolClient } from '../../../src/services/cognito/user-pool-client.ts';
import { userPool } from '../../../src/services/cognito/user-pool.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { keepKeys } from '../cognito/kept-keys.ts';
import { mock, openGateway, proxy, type Gateway, type RawAnswer } from './gateway-fixture.ts';

interface Pooled extends Gateway {
  readonly clock: VirtualClock;
  readonly pool: UserPool;
  readonly poolResource: Resource;
  readonly client: Resource;
  readonly guard: Properties;
  tokens(request?: Partial<UserTokenRequest>): Promise<{ readonly idToken: string; readonly accessToken: string }>;
  get(token: string | readonly string[] | undefined, path?: string): Promise<RawAnswer>;
}

async function pooled(properties: Properties = {}, api: Properties = {}): Promise<Pooled> {
  const clock = new VirtualClock();
  const gateway = await openGateway({ clock, sockets: true }, { Name: 'Test', ...api });
  const poolResource = await gateway.create(userPool, 'Users', {});
  await keepKeys(gateway.account, poolResource.ref, 'Users');
  const client = await gateway.create(userPoolClient, 'Web', { UserPoolId: poolResource.ref });
  const { ref } = await gateway.create(authorizer, 'Cognito', {
    RestApiId: gateway.api.id,
    Name: 'Cognito',
    Type: 'COGNITO_USER_POOLS',
    IdentitySource: 'method.request.header.Authorization',
    ProviderARNs: [poolResource.attributes['Arn']!],
    ...properties,
  });
  const guard = { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: ref };
  await gateway.method('GET', '/me', { ...mock(), ...guard });
  await gateway.method('GET', '/read', { ...mock(), ...guard, AuthorizationScopes: ['shop/read', 'shop/admin'] });
  await gateway.deploy();
  const pool = gateway.account.directory.find('userPool', poolResource.attributes['Arn'] as string)!;
  return Object.assign(gateway, {
    clock,
    pool,
    poolResource,
    client,
    guard,
    tokens: (request: Partial<UserTokenRequest> = {}) =>
      pool.issueTokens({ username: 'ann', client: client.ref, scopes: [], groups: [], claims: {}, expired: false, ...request }),
    get: (token: string | readonly string[] | undefined, path = '/prod/me') =>
      gateway.send(path, { headers: token === undefined ? {} : { Authorization: token } }),
  });
}

const unauthorized = [401, '{"message":"Unauthorized"}', 'UnauthorizedException'];
const told = ({ status, body, header }: RawAnswer): unknown[] => [status, body, header('x-amzn-ErrorType')];

test('An ID token of the pool is let in, bare or behind Bearer; without one, and with two, it is 401', async () => {
  await using gateway = await pooled();
  const { idToken } = await gateway.tokens();
  assert.equal((await gateway.get(idToken)).status, 200);
  assert.equal((await gateway.get(`Bearer ${idToken}`)).status, 200);
  for (const token of [undefined, '', 'Bearer', 'nonsense', 'a.b.c', [idToken, idToken]])
    assert.deepEqual(told(await gateway.get(token)), unauthorized, String(token));
});

test('Without scopes on the method an ID token is wanted, with scopes an access token that has one of them (OIDC-008)', async () => {
  await using gateway = await pooled();
  const { idToken, accessToken } = await gateway.tokens({ scopes: ['openid', 'shop/read'] });
  const other = await gateway.tokens({ scopes: ['shop/reader', 'read'] });
  assert.equal((await gateway.get(accessToken)).status, 401);
  assert.equal((await gateway.get(accessToken, '/prod/read')).status, 200);
  assert.equal((await gateway.get(idToken, '/prod/read')).status, 401);
  const lacking = await gateway.get(other.accessToken, '/prod/read');
  assert.deepEqual(told(lacking), unauthorized);
  assert.match(gateway.trace(lacking).decision!.why, /none of the method's scopes: shop\/read, shop\/admin/);
});

test('A token that has run out is told so', async () => {
  await using gateway = await pooled();
  const { idToken } = await gateway.tokens();
  await gateway.clock.advance(3600_000);
  assert.deepEqual(told(await gateway.get(idToken)), [401, '{"message":"The incoming token has expired"}', 'UnauthorizedException']);
  assert.equal((await gateway.get((await gateway.tokens({ expired: true })).idToken)).status, 401);
});

test('Forged, changed and foreign tokens are 401', async () => {
  await using gateway = await pooled();
  const { idToken } = await gateway.tokens();
  const [header = '', payload = '', signature = ''] = idToken.split('.');
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const decode = (text: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
  const keySet = await (await fetch(`${gateway.pool.issuer}/.well-known/jwks.json`)).text();
  const hs256 = `${encode({ ...decode(header), alg: 'HS256' })}.${payload}`;
  const foreignPool = await gateway.create(userPool, 'Others', {});
  await keepKeys(gateway.account, foreignPool.ref, 'Others');
  const foreignClient = await gateway.create(userPoolClient, 'OtherWeb', { UserPoolId: foreignPool.ref });
  const foreign = gateway.account.directory.find('userPool', foreignPool.attributes['Arn'] as string)!;
  const request = { username: 'ann', client: foreignClient.ref, scopes: [], groups: [], expired: false };
  const forgeries = {
    none: `${encode({ ...decode(header), alg: 'none' })}.${payload}.`,
    'no signature': `${header}.${payload}.`,
    'changed claim': `${header}.${encode({ ...decode(payload), sub: 'root' })}.${signature}`,
    'public key as secret': `${hs256}.${createHmac('sha256', keySet).update(hs256).digest('base64url')}`,
    'unknown key': `${encode({ ...decode(header), kid: '../../dev/null' })}.${payload}.${signature}`,
    'another pool': (await foreign.issueTokens({ ...request, claims: {} })).idToken,
    'another pool under our name': (
      await foreign.issueTokens({ ...request, claims: { iss: gateway.pool.issuer, aud: gateway.client.ref } })
    ).idToken,
    'another client': (await gateway.tokens({ claims: { aud: 'nosuchclient' } })).idToken,
    'not valid yet': (await gateway.tokens({ claims: { nbf: gateway.clock.now() / 1000 + 60 } })).idToken,
    'without exp': (await gateway.tokens({ claims: { exp: undefined } })).idToken,
  };
  for (const [name, token] of Object.entries(forgeries)) assert.deepEqual(told(await gateway.get(token)).slice(0, 1), [401], name);
  assert.equal((await gateway.get(idToken)).status, 200);
});

test('A client that the pool no longer has, and a pool that is gone or whose keys cannot be read, let nobody in', async () => {
  await using gateway = await pooled();
  const { idToken } = await gateway.tokens();
  const client = await gateway.create(userPoolClient, 'Second', { UserPoolId: gateway.poolResource.ref });
  const second = await gateway.tokens({ client: client.ref });
  assert.equal((await gateway.get(second.idToken)).status, 200);
  await client.delete();
  assert.deepEqual(told(await gateway.get(second.idToken)), unauthorized);
  assert.equal((await gateway.get(idToken)).status, 200);
  await gateway.poolResource.delete();
  assert.deepEqual(told(await gateway.get(idToken)), unauthorized);

  await using unreachable = await pooled();
  const early = await unreachable.tokens();
  const { arn } = unreachable.pool;
  await unreachable.poolResource.delete();
  unreachable.account.directory.provide('userPool', arn, unreachable.pool);
  const answer = await unreachable.get(early.idToken);
  assert.deepEqual(told(answer), unauthorized);
  assert.match(unreachable.trace(answer).decision!.why, /keys cannot be read/);
});

test('IdentityValidationExpression is matched against the audience (AG-085)', async () => {
  await using gateway = await pooled({ IdentityValidationExpression: '[0-9]' });
  assert.deepEqual(told(await gateway.get((await gateway.tokens()).idToken)), unauthorized);
  await using any = await pooled({ IdentityValidationExpression: '[0-9a-z]{26}' });
  assert.equal((await any.get((await any.tokens()).idToken)).status, 200);
});

test('Claims reach mappings and templates as texts: $context.authorizer.claims', async () => {
  await using gateway = await pooled();
  const backend = await gateway.backend();
  const names = ['sub', 'cognito:username', 'cognito:groups', 'exp', 'email_verified', 'custom:level', 'absent'];
  const mapped = Object.fromEntries(
    names.map((name, index) => [`integration.request.header.x-${index}`, `context.authorizer.claims.${name}`]),
  );
  await gateway.method('GET', '/claims', { ...proxy('http://nlb.internal/', { RequestParameters: mapped }), ...gateway.guard });
  await gateway.deploy();
  const { idToken } = await gateway.tokens({ groups: ['admins', 'users'], claims: { sub: 'user-1', 'custom:level': '7' } });
  assert.equal((await gateway.get(idToken, '/prod/claims')).status, 200);
  const [seen] = backend.seen;
  assert.deepEqual(
    names.map((_, index) => seen!.values(`x-${index}`).join()),
    ['user-1', 'ann', 'admins,users', 'Tue Nov 14 23:13:20 UTC 2023', 'true', '7', ''],
  );
  assert.deepEqual(toClaimTexts({ a: { b: 1 }, c: null, d: 1.5, auth_time: 1700000000 }), {
    a: '{"b":1}',
    d: '1.5',
    auth_time: '1700000000',
  });
});

test('With a resource policy the policy itself must allow (AG-171); who has no token is 401 all the same', async () => {
  const statement = (Effect: string, Resource: string): Properties => ({ Effect, Principal: '*', Action: 'execute-api:Invoke', Resource });
  const policy = (...Statement: Properties[]): Properties => ({ Policy: { Version: '2012-10-17', Statement } });
  for (const [api, expected] of [
    [policy(statement('Allow', 'execute-api:/*')), 200],
    [policy(statement('Allow', 'execute-api:/other/*')), 403],
    [policy(statement('Allow', 'execute-api:/*'), statement('Deny', 'execute-api:/prod/GET/me')), 403],
  ] as const) {
    await using gateway = await pooled({}, api);
    assert.equal((await gateway.get((await gateway.tokens()).idToken)).status, expected);
    assert.equal((await gateway.get(undefined)).status, 401);
  }
});

test('The token is in no trace, its claims are', async () => {
  await using gateway = await pooled();
  const { idToken } = await gateway.tokens();
  const text = JSON.stringify(gateway.trace(await gateway.get(idToken)));
  for (const part of idToken.split('.')) assert.ok(!text.includes(part));
  assert.match(text, /"cognito:username":"ann"/);
});

test('Authorizers without pools or header, and of pools that are not there, are refused', async () => {
  const check = (properties: Properties): string[] =>
    authorizer.check!({ Type: 'COGNITO_USER_POOLS', ...properties }, {}).map(({ property }) => property);
  const arn = 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc';
  const IdentitySource = 'method.request.header.Authorization';
  assert.deepEqual(check({ IdentitySource, ProviderARNs: [arn] }), []);
  assert.deepEqual(check({ IdentitySource, ProviderARNs: ['unresolved:Users.Arn'] }), []);
  assert.deepEqual(check({ IdentitySource }), ['ProviderARNs']);
  assert.deepEqual(check({ IdentitySource, ProviderARNs: ['us-east-1_abc'] }), ['ProviderARNs']);
  assert.deepEqual(check({ IdentitySource: 'method.request.querystring.token', ProviderARNs: [arn] }), ['IdentitySource']);
  await using gateway = await pooled({ Name: 'x' });
  await gateway.poolResource.delete();
  await assert.rejects(gateway.deploy(), /takes tokens of user pool .*, which this system does not have/);
});

test('A CUSTOM method cannot use a Cognito authorizer, nor the other way round (AG-077)', async () => {
  await using gateway = await pooled();
  await gateway.method('GET', '/wrong', { ...mock(), ...gateway.guard, AuthorizationType: 'CUSTOM' });
  await assert.rejects(gateway.deploy(), /^ResourceFailure: Invalid authorizer ID specified/);
});
