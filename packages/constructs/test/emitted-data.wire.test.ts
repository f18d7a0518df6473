import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CfnOutput, RemovalPolicy, SecretValue, type Stack } from 'aws-cdk-lib/core';
import { Distribution, Function, FunctionCode, FunctionEventType, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, Billing, Table, TableV2, type ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { EngineFailure, up } from 's3m';
import { countTypes, recommended, synthesizeStack, theOnly } from './cdk-stack.ts';
import { createProject, type Project } from './project.ts';

const partitionKey = { name: 'subject', type: AttributeType.STRING };

/** A site of CDK's classes: a private bucket that is filled and emptied by CDK's own functions, behind a distribution. */
function addSite(stack: Stack, project: Project): void {
  project.write('site/index.html', 'the site');
  const bucket = new Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
  const edge = new Function(stack, 'Edge', {
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(
      "function handler(event) { if (event.request.uri === '/') event.request.uri = '/index.html'; return event.request; }",
    ),
  });
  const { distributionDomainName } = new Distribution(stack, 'Site', {
    defaultBehavior: {
      origin: S3BucketOrigin.withOriginAccessControl(bucket),
      functionAssociations: [{ function: edge, eventType: FunctionEventType.VIEWER_REQUEST }],
    },
  });
  new BucketDeployment(stack, 'Deploy', { sources: [Source.asset(project.path('site'))], destinationBucket: bucket });
  new CfnOutput(stack, 'Url', { value: `https://${distributionDomainName}/` });
}

const site = {
  'AWS::S3::Bucket': 1,
  'AWS::S3::BucketPolicy': 1,
  'AWS::CloudFront::Function': 1,
  'AWS::CloudFront::OriginAccessControl': 1,
  'AWS::CloudFront::Distribution': 1,
  'Custom::CDKBucketDeployment': 1,
  'Custom::S3AutoDeleteObjects': 1,
  'AWS::Lambda::Function': 2,
  'AWS::Lambda::LayerVersion': 1,
  'AWS::IAM::Role': 2,
  'AWS::IAM::Policy': 1,
};

for (const { title, context, more } of [
  { title: 'without flags', context: {}, more: {} },
  { title: 'with the recommended flags', context: recommended, more: { 'AWS::Logs::LogGroup': 1 } },
]) {
  test(`CDK's site, ${title}: the bucket is filled, and the distribution answers from it (CFN-073, CFN-074)`, async () => {
    using project = createProject();
    const template = synthesizeStack(project, (stack) => addSite(stack, project), { context });
    assert.deepEqual(countTypes(template), { ...site, ...more });
    await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, site: 0 } });
    const answer = await fetch(String(engine.describe().stacks['Stack']!.localOutputs['Url']));
    assert.deepEqual([answer.status, await answer.text()], [200, 'the site']);
  });
}

/** Puts an item of the subject `ada` into each. */
async function assertHolds(tables: readonly { put(item: object): Promise<void>; scan(): Promise<readonly object[]> }[]): Promise<void> {
  for (const table of tables) {
    await table.put({ subject: { S: 'ada' } });
    assert.deepEqual(await table.scan(), [{ subject: { S: 'ada' } }]);
  }
}

test("CDK's Table is a table, and so is its TableV2, which is a global one with one replica (CFN-075, CFN-076)", async () => {
  using project = createProject();
  const template = synthesizeStack(project, (stack) => {
    const tables: readonly (readonly [string, ITable])[] = [
      ['Plain', new Table(stack, 'Plain', { partitionKey })],
      ['Global', new TableV2(stack, 'Global', { partitionKey, timeToLiveAttribute: 'ends', billing: Billing.onDemand() })],
    ];
    for (const [name, { tableName, tableArn }] of tables) {
      new CfnOutput(stack, `${name}Name`, { value: tableName });
      new CfnOutput(stack, `${name}Arn`, { value: tableArn });
    }
  });
  assert.deepEqual(countTypes(template), { 'AWS::DynamoDB::Table': 1, 'AWS::DynamoDB::GlobalTable': 1 });
  assert.deepEqual(theOnly(template, 'AWS::DynamoDB::GlobalTable')['Properties'].Replicas, [{ Region: { Ref: 'AWS::Region' } }]);
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0 } });
  const { outputs } = engine.describe().stacks['Stack']!;
  for (const name of ['Plain', 'Global']) {
    assert.match(String(outputs[`${name}Name`]), new RegExp(`^Stack-${name}`));
    assert.equal(outputs[`${name}Arn`], `arn:aws:dynamodb:us-east-1:000000000000:table/${String(outputs[`${name}Name`])}`);
  }
  await assertHolds(['Plain', 'Global'].map((name) => engine.account.directory.find('table', String(outputs[`${name}Name`]))!));
});

test('replicas of other regions are refused, in the template and by name (CFN-076)', async () => {
  using project = createProject();
  const env = { account: '111122223333', region: 'us-east-1' };
  synthesizeStack(project, (stack) => void new TableV2(stack, 'Global', { partitionKey, replicas: [{ region: 'eu-west-1' }] }), {
    props: { env },
  });
  await assert.rejects(up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0 } }), (error: unknown) => {
    assert.ok(error instanceof EngineFailure);
    // Streams, which replicas need, are not supported either.
    const { message } = error.problems.find(({ property }) => property === 'Replicas')!;
    assert.match(message, /several regions \(eu-west-1, us-east-1\) are not kept here/);
    return true;
  });
});

test("CDK's user pool, repository and secret are what the engine takes without a finding (CFN-075)", async () => {
  using project = createProject();
  const template = synthesizeStack(project, (stack) => {
    const pool = new UserPool(stack, 'Pool');
    pool.addClient('Client');
    pool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'small-system' } });
    new Repository(stack, 'Images');
    new Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText('kept') });
  });
  assert.deepEqual(countTypes(template), {
    'AWS::Cognito::UserPool': 1,
    'AWS::Cognito::UserPoolClient': 1,
    'AWS::Cognito::UserPoolDomain': 1,
    'AWS::ECR::Repository': 1,
    'AWS::SecretsManager::Secret': 1,
  });
  assert.equal(theOnly(template, 'AWS::ECR::Repository')['DeletionPolicy'], 'Retain');
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0 } });
  const { directory } = engine.account;
  assert.deepEqual(
    directory.list('secret').map(([, secret]) => secret.value()),
    ['kept'],
  );
  assert.equal(directory.list('userPool').length, 1);
  assert.deepEqual(
    Object.keys(engine.describe().endpoints.repositories).map((id) => id.replace(/[0-9A-F]{8}$/, '')),
    ['Images'],
  );
});
