import assert from 'node:assert/strict';
import test from 'node:test';
import { stage } from '../../../src/services/apigateway/stage.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext } from '../fake-account.ts';
import { connectTo, openGateway, proxy, type Gateway } from './gateway-fixture.ts';
import { listenForHandshake } from './handshake-listener.ts';

async function proxied(uri: string, path = '/api/{proxy+}', more: Properties = {}): Promise<Gateway> {
  const gateway = await openGateway();
  const { RequestParameters: parameters = {}, ...rest } = more as Record<string, Properties>;
  await gateway.method(
    'ANY',
    path,
    proxy(uri, { ...rest, RequestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy', ...parameters } }),
  );
  await gateway.deploy();
  return gateway;
}

test('The backend gets the rest of the path, without the stage, and the query as it came; a doubly encoded slash stays so (AG-182, AG-204, AG-209, AG-213)', async () => {
  await using gateway = await proxied('http://nlb.internal:8080/base/{proxy}');
  const backend = await gateway.backend();
  const targets = {
    '/prod/api/a/b': '/base/a/b',
    '/prod/api/a/': '/base/a',
    '/prod/api/a//b': '/base/a//b',
    '/prod//api/a?x=1&x=2&y': '/base/a?x=1&x=2&y',
    '//prod/api/a%20b': '/base/a%20b',
    '/prod/api/a%2Fb': '/base/a/b', // AG-208
    '/prod/api/a%252Fb': '/base/a%252Fb', // AG-209: decoded once, its % encoded again
    '/prod/api/a+b:c@d,e;f=g': '/base/a+b:c@d,e;f=g',
    '/prod/api/%C3%BC%7B%7D%3F%23': '/base/%C3%BC%7B%7D%3F%23',
    '/prod/api/"q"': '/base/%22q%22',
    '/prod/api/.well-known/..a/b.': '/base/.well-known/..a/b.',
  };
  for (const target of Object.keys(targets)) assert.equal((await gateway.send(target)).status, 200, target);
  assert.deepEqual(
    backend.seen.map((request) => request.target),
    Object.values(targets),
  );
  assert.deepEqual(backend.seen[0]!.values('Host'), ['nlb.internal:8080']);
});

test('Dot segments in a path parameter, however written, and bytes that are no UTF-8 are 400, and nothing is dialled (T7)', async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}');
  const backend = await gateway.backend();
  for (const path of ['%2e%2e/admin', 'a/%2E%2E', 'a/..%2fadmin', 'a/./b', '..%5cadmin', 'a%2f..%2fb', '%ff', '%c0%af']) {
    const answer = await gateway.send(`/prod/api/${path}`);
    assert.deepEqual([answer.status, answer.body], [400, '{"message":"Bad Request"}'], path);
  }
  assert.equal(backend.dialled, 0);
});

test('A variable of the URI without a mapping stays as it is written (AG-207)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  await gateway.method('GET', '/api/{proxy+}', proxy('http://nlb.internal/{proxy}'));
  await gateway.deploy();
  await gateway.send('/prod/api/a');
  assert.equal(backend.seen[0]!.target, '/{proxy}');
});

test("Mapped query parameters are added to the client's, which pass as they came, and to the URI's own; an empty text is none (AG-213, AG-217, AG-327, AG-329, AG-336)", async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}?fixed=1', '/api/{proxy+}', {
    RequestParameters: {
      'integration.request.querystring.stage': 'context.stage',
      'integration.request.querystring.last': 'method.request.querystring.x',
      'integration.request.querystring.none': 'method.request.querystring.nothing',
      'integration.request.querystring.text': "'a b&c'",
      'integration.request.querystring.empty': "''",
      'integration.request.header.X-Empty': 'method.request.header.X-None',
    },
  });
  const backend = await gateway.backend();
  await gateway.send('/prod/api/a?x=1&bare&x=2%2B&%78=3', { headers: { 'X-None': '', 'X-Empty': "the client's" } });
  assert.equal(backend.seen[0]!.target, '/a?fixed=1&x=1&bare&x=2%2B&%78=3&stage=prod&last=3&text=a%20b%26c');
  assert.deepEqual(backend.seen[0]!.values('X-Empty'), []);
});

test('A backend of a stage with X-Ray tracing is told the root, a segment of the gateway and that it is sampled (AG-239)', async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}');
  const backend = await gateway.backend();
  const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  const trace = { 'X-Amzn-Trace-Id': `${root};Sampled=0` };
  const call = async (): Promise<string> => {
    await gateway.send('/prod/api/a', { headers: trace });
    return backend.seen.at(-1)!.values('X-Amzn-Trace-Id').join();
  };
  assert.equal(await call(), trace['X-Amzn-Trace-Id']);
  const properties = { RestApiId: gateway.api.id, DeploymentId: gateway.api.servedBy('prod')!, StageName: 'prod', TracingEnabled: true };
  await gateway.stage!.update!(createContext(gateway.account, stage, { logicalId: 'Stage', properties }));
  const [first, second] = [await call(), await call()];
  for (const told of [first, second]) assert.match(told, /^Root=1-5759e988-bd862e3fe1be46a994272793;Parent=[0-9a-f]{16};Sampled=1$/);
  assert.notEqual(first, second);
});

