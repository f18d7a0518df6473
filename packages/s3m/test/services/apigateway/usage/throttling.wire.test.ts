import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../../src/clock/virtual-clock.ts';
import { restApi } from '../../../../src/services/apigateway/rest-api.ts';
import { stage } from '../../../../src/services/apigateway/stage.ts';
import { usageRegisterOf } from '../../../../src/services/apigateway/usage/usage-register.ts';
import type { Properties } from '../../../../src/services/resource-type.ts';
import { createContext } from '../../fake-account.ts';
import { mock, openGateway, type Gateway } from '../gateway-fixture.ts';

type Throttled = Gateway & {
  readonly clock: VirtualClock;
  settings(...settings: readonly Properties[]): Promise<void>;
  burst(count: number, path?: string, method?: string): Promise<Record<number, number>>;
};

async function throttled(): Promise<Throttled> {
  const clock = new VirtualClock();
  const gateway = await openGateway({ clock });
  await gateway.method('GET', '/pets', mock());
  await gateway.method('ANY', '/pets/{id}', mock());
  await gateway.method('GET', '/', mock());
  await gateway.deploy();
  return Object.assign(gateway, {
    clock,
    async settings(...MethodSettings: readonly Properties[]) {
      const { id } = gateway.api;
      const properties = { RestApiId: id, DeploymentId: gateway.api.servedBy('prod')!, StageName: 'prod', MethodSettings };
      const served = gateway.resources.find((resource) => resource.ref === 'prod')!;
      await served.update!(createContext(gateway.account, stage, { logicalId: 'Stage', properties }));
    },
    async burst(count: number, path = '/prod/pets', method = 'GET') {
      const statuses: Record<number, number> = {};
      for (let index = 0; index < count; index++) {
        const { status } = await gateway.send(path, { method });
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      return statuses;
    },
  });
}

const all = { ResourcePath: '/*', HttpMethod: '*' };

test("A stage's settings for all methods bound each of them, without a deployment (AG-419, AG-427, AG-457, AG-526)", async () => {
  await using gateway = await throttled();
  await gateway.settings({ ...all, ThrottlingRateLimit: 2, ThrottlingBurstLimit: 3 });
  assert.deepEqual(await gateway.burst(4), { 200: 3, 429: 1 });
  assert.deepEqual(await gateway.burst(4, '/prod/pets/1'), { 200: 3, 429: 1 });
  assert.deepEqual(await gateway.burst(1, '/prod'), { 200: 1 });
  await gateway.clock.advance(500);
  assert.deepEqual(await gateway.burst(2), { 200: 1, 429: 1 });
  const answer = await gateway.send('/prod/pets');
  assert.deepEqual([answer.body, answer.header('Retry-After')], ['{"message":"Too Many Requests"}', undefined]);
  await gateway.settings();
  assert.deepEqual(await gateway.burst(5), { 200: 5 });
});

test('Settings for a method count alone: what they leave out is the default, not that of all methods (AG-427)', async () => {
  await using gateway = await throttled();
  await gateway.settings(
    { ...all, ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
    { ResourcePath: '/~1pets', HttpMethod: 'GET', LoggingLevel: 'OFF' },
    { ResourcePath: '/~1pets~1{id}', HttpMethod: 'ANY', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 },
  );
  assert.deepEqual(await gateway.burst(3), { 200: 3 });
  assert.deepEqual(await gateway.burst(1, '/prod/pets/1', 'PUT'), { 200: 1 });
  assert.deepEqual(await gateway.burst(2, '/prod/pets/2', 'GET'), { 200: 1, 429: 1 });
  assert.deepEqual(await gateway.burst(2, '/prod/'), { 200: 1, 429: 1 });
});

test('A limit of 0 blocks everything (AG-428)', async () => {
  await using gateway = await throttled();
  await gateway.settings({ ...all, ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 });
  await gateway.clock.advance(10_000);
  assert.deepEqual(await gateway.burst(2), { 429: 2 });
});

test("The account's 10,000 a second and 5,000 at once bound all APIs together, unless an API's metadata says that AWS raised them (AG-419)", async () => {
  await using gateway = await throttled();
  const register = usageRegisterOf(gateway.account.directory);
  const now = gateway.clock.monotonic();
  for (let index = 0; index < 4999; index++) assert.equal(register.takeOfAccount(now), true);
  assert.deepEqual(await gateway.burst(2), { 200: 1, 429: 1 });
  await gateway.clock.advance(1);
  assert.deepEqual(await gateway.burst(11), { 200: 10, 429: 1 });
  const raised = createContext(gateway.account, restApi, {
    logicalId: 'Api',
    properties: { Name: 'Test' },
    metadata: { S3M: { accountThrottle: { rateLimit: 20_000 } } },
  });
  await gateway.resources[0]!.update!(raised);
  await gateway.clock.advance(1);
  assert.deepEqual(await gateway.burst(21), { 200: 20, 429: 1 });
});
