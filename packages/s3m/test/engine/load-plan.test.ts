import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadPlan, type Plan } from '../../src/engine/load-plan.ts';
import { EngineFailure, type Problem } from '../../src/engine/problem.ts';
import { readAssembly } from '../../src/template/read-assembly.ts';

async function load(template: string, accept: readonly string[] = []): Promise<Plan> {
  const directory = mkdtempSync(join(tmpdir(), 's3m-plan-'));
  try {
    const file = join(directory, 'a.yaml');
    writeFileSync(file, template);
    const account = { id: '000000000000', region: 'us-east-1', partition: 'aws', urlSuffix: 'amazonaws.com' };
    return await loadPlan(await readAssembly(file), { stacks: [], parameters: {}, engineParameters: {}, accept, account });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function problemsOf(template: string, accept: readonly string[] = []): Promise<readonly Problem[]> {
  const failure: unknown = await load(template, accept).then(
    () => assert.fail('it loads'),
    (error: unknown) => error,
  );
  assert.ok(failure instanceof EngineFailure, String(failure));
  return failure.problems;
}

function linesOf(problems: readonly Problem[]): (readonly [number | undefined, string])[] {
  return problems.map(({ line, message }) => [line, message] as const);
}

describe('what is wrong with an application', () => {
  test('is told all at once: parameters, types, properties, their kinds and their values', async () => {
    const problems = await problemsOf(`Parameters:
  Stage: { Type: String }
  Size: { Type: Number, Default: 3, MaxValue: 2 }
Resources:
  Queue:
    Type: AWS::SQS::Queue
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: !Ref Stage
      VpcId: { wrong: true }
      Nonsense: 1
      Tags: many
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Stage
      ResourceId: r
      Integration: { Uri: x }
`);
    assert.deepEqual(linesOf(problems), [
      [3, "Parameter 'Size' must be a number not greater than 2"],
      [2, 'Parameters: [Stage] must have values'],
      [6, 'Queue: resource type AWS::SQS::Queue is not supported'],
      [12, 'Group: property Nonsense of AWS::EC2::SecurityGroup is not supported, and CloudFormation does not have it'],
      [13, 'Group: Properties validation failed for resource Group with message: #/Tags: expected type: JSONArray, found: String'],
      [11, 'Group: Properties validation failed for resource Group with message: #/VpcId: expected type: String, found: JSONObject'],
      [16, 'Method: Property validation failure: [The property {/HttpMethod} is required]'],
      [19, 'Method: Property validation failure: [The property {/Integration/Type} is required]'],
    ]);
  });

  test('types that are unknown are told also where the template cannot be evaluated', async () => {
    const problems = await problemsOf('Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    DependsOn: Nothing\n');
    assert.deepEqual(
      problems.map(({ message }) => message),
      [
        'Template format error: Unresolved resource dependencies [Nothing] in the Resources block of the template',
        'Queue: resource type AWS::SQS::Queue is not supported',
      ],
    );
  });

  test('a parameter that is missing is told where a loop over resources needs it', async () => {
    const problems = await problemsOf(`Transform: AWS::LanguageExtensions
Parameters:
  Names: { Type: CommaDelimitedList }
Resources:
  Fn::ForEach::Buckets:
    - Name
    - !Ref Names
    - Bucket\${Name}: { Type: AWS::S3::Bucket }
`);
    assert.deepEqual(
      problems.map(({ message }) => message),
      ['Parameters: [Names] must have values'],
    );
  });

  test('a value of another kind deep in a property that has no effect here is told too', async () => {
    const problems = await problemsOf('Resources:\n  Group:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      Tags: [5]\n');
    assert.deepEqual(linesOf(problems), [
      [5, 'Group: Properties validation failed for resource Group with message: #/Tags/0: expected type: JSONObject, found: Integer'],
    ]);
  });

  test('what is accepted and nothing needs is a notice', async () => {
    const template = 'Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n';
    const { notices, accepted } = await load(template, [
      'AWS::SQS::Queue',
      'AWS::SNS::Topic',
      'AWS::S3::Bucket.Nonsense',
      'AWS::Lambda::Funktion',
    ]);
    assert.deepEqual(notices, [
      '--accept AWS::SNS::Topic: nothing in the template needs it',
      '--accept AWS::S3::Bucket.Nonsense: nothing in the template needs it',
      '--accept AWS::Lambda::Funktion: nothing in the template needs it; did you mean AWS::Lambda::Function?',
    ]);
    assert.deepEqual(
      accepted.map(({ type }) => type),
      ['AWS::SQS::Queue'],
    );
  });
});

test('what would join VPCs is refused, and what to do instead is told', async () => {
  const [problem] = await problemsOf(`Resources:
  Peering:
    Type: AWS::EC2::VPCPeeringConnection
    Properties: { VpcId: vpc-1, PeerVpcId: vpc-2 }
`);
  assert.equal(problem!.message, 'Peering: resource type AWS::EC2::VPCPeeringConnection is not supported');
  assert.match(problem!.fix!, /^VPCs are not joined here: put what has to meet into one VPC\. Start without it, /);
});

test('what protects a service cannot be left out by --accept, and nobody is told that it could', async () => {
  const template = `Resources:
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: arn
      Port: 80
      Protocol: HTTP
      DefaultActions:
        - Type: authenticate-oidc
          AuthenticateOidcConfig: { Issuer: https://issuer.example }
        - { Type: forward, TargetGroupArn: arn }
`;
  for (const accept of [[], ['AWS::ElasticLoadBalancingV2::Listener'], ['AWS::ElasticLoadBalancingV2::Listener.DefaultActions.Type']]) {
    const problems = await problemsOf(template, accept);
    assert.deepEqual(
      problems.filter(({ code }) => code === 'Unsupported').map(({ line, fix }) => [line, fix]),
      [[9, 'Let an authorizer of API Gateway, or the service itself, check the token.']],
    );
  }
});
