import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { DialFailure, type DialFailureKind } from '../../../src/capabilities/connection.ts';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { httpStage } from '../../../src/services/apigatewayv2/stage.ts';
import { impatientClock } from '../apigateway/gateway-fixture.ts';
import { listenForHandshake } from '../apigateway/handshake-listener.ts';
import { addAuthorizer, addLambda, listenerArn, openBackend, openHttpApi, privately } from './http-api-fixture.ts';

test('A private integration dials the listener, and sends the path with a named stage (AG-577, AG-578)', async () => {
  await using api = await openHttpApi();
  await using backend = await openBackend(api);
  await api.route('ANY /weather/{proxy+}', privately());
  await api.create(httpStage, 'Dev', { ApiId: api.api.id, StageName: 'dev', AutoDeploy: true });
  const answer = await api.send('/weather/a%20b?x=1&y=%20', { method: 'POST', body: 'ping' });
  assert.equal(answer.status, 200);
  assert.equal(answer.body, 'hello');
  await api.send('/dev/weather/c');
  await api.send('/weather/a%252Fb');
  assert.deepEqual(
    backend.seen.map(({ method, target, body }) => [method, target, body]),
    [
      ['POST', '/weather/a%20b?x=1&y=%20', 'ping'],
      ['GET', '/dev/weather/c', ''],
      ['GET', '/weather/a%252Fb', ''],
    ],
  );
  assert.deepEqual([...new Set(backend.targets)], [listenerArn]);
  const { integration, match, resource } = api.trace(answer);
  assert.deepEqual([match, resource], ['ANY', '/weather/{proxy+}']);
  assert.equal(integration!.link, 'link02');
  assert.equal(integration!.target, '10.0.2.17:8080');
  assert.equal(integration!.network![0]!.allowed, true);
});

test('overwrite:path takes the stage away (AG-578)', async () => {
  await using api = await openHttpApi({ stage: { StageName: 'dev' } });
  await using backend = await openBackend(api);
  await api.route('ANY /weather/{proxy+}', privately({ RequestParameters: { 'overwrite:path': '$request.path' } }));
  await api.route('GET /old/{id}', privately({ RequestParameters: { 'overwrite:path': '/new/${request.path.id}' } }));
  await api.send('/dev/weather/c');
  await api.send('/dev/old/7');
  assert.deepEqual(
    backend.seen.map(({ target }) => target),
    ['/weather/c', '/new/7'],
  );
});

test('The backend gets Forwarded and Via in place of X-Forwarded-*, and the host of the API (AG-582 to AG-584)', async () => {
  await using api = await openHttpApi();
  await using backend = await openBackend(api);
  await api.route('$default', privately());
  await api.send('/x', {
    headers: { 'X-Forwarded-For': '10.9.8.7', 'X-Forwarded-Proto': 'http', Authorization: 'Bearer t', 'X-Own': 'kept', TE: 'trailers' },
  });
  const [seen] = backend.seen;
  const host = `${api.api.id}.execute-api.us-east-1.amazonaws.com`;
  assert.deepEqual(seen!.values('Forwarded'), [`for=10.9.8.7, by=127.0.0.1;for=127.0.0.1;host=${host};proto=https`]);
  assert.deepEqual(seen!.values('Via'), ['HTTP/1.1 AmazonAPIGateway']);
  assert.deepEqual(seen!.values('Host'), [host]);
  assert.deepEqual(seen!.values('X-Forwarded-For'), []);
  assert.deepEqual(seen!.values('X-Forwarded-Proto'), []);
  assert.deepEqual(seen!.values('TE'), []);
  assert.deepEqual(seen!.values('Authorization'), ['Bearer t']);
  assert.deepEqual(seen!.values('X-Own'), ['kept']);
  assert.match(seen!.values('X-Amzn-Trace-Id')[0]!, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
});

test("A client's Forwarded comes before the gateway's, unless it is malformed and would swallow it (AG-583, RFC 7239)", async () => {
  await using api = await openHttpApi();
  await using backend = await openBackend(api);
  await api.route('$default', privately());
  const sent = ['for=192.0.2.60;proto=http;by=203.0.113.43', 'For="[2001:db8:cafe::17]:4711", for=x', 'for="open', 'for=a b', 'for="a\\"'];
  for (const value of sent) await api.send('/x', { headers: { Forwarded: value } });
  const own = `by=127.0.0.1;for=127.0.0.1;host=${api.api.id}.execute-api.us-east-1.amazonaws.com;proto=https`;
  assert.deepEqual(
    backend.seen.map((seen) => seen.values('Forwarded')),
    [[`${sent[0]}, ${own}`], [`${sent[1]}, ${own}`], [own], [own], [own]],
  );
});

test('Half of a surrogate pair in a value that is mapped into the query is replaced, not an error', async () => {
  await using api = await openHttpApi();
  await using backend = await openBackend(api);
  await api.route('POST /x', privately({ RequestParameters: { 'overwrite:querystring.a': '$request.body.a' } }));
  const answer = await api.send('/x', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: String.raw`{"a":"b\ud800"}`,
  });
  assert.equal(answer.status, 200);
  assert.equal(backend.seen[0]!.target, '/x?a=b%EF%BF%BD');
});

