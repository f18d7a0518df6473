import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { httpDeployment } from '../../../src/services/apigatewayv2/deployment.ts';
import { httpRoute } from '../../../src/services/apigatewayv2/route.ts';
import { httpStage } from '../../../src/services/apigatewayv2/stage.ts';
import { addLambda, openHttpApi } from './http-api-fixture.ts';

test('A full match goes before a greedy one, a verb before ANY, and $default takes the rest (AG-550)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f', ({ routeKey }) => ({ statusCode: 200, body: routeKey }));
  for (const key of ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', 'POST /pets/{proxy+}', '$default']) {
    await api.route(key, lambda.integration());
  }
  const to = async (method: string, path: string): Promise<string> => (await api.send(path, { method })).body;
  assert.equal(await to('GET', '/pets/dog/1'), 'GET /pets/dog/1');
  assert.equal(await to('GET', '/pets/dog/2'), 'GET /pets/dog/{id}');
  assert.equal(await to('GET', '/pets/cat/1'), 'GET /pets/{proxy+}');
  assert.equal(await to('POST', '/pets/dog/1'), 'POST /pets/{proxy+}');
  assert.equal(await to('DELETE', '/pets/dog/1'), 'ANY /{proxy+}');
  assert.equal(await to('GET', '/'), '$default');
});

test('What no route takes is 404, byte by byte; a verb that a path does not have too (AG-550 to AG-552, AG-561, AG-920)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  await api.route('GET /known', lambda.integration());
  await api.route('GET /below/{proxy+}', lambda.integration());
  for (const [method, path] of [
    ['GET', '/unknown'],
    ['POST', '/known'],
    ['GET', '/known/'],
    ['GET', '/below'],
    ['GET', '/below/'],
  ] as const) {
    const answer = await api.send(path, { method });
    assert.equal(answer.status, 404, path);
    assert.equal(answer.body, '{"message":"Not Found"}');
    assert.deepEqual(
      answer.headers.map(([name]) => name).filter((name) => !['Date', 'Connection', 'Keep-Alive'].includes(name)),
      ['Content-Type', 'Content-Length', 'Apigw-Requestid'],
    );
    assert.match(answer.header('apigw-requestid')!, /^[\w-]{15}=$/);
    assert.equal(api.trace(answer).decision!.type, 'NOT_FOUND');
    assert.equal(api.trace(answer).resource, undefined);
  }
  assert.equal(lambda.events.length, 0);
});

test('The path begins with a stage, or it is of $default (AG-549); a named stage stands in rawPath (AG-588)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f', ({ rawPath, requestContext, stageVariables }) => ({
    statusCode: 200,
    body: JSON.stringify([requestContext.stage, rawPath, requestContext.http.path, stageVariables ?? null]),
  }));
  await api.route('GET /pets/{id}', lambda.integration());
  await api.create(httpStage, 'Dev', { ApiId: api.api.id, StageName: 'dev', AutoDeploy: true, StageVariables: { color: 'blue' } });
  assert.equal((await api.send('/pets/1')).body, '["$default","/pets/1","/pets/1",null]');
  assert.equal((await api.send('/dev/pets/1')).body, '["dev","/dev/pets/1","/dev/pets/1",{"color":"blue"}]');
  assert.equal((await api.send('/dev')).status, 404);
  assert.deepEqual(
    api.api.stages.map((stage) => api.api.urlOf(stage).replace(/:\d+/, '')),
    ['http://127.0.0.1/', 'http://127.0.0.1/dev'],
  );
});

test('Without a stage of that name, and without $default, all is 404 (AG-549)', async () => {
  await using api = await openHttpApi({ stage: { StageName: 'prod' } });
  await api.route('$default', addLambda(api, 'f').integration());
  assert.equal((await api.send('/prod/x')).status, 200);
  assert.equal((await api.send('/x')).body, '{"message":"Not Found"}');
});

test('A path is decoded once, for routes, authorizers and backends alike (AG-591); dot segments are refused', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f', ({ routeKey, rawPath, pathParameters }) => ({
    statusCode: 200,
    body: JSON.stringify([routeKey, rawPath, pathParameters ?? null]),
  }));
  await api.route('GET /admin', lambda.integration());
  await api.route('GET /a/{id}', lambda.integration());
  await api.route('$default', lambda.integration());
  assert.equal((await api.send('/%61dmin')).body, '["GET /admin","/admin",null]');
  assert.equal((await api.send('/a/x%20y')).body, '["GET /a/{id}","/a/x y",{"id":"x y"}]');
  for (const path of ['/a/../admin', '/a/%2e%2e/admin', '/a/..%2fadmin', '/%', '/%ff']) {
    assert.equal((await api.send(path)).status, 400, path);
  }
});

