import assert from 'node:assert/strict';
import test from 'node:test';
import { checkVariables } from '../../../src/services/apigateway/canary.ts';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { restApi } from '../../../src/services/apigateway/rest-api.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import { createContext } from '../fake-account.ts';
import { addAuthorizer, mock, openGateway, type Gateway } from './gateway-fixture.ts';

const reached = (what: string): object => ({
  message: `Maximum number of ${what} for this API has been reached. Please contact AWS if you need additional ${what}.`,
});

function addResources({ api: { draft } }: Gateway, from: number, to: number): void {
  for (let index = from; index <= to; index++) draft.addResource(`r${index}`, draft.rootId, `part${index}`);
}

test('An API has at most 300 resources beside its root; one that is there may be put again (AG-064, AG-436)', async () => {
  await using gateway = await openGateway();
  addResources(gateway, 1, 300);
  await assert.rejects(gateway.path('/more'), reached('resources'));
  gateway.api.draft.removeResource('r300');
  await gateway.path('/instead');
});

test('An API has at most 10 authorizers (AG-124)', async () => {
  await using gateway = await openGateway();
  for (let index = 1; index <= 10; index++) await addAuthorizer(gateway, { Name: `a${index}` });
  await assert.rejects(addAuthorizer(gateway, { Name: 'a11' }), reached('Authorizers'));
});

test('An API has at most 10 stages, each with at most 100 variables (AG-436, AG-460)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  const RestApiId = gateway.api.id;
  const { ref: DeploymentId } = await gateway.create(deployment, 'Deployment', { RestApiId });
  const add = (index: number): Promise<unknown> =>
    gateway.create(stage, `Stage${index}`, { RestApiId, DeploymentId, StageName: `s${index}` });
  for (let index = 1; index <= 10; index++) await add(index);
  await assert.rejects(add(11), reached('stages'));
  const variables = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, 'x']));
  assert.deepEqual(checkVariables(variables(100), 'Variables'), []);
  assert.match(checkVariables(variables(101), 'Variables')[0]!.message, /^A stage has at most 100 variables, not 101$/);
});

test('What AWS has raised for the account is told in the metadata of the API (AG-436)', async () => {
  await using gateway = await openGateway();
  addResources(gateway, 1, 300);
  const metadata = { S3M: { quotas: { resources: 302 } } };
  const api = gateway.resources[0]!;
  await api.update!(createContext(gateway.account, restApi, { logicalId: 'Api', properties: { Name: 'Test' }, metadata }));
  addResources(gateway, 301, 302);
  assert.throws(() => addResources(gateway, 303, 303), reached('resources'));
});
