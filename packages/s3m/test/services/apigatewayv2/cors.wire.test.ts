import assert from 'node:assert/strict';
import test from 'node:test';
import type { Properties } from '../../../src/services/resource-type.ts';
import type { RawAnswer } from '../apigateway/gateway-fixture.ts';
import { addAuthorizer, addLambda, openHttpApi, type HttpApiUnderTest } from './http-api-fixture.ts';

const origin = 'https://www.example.com';

async function openWithCors(more: Properties = {}): Promise<HttpApiUnderTest> {
  return openHttpApi({
    api: {
      CorsConfiguration: {
        AllowOrigins: [origin, 'http://localhost:8080'],
        AllowMethods: ['GET', 'POST'],
        AllowHeaders: ['authorization', 'content-type'],
        MaxAge: 300,
        ...more,
      },
    },
  });
}

function corsHeaders(answer: RawAnswer): Record<string, string> {
  return Object.fromEntries(answer.headers.filter(([name]) => name.startsWith('access-control-')));
}

const preflight = { method: 'OPTIONS', headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' } };

test('The API answers a preflight itself, without a route: 204 and no body (AG-592, AG-594)', async () => {
  await using api = await openWithCors();
  const lambda = addLambda(api, 'f');
  await api.route('GET /x', lambda.integration());
  const answer = await api.send('/x', preflight);
  assert.equal(answer.status, 204);
  assert.equal(answer.body, '');
  assert.deepEqual(corsHeaders(answer), {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET,POST',
    'access-control-allow-headers': 'authorization,content-type',
    'access-control-max-age': '300',
  });
  assert.notEqual(answer.header('apigw-requestid'), undefined);
  assert.equal(lambda.events.length, 0);
});

test('Another origin gets no headers, whatever it looks like (AG-594)', async () => {
  await using api = await openWithCors();
  await api.route('GET /x', addLambda(api, 'f').integration());
  for (const other of [
    'https://www.example.com.evil.example',
    'http://www.example.com',
    'https://WWW.example.com',
    'null',
    'https://evil.example',
  ]) {
    const headers = { ...preflight.headers, Origin: other };
    assert.deepEqual(corsHeaders(await api.send('/x', { method: 'OPTIONS', headers })), {}, other);
    assert.deepEqual(corsHeaders(await api.send('/x', { headers: { Origin: other } })), {}, other);
  }
});

test("Answers to other origins carry the configured headers in place of the integration's own (AG-592)", async () => {
  await using api = await openWithCors({ ExposeHeaders: ['x-id'], AllowCredentials: true });
  const headers = { 'Access-Control-Allow-Origin': '*', 'access-control-allow-methods': 'DELETE' };
  await api.route('GET /x', addLambda(api, 'f', () => ({ statusCode: 200, headers, body: '' })).integration());
  assert.deepEqual(corsHeaders(await api.send('/x', { headers: { Origin: origin } })), {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'x-id',
  });
  assert.deepEqual(corsHeaders(await api.send('/x')), {});
  assert.equal(corsHeaders(await api.send('/none', { headers: { Origin: origin } }))['access-control-allow-origin'], origin);
});

test('Without a configuration the headers of the integration pass, and OPTIONS is a verb like others', async () => {
  await using api = await openHttpApi();
  const headers = { 'access-control-allow-origin': '*' };
  await api.route('GET /x', addLambda(api, 'f', () => ({ statusCode: 200, headers })).integration());
  assert.deepEqual(corsHeaders(await api.send('/x', { headers: { Origin: origin } })), headers);
  assert.equal((await api.send('/x', preflight)).status, 404);
});

test('* is answered as *, and https://* by the origin', async () => {
  await using any = await openWithCors({ AllowOrigins: ['*'] });
  assert.equal((await any.send('/x', preflight)).header('access-control-allow-origin'), '*');
  await using scheme = await openWithCors({ AllowOrigins: ['https://*'] });
  assert.equal((await scheme.send('/x', preflight)).header('access-control-allow-origin'), origin);
  const plain = { ...preflight, headers: { ...preflight.headers, Origin: 'http://www.example.com' } };
  assert.equal((await scheme.send('/x', plain)).header('access-control-allow-origin'), undefined);
});

test('A $default route with an authorizer catches preflights; an open OPTIONS /{proxy+} lets them through (AG-593)', async () => {
  await using api = await openWithCors();
  const lambda = addLambda(api, 'f');
  const auth = addLambda(api, 'auth', () => ({ isAuthorized: true }));
  const { guard } = await addAuthorizer(api, {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: auth.uri,
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: true,
    IdentitySource: ['$request.header.Authorization'],
  });
  await api.route('$default', lambda.integration(), guard);
  assert.equal((await api.send('/x', preflight)).status, 401);
  await api.route('OPTIONS /{proxy+}', lambda.integration());
  assert.equal((await api.send('/x', preflight)).status, 204);
  assert.equal((await api.send('/x')).status, 401);
});
