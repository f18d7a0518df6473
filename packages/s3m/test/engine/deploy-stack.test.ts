import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressBook } from '../../src/engine/address-book.ts';
import { deleteStack, deployStack } from '../../src/engine/deploy-stack.ts';
import type { Deployment } from '../../src/engine/stack-change.ts';
import type { DeployedStack, StackTarget } from '../../src/engine/deployed-stack.ts';
import { KeptResources } from '../../src/engine/kept-resources.ts';
import { EngineFailure } from '../../src/engine/problem.ts';
import {
  ResourceFailure,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../../src/services/resource-type.ts';
import { createEvaluation } from '../../src/template/evaluation.ts';
import type { Template } from '../../src/template/assembly.ts';
import { fakeAccount, type FakeAccount } from '../services/fake-account.ts';

/** Two types that write down what happens to them: `Mutable` takes changes in place, `Fixed` is replaced. */
function recordingTypes(log: string[]): ReadonlyMap<string, ResourceType> {
  const make = (context: ResourceContext, mutable: boolean): Resource => {
    const id = context.name.logicalId;
    const name = context.physicalName();
    return {
      ref: name,
      attributes: { Arn: `arn:${name}`, Url: context.properties['Url'] ?? '' },
      ...(typeof context.properties['Aws'] === 'string'
        ? { addresses: [{ aws: context.properties['Aws'], local: 'http://127.0.0.1:3000' }] }
        : {}),
      ...(mutable
        ? {
            update: async (next: ResourceContext) => {
              log.push(`update ${id} ${JSON.stringify(next.properties)}`);
              if (next.properties['Fail'] === 'update') throw new ResourceFailure('update refused', { property: 'Fail' });
              return make(next, mutable);
            },
          }
        : {}),
      stable: async () => {
        if (context.properties['Fail'] === 'stable') throw new ResourceFailure('never stable');
      },
      delete: async () => void log.push(`delete ${id}`),
    };
  };
  const type = (name: string, mutable: boolean): ResourceType => ({
    type: name,
    scope: 'simulated',
    properties: { '*': 'simulated' },
    attributes: ['*'],
    create: async (context) => {
      log.push(`create ${context.name.logicalId} ${JSON.stringify(context.properties)}`);
      if (context.properties['Fail'] === 'create') throw new ResourceFailure('create refused', { property: 'Fail', fix: 'take Fail away' });
      return make(context, mutable);
    },
  });
  return new Map([
    ['AWS::Test::Mutable', type('AWS::Test::Mutable', true)],
    ['AWS::Test::Fixed', type('AWS::Test::Fixed', false)],
  ]);
}

interface Bench {
  readonly log: string[];
  readonly stack: DeployedStack;
  readonly deployment: Deployment;
  deploy(
    resources: Record<string, { Type: string; Properties?: Properties; DependsOn?: string }>,
    outputs?: Record<string, unknown>,
  ): Promise<void>;
}

function benchOn(account: FakeAccount): Bench {
  const log: string[] = [];
  const types = recordingTypes(log);
  const stack: DeployedStack = { name: 'App', stackId: 'arn:stack', resources: new Map(), retained: new Map(), outputs: new Map() };
  const deployment: Deployment = {
    account,
    addresses: new AddressBook(),
    kept: new KeptResources(account.state),
    findAsset: () => undefined,
    importValue: (name) => `imported ${name}`,
    onChange: () => {},
  };
  return {
    log,
    stack,
    deployment,
    deploy: async (resources, outputs = {}) => {
      log.length = 0;
      await deployStack(stack, targetOf({ Resources: resources, Outputs: outputs }, types), deployment);
    },
  };
}

function targetOf(template: Template, types: ReadonlyMap<string, ResourceType>): StackTarget {
  const stack = {
    name: 'App',
    displayName: 'App',
    file: '/app/template.json',
    template,
    parameters: {},
    dependencies: [],
    locate: () => ({ file: '/app/template.json', line: 7 }),
  };
  const pseudo = {
    accountId: '000000000000',
    region: 'us-east-1',
    partition: 'aws',
    urlSuffix: 'amazonaws.com',
    stackName: 'App',
    stackId: 'arn:stack',
  };
  const evaluation = createEvaluation({ stack, pseudo, zones: () => ['us-east-1a'] });
  return { stack, evaluation, types: new Map(evaluation.resourceIds.map((id) => [id, types.get(evaluation.resource(id).Type)!])) };
}

const mutable = (Properties: Properties = {}) => ({ Type: 'AWS::Test::Mutable', Properties });
const fixed = (Properties: Properties = {}) => ({ Type: 'AWS::Test::Fixed', Properties });

test('resources are created after what they refer to, and references resolve to what was made', async () => {
  await using account = await fakeAccount();
  const bench = benchOn(account);
  await bench.deploy({ B: mutable({ Of: { 'Fn::GetAtt': ['A', 'Arn'] } }), A: fixed({ Size: 1 }) });
  const arn = bench.stack.resources.get('A')!.resource.attributes['Arn'];
  assert.deepEqual(bench.log, ['create A {"Size":1}', `create B ${JSON.stringify({ Of: arn })}`]);
});

test('a deployment of the same template touches nothing', async () => {
  await using account = await fakeAccount();
  const bench = benchOn(account);
  const resources = { A: fixed({ Size: 1 }), B: mutable({ Of: { Ref: 'A' } }) };
  await bench.deploy(resources);
  await bench.deploy(resources);
  assert.deepEqual(bench.log, []);
});

test('a replaced resource gets a new name, those who refer to it are updated, and the old one goes last (CFN-010)', async () => {
  await using account = await fakeAccount();
  const bench = benchOn(account);
  await bench.deploy({ A: fixed({ Size: 1 }), B: mutable({ Of: { Ref: 'A' } }) });
  const before = bench.stack.resources.get('A')!.resource.ref;
  await bench.deploy({ A: fixed({ Size: 2 }), B: mutable({ Of: { Ref: 'A' } }) });
  const after = bench.stack.resources.get('A')!.resource.ref;
  assert.notEqual(before, after);
  assert.deepEqual(bench.log, ['create A {"Size":2}', `update B ${JSON.stringify({ Of: after })}`, 'delete A']);
});

test('what the template no longer has is deleted, dependents first', async () => {
  await using account = await fakeAccount();
  const bench = benchOn(account);
  await bench.deploy({ A: fixed(), B: fixed({ Of: { Ref: 'A' } }), C: fixed() });
  await bench.deploy({ C: fixed() });
  assert.deepEqual(bench.log, ['delete B', 'delete A']);
});

test('a failed update puts everything back: changed, created and replaced resources', async () => {
  await using account = await fakeAccount();
  const bench = benchOn(account);
  await bench.deploy({ A: fixed({ Size: 1 }), B: mutable({ Level: 1 }) });
  const before = bench.stack.resources.get('A')!.resource.ref;
  const failing = bench.deploy({
    A: fixed({ Size: 2 }),
    B: { ...mutable({ Level: 2 }), DependsOn: 'A' },
    N: { ...mutable(), DependsOn: 'B' },
    Z: { ...fixed({ Fail: 'stable' }), DependsOn: 'N' },
  });
  await assert.rejects(failing, EngineFailure);
  assert.deepEqual(bench.log, [
    'create A {"Size":2}',
    'update B {"Level":2}',
    'create N {}',
    'create Z {"Fail":"stable"}',
    'delete Z',
    'delete N',
    'update B {"Level":1}',
    'delete A',
  ]);
  assert.equal(bench.stack.resources.get('A')!.resource.ref, before);
  assert.deepEqual([...bench.stack.resources.keys()].sort(), ['A', 'B']);
  await bench.deploy({ A: fixed({ Size: 1 }), B: mutable({ Level: 1 }) });
  assert.deepEqual(bench.log, []);
});

test('a failure says which resource, property and line, and what mends it', async () => {
  await using account = await fakeAccount();
  await assert.rejects(benchOn(account).deploy({ A: fixed({ Fail: 'create' }) }), (error: unknown) => {
    assert.ok(error instanceof EngineFailure);
    assert.deepEqual(error.problems, [
      {
        code: 'ResourceFailed',
        message: 'A (AWS::Test::Fixed): create refused',
        stack: 'App',
        logicalId: 'A',
        property: 'Fail',
        file: '/app/template.json',
        line: 7,
        fix: 'take Fail away',
        fault: 'user',
      },
    ]);
    return true;
  });
});

test('outputs are known in both views: as AWS prints them, and as they answer here', async () => {
  await using account = await fakeAccount();
  const bench = benchOn(account);
  const aws = 'https://abc.execute-api.us-east-1.amazonaws.com';
  await bench.deploy(
    { Api: fixed({ Aws: aws, Url: `${aws}/prod` }) },
    { Url: { Value: { 'Fn::GetAtt': ['Api', 'Url'] }, Export: { Name: 'api-url' } } },
  );
  assert.deepEqual(bench.stack.outputs.get('Url'), {
    value: `${aws}/prod`,
    localValue: 'http://127.0.0.1:3000/prod',
    exportName: 'api-url',
  });
});

test('deleting a stack deletes dependents first and leaves nothing', async () => {
  await using account = await fakeAccount();
  const bench = benchOn(account);
  await bench.deploy({ A: fixed(), B: mutable({ Of: { Ref: 'A' } }) });
  bench.log.length = 0;
  assert.deepEqual(await deleteStack(bench.stack, bench.deployment, { quick: true }), []);
  assert.deepEqual(bench.log, ['delete B', 'delete A']);
  assert.equal(bench.stack.resources.size, 0);
});