test('The backend gets the headers of the client but those that are the gateway’s, and the gateway’s own (AG-219 to AG-228, AG-903)', async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}');
  const backend = await gateway.backend();
  const passing = {
    Accept: 'text/html',
    'Accept-Encoding': 'gzip',
    Authorization: 'Bearer x',
    Cookie: 'a=b',
    'User-Agent': 'Mozilla/5.0',
    Via: '1.1 p',
    'X-Own': '1',
    Date: 'd',
    Range: 'bytes=0-1',
  };
  const dropped = {
    'Content-MD5': 'x',
    'Max-Forwards': '2',
    'Proxy-Authenticate': 'Basic',
    Server: 's',
    TE: 'deflate',
    'WWW-Authenticate': 'Basic',
    'Content-Encoding': 'br',
    'X-Amzn-Apigateway-Api-Id': 'forged',
    'X-Forwarded-Proto': 'http',
    'X-Forwarded-Port': '80',
  };
  const answer = await gateway.send('/prod/api/a', { headers: { ...passing, ...dropped, 'X-Forwarded-For': '203.0.113.7' } });
  assert.equal(answer.status, 200);
  const [seen] = backend.seen;
  const headers = seen!.headers.filter(([name]) => name !== 'X-Amzn-Trace-Id');
  assert.deepEqual(headers, [
    ...Object.entries(passing),
    ['Host', 'nlb.internal'],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Amzn-Apigateway-Api-Id', gateway.api.id],
    ['Connection', 'Keep-Alive'],
    ['X-Forwarded-For', '203.0.113.7, 127.0.0.1'],
  ]);
  assert.match(seen!.values('X-Amzn-Trace-Id')[0]!, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  const { request } = gateway.trace(answer).integration!;
  assert.deepEqual(new Set(request!.removed), new Set(['Host', 'Connection', 'X-Forwarded-For', ...Object.keys(dropped)]));
  assert.ok(request!.added.includes('X-Forwarded-For'));
});

test('Without a User-Agent the gateway’s own is sent (AG-227), repeated headers are joined (AG-233), a trace id is kept (AG-240)', async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}');
  const backend = await gateway.backend();
  const root = 'Root=1-65535c00-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1';
  await gateway.send('/prod/api/a', {
    headers: { 'X-Many': ['1', '2'], 'X-Mine': 'x', 'x-many': '3', Cookie: ['a=1', 'b=2'], 'X-Amzn-Trace-Id': root },
  });
  const seen = backend.seen[0]!;
  assert.deepEqual(seen.values('User-Agent'), [`AmazonAPIGateway_${gateway.api.id}`]);
  assert.deepEqual(seen.values('X-Many'), ['1,2,3']);
  assert.deepEqual(seen.values('Cookie'), ['a=1; b=2']);
  assert.deepEqual(seen.values('X-Amzn-Trace-Id'), [root]);
});

test('A body goes on with its length, also one that came in chunks (AG-234, AG-237); GET has none', async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}', '/api/{proxy+}', {});
  const backend = await gateway.backend();
  await gateway.send('/prod/api/a', { method: 'POST', body: '{"a":1}' });
  await gateway.send('/prod/api/a', { method: 'PUT', body: 'chunked', chunked: true });
  await gateway.send('/prod/api/a');
  assert.deepEqual(
    backend.seen.map(({ method, body, values }) => [method, body, values('Content-Length')]),
    [
      ['POST', '{"a":1}', ['7']],
      ['PUT', 'chunked', ['7']],
      ['GET', '', []],
    ],
  );
});

test('Status, body and headers of the backend come back, names of the gateway’s renamed (AG-241, AG-243 to AG-246, AG-250 to AG-253)', async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}');
  const backend = await gateway.backend((_, response) => {
    const headers = [
      ['Location', 'http://nlb.internal/x'],
      ['Server', 'nginx'],
      ['Date', 'then'],
      ['WWW-Authenticate', 'Basic'],
      ['Via', '1.1 b'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['Access-Control-Allow-Origin', 'http://site'],
      ['Content-Type', 'text/plain'],
      ['x-amzn-RequestId', 'theirs'],
      ['Content-Length', '5'],
    ];
    response.writeHead(302, 'Elsewhere', headers.flat());
    response.end('moved');
  });
  const answer = await gateway.send('/prod/api/a');
  assert.deepEqual([answer.status, answer.body, backend.seen.length], [302, 'moved', 1]);
  const headers = answer.headers.filter(
    ([name]) => !['Date', 'Content-Length', 'Connection', 'x-amzn-RequestId', 'x-amz-apigw-id'].includes(name),
  );
  assert.deepEqual(headers, [
    ['Content-Type', 'text/plain'],
    ['Location', 'http://nlb.internal/x'],
    ['x-amzn-Remapped-Server', 'nginx'],
    ['x-amzn-Remapped-Date', 'then'],
    ['x-amzn-Remapped-WWW-Authenticate', 'Basic'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
    ['Access-Control-Allow-Origin', 'http://site'],
    ['x-amzn-Remapped-x-amzn-requestid', 'theirs'],
    ['x-amzn-Remapped-Content-Length', '5'],
    ['x-amzn-Remapped-Connection', 'keep-alive'],
  ]);
  assert.equal(answer.headers.filter(([name]) => name.toLowerCase() === 'x-amzn-requestid').length, 1);
  const { integration } = gateway.trace(answer);
  assert.deepEqual(integration!.response!.renamed, [
    'Server',
    'Date',
    'WWW-Authenticate',
    'x-amzn-requestid',
    'Content-Length',
    'Connection',
  ]);
  assert.equal(integration!.target, '10.0.2.17:8080');
  assert.equal(integration!.network![0]!.rule, 'ingress tcp 8080');
});

