import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { EngineFailure } from '../../src/engine/problem.ts';
import { projectOf } from '../cli/command.ts';

const parameter = {
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Name: { 'Fn::Sub': '/place/${AWS::StackName}' }, Value: { Ref: 'AWS::Region' } },
};
const template = {
  Resources: { Parameter: parameter },
  Outputs: {
    Account: { Value: { Ref: 'AWS::AccountId' } },
    Region: { Value: { 'Fn::GetAtt': ['Parameter', 'Value'] } },
    Zones: { Value: { 'Fn::Join': [',', { 'Fn::GetAZs': '' }] } },
  },
};

/** An app that writes an assembly of stacks for these environments, by name, and what it looks up. */
function appOf(environments: Readonly<Record<string, string>>, lookups: readonly object[] = []): string {
  return `
    import { mkdirSync, writeFileSync } from 'node:fs';
    const out = process.env.CDK_OUTDIR;
    const context = JSON.parse(process.env.CDK_CONTEXT_JSON);
    mkdirSync(out, { recursive: true });
    const artifacts = {};
    for (const [name, environment] of Object.entries(${JSON.stringify(environments)})) {
      artifacts[name] = { type: 'aws:cloudformation:stack', environment, properties: { templateFile: name + '.json' } };
      const template = ${JSON.stringify(template)};
      for (const value of Object.values(context).filter(Array.isArray)) template.Outputs.Looked = { Value: value.join() };
      writeFileSync(out + '/' + name + '.json', JSON.stringify(template));
    }
    const missing = ${JSON.stringify(lookups)}.filter(({ key }) => !(key in context));
    writeFileSync(out + '/manifest.json', JSON.stringify({ version: '1', artifacts, missing }));
    console.log('ran');
  `;
}

interface Project extends Disposable {
  readonly path: string;
  readonly said: string[];
  write(app: string): void;
  start(stacks?: readonly string[]): Promise<Engine>;
}

function project(app: string): Project {
  const { path, [Symbol.dispose]: dispose } = projectOf({ 'app.mjs': app, 'cdk.json': '{"app": "node app.mjs"}' });
  const said: string[] = [];
  return {
    path,
    said,
    write: (text) => writeFileSync(join(path, 'app.mjs'), text),
    start: (stacks = []) =>
      startEngine({
        directory: path,
        stacks,
        ports: { aws: 0 },
        runtime: 'process',
        onEvent: (event) => void (event.event === 'progress' && said.push(event.message)),
      }),
    [Symbol.dispose]: dispose,
  };
}

function failure(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof EngineFailure);
    assert.equal(error.problems[0]?.code, code);
    assert.match(error.problems[0].message, message);
    return true;
  };
}

const paris = 'aws://123456789012/eu-west-3';
const zones = {
  key: 'availability-zones:account=123456789012:region=eu-west-3',
  provider: 'availability-zones',
  props: { account: '123456789012', region: 'eu-west-3' },
};

test('a system runs in the account and the region that its stacks name', async () => {
  using app = project(appOf({ One: paris, Two: 'aws://unknown-account/unknown-region' }));
  await using engine = await app.start();
  const outputs = Object.values(engine.describe().stacks).map((stack) => stack.outputs);
  assert.deepEqual(outputs, [
    { Account: '123456789012', Region: 'eu-west-3', Zones: 'eu-west-3a,eu-west-3b,eu-west-3c' },
    { Account: '123456789012', Region: 'eu-west-3', Zones: 'eu-west-3a,eu-west-3b,eu-west-3c' },
  ]);
  assert.equal(engine.account.environment['AWS_REGION'], 'eu-west-3');
});

test('stacks that name none run in account 000000000000, region us-east-1', async () => {
  using app = project(appOf({ One: 'aws://unknown-account/unknown-region' }));
  await using engine = await app.start();
  assert.equal(engine.describe().stacks['One']!.outputs['Account'], '000000000000');
  assert.equal(engine.describe().stacks['One']!.outputs['Region'], 'us-east-1');
});

test('stacks for two regions do not run together, and each does alone', async () => {
  using app = project(appOf({ One: paris, Two: 'aws://123456789012/us-west-2' }));
  await assert.rejects(app.start(), failure('SeveralEnvironments', /more than one region: eu-west-3 \(One\); us-west-2 \(Two\)/));
  await using engine = await app.start(['Two']);
  assert.equal(engine.describe().stacks['Two']!.outputs['Region'], 'us-west-2');
});

test('an update to another region is refused, and what runs goes on', async () => {
  using app = project(appOf({ One: paris }));
  await using engine = await app.start();
  app.write(appOf({ One: 'aws://123456789012/us-west-2' }));
  await assert.rejects(engine.update(), failure('EnvironmentChanged', /now for account 123456789012 in us-west-2/));
  assert.equal(engine.describe().stacks['One']!.outputs['Region'], 'eu-west-3');
});

test('a lookup of availability zones, which a stack with env makes, is answered without an account, and asked once', async () => {
  using app = project(appOf({ One: paris }, [zones]));
  {
    await using engine = await app.start();
    assert.equal(engine.describe().stacks['One']!.outputs['Looked'], 'eu-west-3a,eu-west-3b,eu-west-3c');
  }
  assert.equal(app.said.filter((line) => line === 'ran').length, 2);
  app.write(`${appOf({ One: paris }, [zones])}\n// changed`);
  {
    await using engine = await app.start();
    assert.equal(engine.describe().stacks['One']!.outputs['Looked'], 'eu-west-3a,eu-west-3b,eu-west-3c');
  }
  assert.equal(app.said.filter((line) => line === 'ran').length, 3);
});

test('a lookup that only an account can answer is told, without the zones', async () => {
  const vpc = { key: 'vpc-provider:account=123456789012', provider: 'vpc-provider', props: { region: 'eu-west-3' } };
  using app = project(appOf({ One: paris }, [zones, vpc]));
  await assert.rejects(
    app.start(),
    failure('MissingContext', /^The app looks up values in an AWS account: vpc-provider:account=123456789012$/),
  );
});