test('A URL gets its path variables from the route, and keeps its own host and query', async () => {
  await using api = await openHttpApi();
  await using backend = await openBackend(api);
  const base = `http://127.0.0.1:${backend.port}`;
  await api.route('ANY /u/{proxy+}', { IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'ANY', IntegrationUri: `${base}/v1/{proxy}` });
  await api.route('GET /q', { IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'POST', IntegrationUri: `${base}/q?fixed=1` });
  await api.send('/u/a%2Fb/c?x=1');
  await api.send('/q?x=1');
  assert.deepEqual(
    backend.seen.map(({ method, target }) => [method, target]),
    [
      ['GET', '/v1/a/b/c?x=1'],
      ['POST', '/q?fixed=1&x=1'],
    ],
  );
  assert.deepEqual(backend.seen[0]!.values('Host'), [`127.0.0.1:${backend.port}`]);
});

test('Headers and query parameters are appended, overwritten and removed (AG-585)', async () => {
  await using api = await openHttpApi({ stage: { StageVariables: { color: 'blue' } } });
  await using backend = await openBackend(api);
  await api.route(
    'POST /pets/{id}',
    privately({
      RequestParameters: {
        'append:header.X-List': '$request.path.id',
        'overwrite:header.X-User': '$context.requestId',
        'remove:header.X-Drop': "''",
        'append:header.X-Color': 'is ${stageVariables.color} for ${request.querystring.who}',
        'append:header.X-Body': '$request.body.pet.names[1]',
        'append:header.X-Both': '$request.header.x-two',
        'overwrite:header.X-Missing': '$request.header.nothing',
        'overwrite:querystring.page': '1',
        'remove:querystring.debug': "''",
        'append:querystring.tag': 'b c',
      },
    }),
  );
  const answer = await api.send('/pets/7?page=9&page=8&debug=1&tag=a&who=me', {
    method: 'POST',
    headers: { 'X-List': 'first', 'X-User': 'forged', X_User: 'forged', 'X-Drop': '1', 'X-Two': ['1', '2'], 'X-Missing': 'forged' },
    body: '{"pet":{"names":["a","b"]}}',
  });
  const [seen] = backend.seen;
  assert.deepEqual(seen!.values('X-List'), ['first', '7']);
  assert.deepEqual(seen!.values('X-User'), [answer.header('apigw-requestid')]);
  assert.deepEqual(seen!.values('X_User'), []);
  assert.deepEqual(seen!.values('X-Drop'), []);
  assert.deepEqual(seen!.values('X-Color'), ['is blue for me']);
  assert.deepEqual(seen!.values('X-Body'), ['b']);
  assert.deepEqual(seen!.values('X-Both'), ['1,2']);
  assert.deepEqual(seen!.values('X-Missing'), []);
  assert.equal(seen!.target, '/pets/7?tag=a&who=me&page=1&tag=b%20c');
});

test('A value with a line break never becomes a header of its own', async () => {
  await using api = await openHttpApi();
  await using backend = await openBackend(api);
  await api.route('GET /x/{id}', privately({ RequestParameters: { 'append:header.X-Id': '$request.path.id' } }));
  const answer = await api.send('/x/a%0d%0aX-Admin:%201');
  assert.equal(answer.status, 500);
  assert.equal(backend.seen.length, 0);
});

test('Headers and the status of an answer are mapped by its status (AG-585)', async () => {
  await using api = await openHttpApi();
  await using backend = await openBackend(api, ({ target }, response) =>
    response.writeHead(target === '/bad' ? 500 : 200, { 'X-Old': 'old', 'X-Keep': 'kept' }).end('{"reason":"full"}'),
  );
  await api.route(
    '$default',
    privately({
      ResponseParameters: {
        '500': {
          ResponseParameters: [
            { Destination: 'overwrite:statuscode', Source: '403' },
            { Destination: 'remove:header.X-Old', Source: "''" },
            { Destination: 'append:header.X-Reason', Source: '$response.body.reason' },
            { Destination: 'append:header.X-Copy', Source: '$response.header.x-keep' },
          ],
        },
      },
    }),
  );
  const bad = await api.send('/bad');
  assert.equal(bad.status, 403);
  assert.equal(bad.header('X-Old'), undefined);
  assert.equal(bad.header('X-Reason'), 'full');
  assert.equal(bad.header('X-Copy'), 'kept');
  const good = await api.send('/good');
  assert.equal(good.status, 200);
  assert.equal(good.header('X-Old'), 'old');
  assert.equal(backend.seen.length, 2);
});

