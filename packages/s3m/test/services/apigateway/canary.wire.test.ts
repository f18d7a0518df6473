import assert from 'node:assert/strict';
import test from 'node:test';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { createContext } from '../fake-account.ts';
import { addAuthorizer, mock, openGateway, type Gateway } from './gateway-fixture.ts';

/** What a request finds, told by a gateway response: variables and whether it is the canary. */
async function openCanary(): Promise<{
  gateway: Gateway;
  served: Resource;
  set: (more: Properties) => Promise<unknown>;
  ask: () => Promise<Properties>;
}> {
  const gateway = await openGateway();
  const RestApiId = gateway.api.id;
  await gateway.method('GET', '/', mock());
  await gateway.create(gatewayResponse, 'Echo', {
    RestApiId,
    ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
    ResponseTemplates: {
      'application/json':
        '{"a":"$stageVariables.a","b":"$stageVariables.b","only":"$stageVariables.only","canary":"$context.isCanaryRequest","deployment":"$context.deploymentId"}',
    },
  });
  const { ref: first } = await gateway.create(deployment, 'First', { RestApiId });
  const { ref: second } = await gateway.create(deployment, 'Second', { RestApiId });
  const properties = { RestApiId, DeploymentId: first, StageName: 'prod', Variables: { a: 'default', b: 'default' } };
  const served = await gateway.create(stage, 'Stage', properties);
  const set = (more: Properties): Promise<unknown> =>
    served.update!(
      createContext(gateway.account, stage, {
        logicalId: 'Stage',
        properties: {
          ...properties,
          CanarySetting: { DeploymentId: second, StageVariableOverrides: { a: 'canary', only: 'canary' }, ...more },
        },
      }),
    );
  return { gateway, served, set, ask: async () => JSON.parse((await gateway.send('/prod/x')).body) as Properties };
}

test('All or none of the requests go to a canary of 100 or 0 percent, with its variables over the stage’s (AG-461)', async () => {
  const { gateway, set, ask } = await openCanary();
  await using _ = gateway;
  const [first] = [(await ask())['deployment']];
  assert.deepEqual(await ask(), { a: 'default', b: 'default', only: '', canary: '', deployment: first! });
  await set({ PercentTraffic: 0 });
  assert.deepEqual(await ask(), { a: 'default', b: 'default', only: '', canary: 'false', deployment: first! });
  await set({ PercentTraffic: 100 });
  const { deployment: second, ...rest } = await ask();
  assert.deepEqual(rest, { a: 'canary', b: 'default', only: 'canary', canary: 'true' });
  assert.notEqual(second, first);
});

test('A part of the requests goes to a canary by the random numbers that are handed in (AG-461)', async () => {
  const { gateway, set, ask } = await openCanary();
  await using _ = gateway;
  await set({ PercentTraffic: 30 });
  let canaries = 0;
  for (let count = 0; count < 200; count++) if ((await ask())['canary'] === 'true') canaries++;
  assert.ok(canaries > 35 && canaries < 85, `${canaries} of 200`);
});

test('What an authorizer said of the stage is not taken for its canary, and a flush empties both', async () => {
  await using gateway = await openGateway();
  const RestApiId = gateway.api.id;
  const { lambda, guard } = await addAuthorizer(gateway);
  await gateway.method('GET', '/', { ...guard, ...mock() });
  const { ref: DeploymentId } = await gateway.create(deployment, 'First', { RestApiId });
  const properties = { RestApiId, DeploymentId, StageName: 'prod' };
  const served = await gateway.create(stage, 'Stage', properties);
  const ask = async (): Promise<number> => (await gateway.send('/prod', { headers: { Authorization: 'x' } })).status;
  const set = (CanarySetting: Properties): Promise<unknown> =>
    served.update!(createContext(gateway.account, stage, { logicalId: 'Stage', properties: { ...properties, CanarySetting } }));
  assert.equal(await ask(), 200);
  await set({ PercentTraffic: 100 });
  assert.equal(await ask(), 200);
  assert.equal(await ask(), 200);
  assert.equal(lambda.events.length, 2);
  assert.equal(gateway.api.flushAuthorizers('prod'), 2);
});

test('A deployment that a stage or its canary serves is not deleted (AG-458)', async () => {
  await using gateway = await openGateway();
  const RestApiId = gateway.api.id;
  await gateway.method('GET', '/', mock());
  const first = await gateway.create(deployment, 'First', { RestApiId });
  const second = await gateway.create(deployment, 'Second', { RestApiId });
  const third = await gateway.create(deployment, 'Third', { RestApiId });
  await gateway.create(stage, 'Stage', {
    RestApiId,
    DeploymentId: first.ref,
    StageName: 'prod',
    CanarySetting: { DeploymentId: second.ref },
  });
  for (const served of [first, second]) {
    await assert.rejects(served.delete(), { message: 'Active stages pointing to this deployment must be moved or deleted' });
  }
  await third.delete();
});

test('A canary of a deployment that is not there, or of more than all, is refused', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await gateway.deploy();
  const RestApiId = gateway.api.id;
  const DeploymentId = gateway.api.servedBy('prod')!;
  await assert.rejects(
    gateway.create(stage, 'Other', { RestApiId, DeploymentId, StageName: 'dev', CanarySetting: { DeploymentId: 'nope' } }),
    {
      message: 'Invalid Deployment identifier specified',
      property: 'CanarySetting.DeploymentId',
    },
  );
  const findings = stage.check!({ RestApiId, CanarySetting: { PercentTraffic: 101, StageVariableOverrides: { 'a-b': 'x' } } }, {});
  assert.deepEqual(
    findings.map(({ property }) => property),
    ['CanarySetting.StageVariableOverrides.a-b', 'CanarySetting.PercentTraffic'],
  );
});
