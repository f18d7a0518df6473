import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { signHeaders } from '../../signature/official-signer.ts';
import { addAuthorizer, allow, connectTo, openGateway, proxy } from './gateway-fixture.ts';

test('Behind a link the host of the URI need not resolve; without a port the listener is that of 80, for https of 443 (AG-180, AG-181)', async () => {
  await using gateway = await openGateway();
  const ports: number[] = [];
  const backend = await gateway.backend(undefined, async (port) => {
    ports.push(port);
    return connectTo(backend.port);
  });
  const uris = ['http://nobody.invalid/a', 'http://nobody.invalid:8081/a', 'https://nobody.invalid/a', 'https://nobody.invalid:8443/a'];
  for (const [index, uri] of uris.entries()) await gateway.method('GET', `/r${index}`, proxy(uri));
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/r0')).status, 200);
  assert.equal((await gateway.send('/prod/r1')).status, 200);
  await gateway.send('/prod/r2');
  await gateway.send('/prod/r3');
  assert.deepEqual(ports, [80, 8081, 443, 8443]);
  assert.deepEqual(
    backend.seen.map(({ values }) => values('Host')),
    [['nobody.invalid'], ['nobody.invalid:8081']],
  );
});

test('Connections to the backend are kept and used again, one of each host that API Gateway is played by (AG-203)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  await gateway.method('GET', '/', proxy());
  await gateway.deploy();
  for (let round = 0; round < 12; round++) assert.equal((await gateway.send('/prod')).status, 200);
  assert.equal(backend.seen.length, 12);
  assert.equal(backend.dialled, 4);
});

test('A backend is asked once, whatever it answers and whether it answers (AG-263)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend(({ target }, response) => {
    if (target === '/broken') response.socket!.destroy();
    else response.writeHead(503).end();
  });
  await gateway.method('GET', '/broken', proxy('http://nlb.internal/broken'));
  await gateway.method('GET', '/busy', proxy('http://nlb.internal/busy'));
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/broken')).status, 504);
  assert.equal((await gateway.send('/prod/busy')).status, 503);
  assert.deepEqual(
    backend.seen.map(({ target }) => target),
    ['/broken', '/busy'],
  );
});

test('The token that an authorizer read goes on to the backend, a signature does not (AG-222)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = (event) => allow(event.methodArn);
  await gateway.method('GET', '/', { ...guard, ...proxy() });
  await gateway.deploy();
  const signed = await signHeaders({
    method: 'GET',
    target: '/prod/',
    host: `127.0.0.1:${gateway.port}`,
    body: '',
    at: Date.now(),
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  });
  for (const Authorization of ['Bearer token', signed['authorization'] ?? signed['Authorization']!])
    assert.equal((await gateway.send('/prod/', { headers: { Authorization } })).status, 200);
  assert.deepEqual(
    backend.seen.map(({ values }) => values('Authorization')),
    [['Bearer token'], []],
  );
});

test('Without settings an integration has 29 seconds, and bodies of types without a template pass (AG-520)', async () => {
  const clock = new VirtualClock();
  await using gateway = await openGateway({ clock });
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const backend = await gateway.backend(() => resolve());
  const { Integration } = proxy();
  const http = { ...(Integration as object), Type: 'HTTP', IntegrationHttpMethod: 'POST', IntegrationResponses: [{ StatusCode: '200' }] };
  const RequestTemplates = { 'application/json': '{}' };
  await gateway.method('POST', '/', { MethodResponses: [{ StatusCode: '200' }], Integration: { ...http, RequestTemplates } });
  await gateway.deploy();
  let answered = false;
  const answer = gateway.send('/prod', { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: 'a,b' });
  void answer.then(() => (answered = true));
  await asked;
  assert.equal(backend.seen[0]!.body, 'a,b');
  await clock.advance(28_999);
  assert.equal(gateway.account.traces.recent(1).length, 0);
  assert.equal(answered, false);
  await clock.advance(1);
  assert.deepEqual([(await answer).status, (await answer).body], [504, '{"message": "Endpoint request timed out"}']);
});

test('A template for $default is none (AG-343)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  const { Integration } = proxy();
  const http = { ...(Integration as object), Type: 'HTTP', IntegrationHttpMethod: 'POST', IntegrationResponses: [{ StatusCode: '200' }] };
  await gateway.method('POST', '/', {
    MethodResponses: [{ StatusCode: '200' }],
    Integration: { ...http, RequestTemplates: { $default: 'templated' } },
  });
  await gateway.deploy();
  await gateway.send('/prod', { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: 'a,b' });
  assert.equal(backend.seen[0]!.body, 'a,b');
});

test('The execution log of a time-out ends with what AWS writes of it (AG-256)', async () => {
  const clock = new VirtualClock();
  await using gateway = await openGateway({ clock });
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  await gateway.backend(() => resolve());
  await gateway.method('GET', '/', proxy(undefined, { TimeoutInMillis: 1000 }));
  await gateway.deploy();
  const answer = gateway.send('/prod');
  await asked;
  await clock.advance(1000);
  const { logs } = gateway.trace(await answer);
  assert.ok(logs.includes('Execution failed due to a timeout error'), logs.join('\n'));
});