test('The claims of a JWT and the context of an authorizer reach a backend as headers', async () => {
  await using api = await openHttpApi();
  await using backend = await openBackend(api);
  const auth = addLambda(api, 'auth', () => ({ isAuthorized: true, context: { user: 'ada', roles: ['a'] } }));
  const { guard } = await addAuthorizer(api, {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: auth.uri,
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: true,
  });
  const RequestParameters = {
    'overwrite:header.X-User': '$context.authorizer.user',
    'overwrite:header.X-Roles': '$context.authorizer.roles',
  };
  await api.route('$default', privately({ RequestParameters }), guard);
  await api.send('/x', { headers: { 'X-User': 'forged' } });
  assert.deepEqual(backend.seen[0]!.values('X-User'), ['ada']);
  assert.deepEqual(backend.seen[0]!.values('X-Roles'), ['["a"]']);
});

test("The backend's answer comes back with its own headers and the API's id", async () => {
  await using api = await openHttpApi();
  await using backend = await openBackend(api, (_, response) =>
    response
      .writeHead(418, { 'Content-Type': 'text/tea', 'X-Own': '1', 'apigw-requestid': 'forged', 'Set-Cookie': ['a=b', 'c=d'] })
      .end('short'),
  );
  await api.route('$default', privately());
  const answer = await api.send('/x');
  assert.equal(answer.status, 418);
  assert.equal(answer.body, 'short');
  assert.equal(answer.header('content-type'), 'text/tea');
  assert.equal(answer.headers.filter(([name]) => name.toLowerCase() === 'set-cookie').length, 2);
  assert.notEqual(answer.header('apigw-requestid'), 'forged');
  assert.equal(answer.header('x-amzn-requestid'), undefined);
  assert.equal(backend.seen.length, 1);
});

test('A link, listener or target that is not there, or refuses, is 503, byte by byte (AG-555)', async () => {
  await using api = await openHttpApi();
  const kinds: readonly DialFailureKind[] = ['no-listener', 'no-target', 'refused-by-target', 'timed-out'];
  let kind: DialFailureKind | undefined;
  await using backend = await openBackend(api, undefined, () => Promise.reject(new DialFailure(kind!, `because of ${kind}`)));
  await api.route('GET /link', privately());
  await api.route('GET /no-link', privately({ ConnectionId: 'gone' }));
  for (kind of kinds) {
    const answer = await api.send('/link');
    assert.equal(answer.status, 503);
    assert.equal(answer.body, '{"message":"Service Unavailable"}');
    assert.match(api.trace(answer).decision!.why, new RegExp(`because of ${kind}`));
  }
  assert.equal((await api.send('/no-link')).status, 503);
  assert.equal(backend.seen.length, 0);
});

test('Where the network drops packets, nothing is heard until the time is up, scaled', async () => {
  const schedule = impatientClock();
  await using api = await openHttpApi({ clock: new VirtualClock(), schedule });
  await using backend = await openBackend(api, undefined, () => Promise.reject(new DialFailure('blocked-by-network', 'no rule')));
  await api.route('$default', privately({ TimeoutInMillis: 5000 }));
  assert.equal((await api.send('/x')).status, 503);
  assert.ok(schedule.waited.includes(5000));
  assert.equal(backend.seen.length, 0);
});

test('A backend that takes longer than the integration may is 503 (AG-553)', async () => {
  const clock = new VirtualClock();
  await using api = await openHttpApi({ clock });
  await using backend = await openBackend(api, (_, response) => void response.write('first'));
  await api.route('$default', privately({ TimeoutInMillis: 2000 }));
  const pending = api.send('/x');
  while (backend.seen.length === 0) await new Promise(setImmediate);
  for (let round = 0; round < 50; round++) await new Promise(setImmediate);
  await clock.advance(2000);
  assert.equal((await pending).status, 503);
  assert.equal(backend.seen.length, 1);
});

test('With TlsConfig the listener is spoken to by TLS, with that name (AG-579)', async () => {
  await using api = await openHttpApi();
  using listener = await listenForHandshake();
  await using backend = await openBackend(api, undefined, async () => ({
    socket: connect(listener.port, '127.0.0.1'),
    route: { loadBalancer: 'Nlb', listener: '443', targetGroup: 'Weather', target: '10.0.2.17:8443', hops: [] },
    draining: false,
    onDraining: () => {},
  }));
  await api.route('$default', privately({ TlsConfig: { ServerNameToVerify: 'internal.example' } }));
  assert.equal((await api.send('/x')).status, 503);
  listener.assertNamed('internal.example');
  assert.equal(backend.seen.length, 0);
});