test('A change is served at once with AutoDeploy, and after a deployment without (AG-559)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  const ApiId = api.api.id;
  await api.route('GET /one', lambda.integration());
  const { ref: DeploymentId } = await api.create(httpDeployment, 'First', { ApiId });
  await api.create(httpStage, 'Fixed', { ApiId, StageName: 'fixed', DeploymentId });
  await api.route('GET /two', lambda.integration());
  assert.equal((await api.send('/two')).status, 200);
  assert.equal((await api.send('/fixed/one')).status, 200);
  assert.equal((await api.send('/fixed/two')).status, 404);
  assert.match(api.api.staleness()[0]!, /Stage "fixed" .* older than .*route GET \/two/);
  await api.create(httpDeployment, 'Second', { ApiId, StageName: 'fixed' });
  assert.equal((await api.send('/fixed/two')).status, 200);
  assert.deepEqual(api.api.staleness(), []);
});

test('An API without routes cannot be deployed (AG-955)', async () => {
  await using api = await openHttpApi();
  await assert.rejects(api.create(httpDeployment, 'D', { ApiId: api.api.id }), /Unable to deploy API because no routes exist in this API/);
});

test('Quick create makes an integration, a $default route and a $default stage of a Target', async () => {
  await using api = await openHttpApi({
    stage: false,
    api: { Target: 'arn:aws:lambda:us-east-1:000000000000:function:quick' },
  });
  const lambda = addLambda(api, 'quick');
  assert.equal((await api.send('/any/path')).body, 'hello');
  assert.equal(lambda.events[0].version, '2.0');
  assert.equal(lambda.events[0].routeKey, '$default');
});

test('DisableExecuteApiEndpoint closes the default endpoint', async () => {
  await using api = await openHttpApi({ api: { DisableExecuteApiEndpoint: true } });
  await api.route('$default', addLambda(api, 'f').integration());
  assert.equal((await api.send('/x')).status, 404);
});

test('A request beyond the burst of its route is 429, and the rate fills it again (AG-556)', async () => {
  const clock = new VirtualClock();
  await using api = await openHttpApi({
    clock,
    stage: {
      DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 },
      RouteSettings: { 'GET /free': { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 } },
    },
  });
  const lambda = addLambda(api, 'f');
  for (const key of ['GET /a', 'GET /b', 'GET /free']) await api.route(key, lambda.integration());
  const statuses = async (path: string, count: number): Promise<number[]> => {
    const all: number[] = [];
    for (let index = 0; index < count; index++) all.push((await api.send(path)).status);
    return all;
  };
  assert.deepEqual(await statuses('/a', 3), [200, 200, 429]);
  assert.deepEqual(await statuses('/b', 2), [200, 200]);
  assert.deepEqual(await statuses('/free', 5), [200, 200, 200, 200, 200]);
  const refused = await api.send('/a');
  assert.equal(refused.body, '{"message":"Too Many Requests"}');
  await clock.advance(1000);
  assert.deepEqual(await statuses('/a', 2), [200, 429]);
});

test('Sizes: a body over 10 MB is 413, a head over 10,240 bytes 431 (AG-557, AG-558)', async () => {
  await using api = await openHttpApi();
  await api.route('$default', addLambda(api, 'f').integration());
  const large = await api.send('/x', { method: 'POST', body: Buffer.alloc(10_485_761) });
  assert.equal(large.status, 413);
  assert.equal(large.body, '{"message":"Request Entity Too Large"}');
  assert.equal((await api.send('/x', { headers: { 'X-Long': 'a'.repeat(10_240) } })).status, 431);
  assert.equal((await api.send('/x', { headers: { 'X-Long': 'a'.repeat(9_000) } })).status, 200);
});

test('A route key that another route has is refused', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  await api.route('GET /x', lambda.integration());
  const Target = `integrations/${[...api.api.draft.integrations.keys()][0]}`;
  await assert.rejects(
    api.create(httpRoute, 'Other', { ApiId: api.api.id, RouteKey: 'GET /x', Target }),
    /Route with key GET \/x already exists for this API/,
  );
});
