import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { checkMethod } from '../../../src/services/apigateway/method-check.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext } from '../fake-account.ts';
import { addAuthorizer, allow, openGateway, proxy, type Backend, type Gateway } from './gateway-fixture.ts';

const all = { ResourcePath: '/*', HttpMethod: '*', CachingEnabled: true };

async function set(gateway: Gateway, MethodSettings: readonly Properties[], more: Properties = {}): Promise<void> {
  const properties = {
    RestApiId: gateway.api.id,
    DeploymentId: gateway.api.servedBy('prod')!,
    StageName: 'prod',
    CacheClusterEnabled: true,
    MethodSettings,
    ...more,
  };
  await gateway.stage!.update!(createContext(gateway.account, stage, { logicalId: 'Stage', properties }));
}

async function counting(gateway: Gateway): Promise<Backend> {
  let count = 0;
  return gateway.backend((_, response) => void response.writeHead(200, { 'x-from': 'backend' }).end(`answer ${++count}`));
}

test('A GET is answered from the cache for 300 seconds, with ids of its own (AG-448)', async () => {
  const clock = new VirtualClock();
  await using gateway = await openGateway({ clock });
  const backend = await counting(gateway);
  await gateway.method('GET', '/', proxy());
  await gateway.method('POST', '/', proxy());
  await gateway.deploy();
  await set(gateway, [all]);
  const first = await gateway.send('/prod');
  const second = await gateway.send('/prod');
  assert.equal(second.body, 'answer 1');
  assert.equal(second.header('x-from'), 'backend');
  assert.notEqual(second.header('x-amzn-RequestId'), first.header('x-amzn-RequestId'));
  assert.equal(second.headers.filter(([name]) => name.toLowerCase() === 'x-amzn-requestid').length, 1);
  assert.equal(gateway.trace(second).decision!.why, 'The response cache of the stage answered');
  await gateway.send('/prod', { method: 'POST' });
  await gateway.send('/prod', { method: 'POST' });
  assert.equal(backend.seen.length, 3);
  await clock.advance(299_999);
  assert.equal((await gateway.send('/prod')).body, 'answer 1');
  await clock.advance(1);
  assert.equal((await gateway.send('/prod')).body, 'answer 4');
});

test('Only the parameters that are named tell requests apart, none where none is (AG-449, AG-451)', async () => {
  await using gateway = await openGateway();
  const backend = await counting(gateway);
  const RequestParameters = {
    'method.request.querystring.city': false,
    'method.request.path.id': true,
    'method.request.header.x-lang': false,
  };
  const mapped = {
    'integration.request.header.lang': 'method.request.header.x-lang',
    'integration.request.path.id': 'method.request.path.id',
  };
  await gateway.method('GET', '/plain/{id}', { RequestParameters, ...proxy() });
  await gateway.method('GET', '/keyed/{id}', {
    RequestParameters,
    ...proxy('http://nlb.internal/{id}', {
      RequestParameters: mapped,
      CacheKeyParameters: ['method.request.querystring.city', 'integration.request.path.id', 'integration.request.header.lang'],
    }),
  });
  await gateway.deploy();
  await set(gateway, [all]);
  for (const path of ['/plain/1', '/plain/2?city=a', '/plain/3?city=b'])
    assert.equal((await gateway.send(`/prod${path}`)).body, 'answer 1');
  const keyed = async (path: string, lang?: string): Promise<string> =>
    (await gateway.send(`/prod/keyed${path}`, lang === undefined ? {} : { headers: { 'x-lang': lang } })).body;
  assert.equal(await keyed('/1?city=a'), 'answer 2');
  assert.equal(await keyed('/1?city=a&other=x'), 'answer 2');
  assert.equal(await keyed('/1?city=b'), 'answer 3');
  assert.equal(await keyed('/2?city=a'), 'answer 4');
  assert.equal(await keyed('/1?city=a', 'de'), 'answer 5');
  assert.equal(await keyed('/1?city=a'), 'answer 2');
  assert.equal(backend.seen.length, 5);
});

test('All values of a parameter are part of the key, and values of the body are refused there (AG-449)', async () => {
  await using gateway = await openGateway();
  const backend = await counting(gateway);
  const RequestParameters = { 'method.request.querystring.city': false };
  await gateway.method('GET', '/', { RequestParameters, ...proxy(undefined, { CacheKeyParameters: Object.keys(RequestParameters) }) });
  await gateway.deploy();
  await set(gateway, [all]);
  assert.equal((await gateway.send('/prod?city=a&city=b')).body, 'answer 1');
  assert.equal((await gateway.send('/prod?city=b')).body, 'answer 2');
  assert.equal((await gateway.send('/prod?city=a%2Cb')).body, 'answer 3');
  assert.equal(backend.seen.length, 3);
  const mapping = { 'integration.request.header.x-id': 'method.request.body.id' };
  await gateway.method('POST', '/', proxy(undefined, { RequestParameters: mapping, CacheKeyParameters: Object.keys(mapping) }));
  await assert.rejects(gateway.deploy(), /Values of the body are not simulated as parts of a cache key/);
});

