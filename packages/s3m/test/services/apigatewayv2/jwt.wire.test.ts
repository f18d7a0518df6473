import assert from 'node:assert/strict';
import test from 'node:test';
import { SignJWT } from 'jose';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import type { RawAnswer } from '../apigateway/gateway-fixture.ts';
import {
  addAuthorizer,
  addLambda,
  openHttpApi,
  openIssuer,
  type FakeLambda,
  type HttpApiUnderTest,
  type TestIssuer,
} from './http-api-fixture.ts';

interface Guarded extends AsyncDisposable {
  readonly api: HttpApiUnderTest;
  readonly issuer: TestIssuer;
  readonly clock: VirtualClock;
  readonly lambda: FakeLambda;
  call(token?: string, path?: string): Promise<RawAnswer>;
}

/** `/guarded` wants a token, `/scoped` one with a scope. */
async function openGuarded(more: Properties = {}): Promise<Guarded> {
  const clock = new VirtualClock();
  const api = await openHttpApi({ clock });
  const issuer = await openIssuer(() => Math.floor(clock.now() / 1000));
  const lambda = addLambda(api, 'f');
  const { guard } = await addAuthorizer(api, {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: issuer.url, Audience: ['aud', 'other'] },
    ...more,
  });
  await api.route('GET /guarded', lambda.integration(), guard);
  await api.route('GET /scoped', lambda.integration(), { ...guard, AuthorizationScopes: ['weather:read', 'weather:write'] });
  return {
    api,
    issuer,
    clock,
    lambda,
    call: (token, path = '/guarded') => api.send(path, token === undefined ? {} : { headers: { Authorization: token } }),
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

test('A token passes with Bearer before it and without, and its claims reach the function as text (AG-562, AG-567, AG-954)', async () => {
  await using guarded = await openGuarded();
  const token = await guarded.issuer.token({ groups: ['a', 'b'], age: 3, ok: true, address: { zip: '1' }, scope: 'x y' });
  assert.equal((await guarded.call(`Bearer ${token}`)).status, 200);
  const answer = await guarded.call(token);
  assert.equal(answer.status, 200);
  const { jwt } = guarded.lambda.events[0].requestContext.authorizer;
  assert.equal(jwt.claims.sub, 'ada');
  assert.equal(jwt.claims.groups, '[a b]');
  assert.equal(jwt.claims.age, '3');
  assert.equal(jwt.claims.ok, 'true');
  assert.equal(jwt.claims.address, 'map[zip:1]');
  assert.equal(jwt.scopes, null);
  const trace = guarded.api.trace(answer);
  assert.equal(trace.authorizer!.cache, 'hit');
  assert.ok(!JSON.stringify(trace).includes(token));
});

test('No token is 401 with a bare challenge; nothing is invoked (AG-564)', async () => {
  await using guarded = await openGuarded();
  const answer = await guarded.call();
  assert.equal(answer.status, 401);
  assert.equal(answer.body, '{"message":"Unauthorized"}');
  assert.equal(answer.header('www-authenticate'), 'Bearer');
  assert.equal(guarded.lambda.events.length, 0);
});

test('A token that is not valid is 401, and the challenge says why (AG-563, AG-564, AG-953)', async () => {
  await using guarded = await openGuarded();
  const { issuer, clock } = guarded;
  const now = Math.floor(clock.now() / 1000);
  const hs256 = await new SignJWT({ iss: issuer.url, aud: 'aud', exp: now + 60 })
    .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
    .sign(new TextEncoder().encode('0123456789abcdef0123456789abcdef'));
  const good = await issuer.token({});
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`;
  const forged = `${good.slice(0, -6)}AAAAAA`;
  const cases: readonly (readonly [string, string])[] = [
    ['not-a-token', 'token contains an invalid number of segments'],
    [`bearer ${good}`, "tokenstring should not contain 'bearer '"],
    [await issuer.token({ aud: 'stranger' }), 'the token does not have a valid audience'],
    [await issuer.token({ aud: ['stranger'], client_id: 'aud' }), 'the token does not have a valid audience'],
    [await issuer.token({ iss: 'https://elsewhere.example' }), 'the token does not have a valid issuer'],
    [await issuer.token({ exp: now }), 'the token has expired'],
    [await issuer.token({ exp: undefined }), 'the token has expired'],
    [await issuer.token({ exp: '9999999999' }), 'the token has expired'],
    [await issuer.token({ nbf: now + 60 }), 'the token is not valid yet'],
    [await issuer.token({ iat: now + 60 }), 'the token was issued in the future'],
    [await issuer.token({}, { kid: 'unknown' }), 'unable to find the key that signed the token'],
    [await issuer.token({}, { kid: undefined }), 'unable to find the key that signed the token'],
    [hs256, 'signing method HS256 is invalid'],
    [none, 'signing method none is invalid'],
    [forged, 'crypto/rsa: verification error'],
  ];
  for (const [token, description] of cases) {
    const answer = await guarded.call(token);
    assert.equal(answer.status, 401, description);
    assert.equal(answer.body, '{"message":"Unauthorized"}');
    assert.equal(answer.header('www-authenticate'), `Bearer scope="" error="invalid_token" error_description="${description}"`);
  }
  assert.equal(guarded.lambda.events.length, 0);
});

test('client_id counts where there is no aud, and one audience of several is enough (AG-563)', async () => {
  await using guarded = await openGuarded();
  const { issuer } = guarded;
  assert.equal((await guarded.call(await issuer.token({ aud: undefined, client_id: 'aud' }))).status, 200);
  assert.equal((await guarded.call(await issuer.token({ aud: ['x', 'other'] }))).status, 200);
});

test('One scope of the route is enough; none is 403 (AG-563, AG-565)', async () => {
  await using guarded = await openGuarded();
  const { issuer, lambda } = guarded;
  const scoped = async (claims: Readonly<Record<string, unknown>>): Promise<RawAnswer> =>
    guarded.call(await issuer.token(claims), '/scoped');
  assert.equal((await scoped({ scope: 'openid weather:read' })).status, 200);
  assert.deepEqual(lambda.events[0].requestContext.authorizer.jwt.scopes, ['openid', 'weather:read']);
  assert.equal((await scoped({ scp: ['weather:write'] })).status, 200);
  const refused = await scoped({ scope: 'weather:rea' });
  assert.equal(refused.status, 403);
  assert.equal(refused.body, '{"message":"Forbidden"}');
  assert.match(
    refused.header('www-authenticate')!,
    /^Bearer scope="weather:read weather:write" error="insufficient_scope" error_description="/,
  );
  assert.equal((await scoped({})).status, 403);
});

test('A token that has been verified is refused from the second on that it ends at', async () => {
  await using guarded = await openGuarded();
  const token = await guarded.issuer.token({ exp: Math.floor(guarded.clock.now() / 1000) + 60 });
  assert.equal((await guarded.call(token)).status, 200);
  await guarded.clock.advance(59_000);
  assert.equal((await guarded.call(token)).status, 200);
  await guarded.clock.advance(1_000);
  assert.equal((await guarded.call(token)).status, 401);
});

test('Without the issuer nobody gets in, and with it again everybody does (AG-953)', async () => {
  await using guarded = await openGuarded();
  const { issuer } = guarded;
  const token = await issuer.token({});
  issuer.up = false;
  const answer = await guarded.call(token);
  assert.equal(answer.status, 401);
  assert.equal(
    answer.header('www-authenticate'),
    'Bearer scope="" error="invalid_token" error_description="OIDC discovery endpoint communication error"',
  );
  assert.match(guarded.api.trace(answer).decision!.why, /answered 503/);
  issuer.up = true;
  assert.equal((await guarded.call(token)).status, 200);
});

test('Keys are kept for two hours; after that a verified token is no longer taken at its word (AG-566)', async () => {
  await using guarded = await openGuarded();
  const { issuer, clock } = guarded;
  const token = await issuer.token({ exp: Math.floor(clock.now() / 1000) + 36_000 });
  assert.equal((await guarded.call(token)).status, 200);
  issuer.up = false;
  await clock.advance(2 * 3_600_000 - 1);
  assert.equal((await guarded.call(token)).status, 200);
  assert.equal(issuer.asked.length, 2);
  await clock.advance(1);
  assert.equal((await guarded.call(token)).status, 401);
  issuer.up = true;
  await issuer.rotate();
  assert.equal((await guarded.call(token)).status, 401);
});

test('A thousand made-up key ids are one fetch; a new key is found after a minute', async () => {
  await using guarded = await openGuarded();
  const { issuer, clock } = guarded;
  assert.equal((await guarded.call(await issuer.token({}))).status, 200);
  await issuer.rotate();
  const fresh = await issuer.token({});
  for (let index = 0; index < 20; index++)
    assert.equal((await guarded.call(await issuer.token({}, { kid: `made-up-${index}` }))).status, 401);
  assert.equal((await guarded.call(fresh)).status, 401);
  assert.equal(issuer.asked.length, 2);
  await clock.advance(60_000);
  assert.equal((await guarded.call(fresh)).status, 200);
  assert.equal(issuer.asked.length, 4);
});

test("Two tokens are none: which of them the backend believes is anybody's guess", async () => {
  await using guarded = await openGuarded();
  const token = await guarded.issuer.token({});
  const answer = await guarded.api.send('/guarded', { headers: { Authorization: [token, 'Bearer x'] } });
  assert.equal(answer.status, 401);
});

test('A token may come as a query parameter (AG-562); the trace has neither it nor the query', async () => {
  await using guarded = await openGuarded({ IdentitySource: ['$request.querystring.token'] });
  const token = await guarded.issuer.token({});
  const answer = await guarded.api.send(`/guarded?token=${token}`);
  assert.equal(answer.status, 200);
  assert.ok(!JSON.stringify(guarded.api.trace(answer)).includes(token));
});
