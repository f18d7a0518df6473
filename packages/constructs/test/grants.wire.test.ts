import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib/core';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { up } from 's3m';
import { createProject, type Project } from './project.ts';

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: unknown;
}

/** A function that may read a table without indexes and one with. Answers the statements of its role. */
function synthesize(project: Project): readonly Statement[] {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: project.path('cdk.out') });
  const stack = new Stack(app, 'Grants');
  const partitionKey = { name: 'id', type: AttributeType.STRING };
  const plain = new Table(stack, 'Plain', { tableName: 'plain', partitionKey });
  const indexed = new Table(stack, 'Indexed', { tableName: 'indexed', partitionKey });
  indexed.addGlobalSecondaryIndex({ indexName: 'byTeam', partitionKey: { name: 'team', type: AttributeType.STRING } });
  const reader = new LambdaFunction(stack, 'Reader', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => 1'),
  });
  for (const table of [plain, indexed]) table.grantReadData(reader);
  app.synth();
  const template = JSON.parse(readFileSync(project.path('cdk.out', 'Grants.template.json'), 'utf8')) as {
    readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: unknown }>>;
  };
  const policy = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::IAM::Policy')?.Properties as
    | { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }
    | undefined;
  return policy?.PolicyDocument.Statement ?? [];
}

test("CDK's grantReadData is taken as it is synthesized, and allows what it names: an index only where the table has one (IAM-044)", async () => {
  using project = createProject();
  const statements = synthesize(project);
  const reads = ['BatchGetItem', 'ConditionCheckItem', 'DescribeTable', 'GetItem', 'GetRecords', 'GetShardIterator', 'Query', 'Scan'];
  // Newer versions of the CDK have the two for streams in a statement of their own.
  assert.deepEqual(
    [...new Set(statements.flatMap(({ Action }) => Action))].toSorted(),
    reads.map((name) => `dynamodb:${name}`),
  );
  const resources = JSON.stringify(statements.map(({ Resource }) => Resource));
  assert.ok(resources.includes('/index/*'), resources);
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0 } });
  const { directory, id } = engine.account;
  const [, role] = directory.list('role').find(([, { name }]) => name.includes('Reader')) ?? assert.fail('no role');
  const session = { roleArn: role.arn, issuedAt: 0, policies: [] };
  const caller = { arn: `arn:aws:sts::${id}:assumed-role/${role.name}/x`, accountId: id, userId: `${role.id}:x`, session };
  const may = (action: string, table: string): boolean =>
    directory.find('accessControl', id)?.refuse(caller, {
      action: `dynamodb:${action}`,
      resource: `arn:aws:dynamodb:us-east-1:${id}:table/${table}`,
    }) === undefined;
  for (const action of reads) assert.ok(may(action, 'plain') && may(action, 'indexed'), action);
  for (const action of ['PutItem', 'DeleteItem', 'UpdateItem', 'DescribeTimeToLive']) assert.ok(!may(action, 'plain'), action);
  assert.deepEqual(
    [may('Query', 'indexed/index/byTeam'), may('Query', 'plain/index/byTeam'), may('GetItem', 'other')],
    [true, false, false],
  );
});