test('max-age=0 asks anew for those whose policy allows InvalidateCache; others get what is kept, with a warning (AG-450)', async () => {
  await using gateway = await openGateway();
  await counting(gateway);
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = (event) => ({
    ...(allow(event.methodArn) as object),
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: event.authorizationToken === 'admin' ? 'execute-api:*' : 'execute-api:Invoke',
          Resource: event.methodArn,
        },
      ],
    },
  });
  await gateway.method('GET', '/', { ...guard, ...proxy() });
  await gateway.deploy();
  await set(gateway, [all]);
  const ask = async (Authorization: string, more = {}): Promise<[string, string | undefined]> => {
    const answer = await gateway.send('/prod', { headers: { Authorization, ...more } });
    return [answer.body, answer.header('Warning')];
  };
  const refresh = { 'Cache-Control': 'max-age=0' };
  assert.deepEqual(await ask('user'), ['answer 1', undefined]);
  assert.deepEqual(await ask('user', refresh), ['answer 1', '199 Cache-control headers were ignored because the caller was unauthorized.']);
  assert.deepEqual(await ask('admin', refresh), ['answer 2', undefined]);
  assert.deepEqual(await ask('user'), ['answer 2', undefined]);
  assert.equal((await gateway.send('/prod')).status, 401, 'what is kept is for those who may call');
});

test('Failures and large answers are not kept; a lifetime of 0, no cluster and no setting turn the cache off (AG-448, AG-457)', async () => {
  await using gateway = await openGateway();
  let count = 0;
  const backend = await gateway.backend((request, response) => {
    count++;
    if (request.target === '/bad') response.writeHead(500).end();
    else if (request.target === '/large') response.end('x'.repeat(1_048_577));
    else response.end(String(count));
  });
  for (const path of ['bad', 'large', 'good']) await gateway.method('GET', `/${path}`, proxy(`http://nlb.internal/${path}`));
  await gateway.deploy();
  const dialled = async (path: string): Promise<number> => {
    const before = backend.seen.length;
    for (let time = 0; time < 2; time++) await gateway.send(`/prod/${path}`);
    return backend.seen.length - before;
  };
  assert.equal(await dialled('good'), 2);
  await set(gateway, [all]);
  assert.equal(await dialled('bad'), 2);
  assert.equal(await dialled('large'), 2);
  assert.equal(await dialled('good'), 1);
  await set(gateway, [all, { ResourcePath: '/~1good', HttpMethod: 'GET', CachingEnabled: false }]);
  assert.equal(await dialled('good'), 2);
  await set(gateway, [{ ...all, CacheTtlInSeconds: 0 }]);
  assert.equal(await dialled('good'), 2);
  await set(gateway, [all], { CacheClusterEnabled: false });
  assert.equal(await dialled('good'), 2);
});

test('Keys that are not declared, and lifetimes out of bounds, are told at load (AG-448, AG-449)', () => {
  const method = {
    RestApiId: 'a',
    ResourceId: 'r',
    HttpMethod: 'GET',
    AuthorizationType: 'NONE',
    ...proxy('http://x/', { CacheKeyParameters: ['method.request.querystring.q'] }),
  };
  assert.deepEqual(
    checkMethod(method).map(({ property }) => property),
    ['Integration.CacheKeyParameters[0]'],
  );
  assert.deepEqual(checkMethod({ ...method, RequestParameters: { 'method.request.querystring.q': false } }), []);
  assert.deepEqual(
    stage.check!({ RestApiId: 'a', MethodSettings: [{ CacheTtlInSeconds: 3601 }] }, {}).map(({ property }) => property),
    ['MethodSettings[0].CacheTtlInSeconds'],
  );
});

test('A backend that breaks off an answer that would be kept is a network error, not a fault of this engine (AG-904)', async () => {
  await using gateway = await openGateway();
  let calls = 0;
  await gateway.backend((_, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('half');
    if (++calls === 1) setImmediate(() => response.destroy());
    else response.end('x'.repeat(96));
  });
  await gateway.method('GET', '/', proxy());
  await gateway.deploy();
  await set(gateway, [all]);
  const broken = await gateway.send('/prod');
  assert.equal(broken.status, 504);
  assert.equal(broken.body, '{"message": "Network error communicating with endpoint"}');
  assert.equal((await gateway.send('/prod')).body, `half${'x'.repeat(96)}`);
});

test('An answer that was asked for before a flush is not kept after it (AG-448)', async () => {
  await using gateway = await openGateway();
  let count = 0;
  let answerFirst = (): void => {};
  const asked = Promise.withResolvers<void>();
  await gateway.backend((_, response) => {
    const body = `answer ${++count}`;
    if (count > 1) return void response.end(body);
    answerFirst = () => void response.end(body);
    asked.resolve();
  });
  await gateway.method('GET', '/', proxy());
  await gateway.deploy();
  await set(gateway, [all]);
  const first = gateway.send('/prod');
  await asked.promise;
  gateway.api.servedStages[0]!.flushAnswers();
  answerFirst();
  assert.equal((await first).body, 'answer 1');
  assert.equal((await gateway.send('/prod')).body, 'answer 2');
  assert.equal((await gateway.send('/prod')).body, 'answer 2');
});