test('Renamed headers keep the spelling of the backend, Host and X-Forwarded-For among them (AG-917)', async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}');
  await gateway.backend((_, response) => {
    response.writeHead(200, ['server', 'uvicorn', 'date', 'then', 'HOST', 'b', 'x-forwarded-for', '10.0.0.1', 'content-length', '0']);
    response.end();
  });
  const { headers } = await gateway.send('/prod/api/a');
  const renamed = headers.filter(([name]) => name.startsWith('x-amzn-Remapped-')).map(([name]) => name.slice(16));
  assert.deepEqual(renamed, ['server', 'date', 'HOST', 'x-forwarded-for', 'content-length', 'Connection']);
});

test('An answer in chunks comes back with its length; one without a type is application/json (AG-070); HEAD has no body', async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}');
  await gateway.backend((_, response) => {
    response.write('a');
    response.end('b');
  });
  const answer = await gateway.send('/prod/api/a');
  assert.deepEqual([answer.body, answer.header('Content-Length'), answer.header('Content-Type')], ['ab', '2', 'application/json']);
  assert.equal(answer.header('Transfer-Encoding'), undefined);
  assert.equal((await gateway.send('/prod/api/a', { method: 'HEAD' })).body, '');
});

test('Stage variables choose host, path and link, per stage and at once (AG-183, AG-338, AG-457)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  await gateway.method(
    'GET',
    '/',
    proxy('http://${stageVariables.host}/${stageVariables.path}', { ConnectionId: '${stageVariables.link}' }),
  );
  await gateway.deploy({ host: 'one.internal', path: 'v1', link: 'link01' });
  assert.equal((await gateway.send('/prod')).status, 200);
  assert.deepEqual([backend.seen[0]!.target, ...backend.seen[0]!.values('Host')], ['/v1', 'one.internal']);
  await gateway.deploy({ path: 'v1', link: 'link01' });
  const invalid = await gateway.send('/prod');
  assert.deepEqual([invalid.status, invalid.body], [500, '{"message": "Internal server error"}']); // AG-258
  await gateway.deploy({ host: 'one.internal', path: '' });
  assert.equal((await gateway.send('/prod')).status, 500); // AG-198
});

test('A mapping to Content-Length or Transfer-Encoding makes every call 500, 36 bytes (AG-230)', async () => {
  for (const name of ['Content-Length', 'Transfer-Encoding', 'X-Amzn-Trace-Id']) {
    await using gateway = await proxied('http://nlb.internal/{proxy}', '/api/{proxy+}', {
      RequestParameters: { [`integration.request.header.${name}`]: "'0'" },
    });
    const answer = await gateway.send('/prod/api/a');
    assert.deepEqual([answer.status, answer.body, answer.header('Content-Length')], [500, '{"message": "Internal server error"}', '36']);
  }
});

test('An https URI behind a VPC link is spoken to by TLS, with its host as the name (AG-179, AG-196)', async () => {
  await using gateway = await openGateway();
  using listener = await listenForHandshake();
  const backend = await gateway.backend(undefined, () => connectTo(listener.port));
  await gateway.method('GET', '/x', proxy('https://nlb.internal.example/x'));
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/x')).status, 504);
  assert.equal(backend.dialled, 1);
  listener.assertNamed('nlb.internal.example');
});

test('Templates and their overrides play no part in HTTP_PROXY (AG-341)', async () => {
  await using gateway = await proxied('http://nlb.internal/{proxy}', '/api/{proxy+}', {
    RequestTemplates: {
      'application/json': '#set($context.requestOverride.header.x-a = "over")#set($context.requestOverride.path.proxy = "evil")changed',
    },
  });
  const backend = await gateway.backend();
  await gateway.send('/prod/api/a', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"v":1}' });
  const [seen] = backend.seen;
  assert.deepEqual([seen!.target, seen!.values('x-a'), seen!.body], ['/a', [], '{"v":1}']);
});
