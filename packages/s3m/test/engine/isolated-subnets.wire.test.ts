import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { taskOutlets } from '../../src/services/ecs/task-outlets.ts';
import { failureOf } from '../services/aws-client.ts';
import { runSmallSystem, type RunningSystem } from './running-system.ts';
import { isolated, isolatedWith } from './small-system.ts';

type Resources = Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown>; readonly DependsOn?: unknown }>;

/** Why the system does not start. */
async function reasonOf(resources: Record<string, unknown>, task: Record<string, unknown> = {}): Promise<string> {
  try {
    await using _ = await runSmallSystem({ resources, ...task });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it starts');
}

async function starts(resources: Record<string, unknown>, task: Record<string, unknown> = {}): Promise<void> {
  await using system = await runSmallSystem({ resources, ...task });
  assert.equal((await system.get()).body, 'one');
}

/** The same with other properties of one resource. */
function changed(resources: Record<string, unknown>, id: string, properties: Record<string, unknown>): Record<string, unknown> {
  const { [id]: resource } = resources as Resources;
  return { ...resources, [id]: { ...resource!, Properties: { ...resource!.Properties, ...properties } } };
}

const allow = (Action: string, Resource: string): Record<string, unknown> => ({
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource }] },
});

const ofImages = isolatedWith('ecr.api', 'ecr.dkr');

/** The tasks' subnet leads to a NAT gateway in a public one. */
const behindNat: Record<string, unknown> = {
  Public: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.1.0/24' } },
  PublicRoutes: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
  PublicRoute: {
    Type: 'AWS::EC2::Route',
    DependsOn: ['Attached'],
    Properties: { RouteTableId: { Ref: 'PublicRoutes' }, DestinationCidrBlock: '0.0.0.0/0', GatewayId: { Ref: 'Internet' } },
  },
  PublicAssociation: {
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { SubnetId: { Ref: 'Public' }, RouteTableId: { Ref: 'PublicRoutes' } },
  },
  Eip: { Type: 'AWS::EC2::EIP', Properties: { Domain: 'vpc' } },
  Nat: {
    Type: 'AWS::EC2::NatGateway',
    DependsOn: ['PublicRoute', 'PublicAssociation'],
    Properties: { SubnetId: { Ref: 'Public' }, AllocationId: { 'Fn::GetAtt': ['Eip', 'AllocationId'] } },
  },
  ToInternet: {
    Type: 'AWS::EC2::Route',
    Properties: { RouteTableId: { Ref: 'Routes' }, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: { Ref: 'Nat' } },
  },
};

const logs = {
  container: {
    LogConfiguration: {
      LogDriver: 'awslogs',
      Options: { 'awslogs-group': 'hello', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'h' },
    },
  },
};
const logGroup = { Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'hello' } } };

const secret = { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'password', SecretString: 'x' } } };
const withSecret = { container: { Secrets: [{ Name: 'PASSWORD', ValueFrom: { Ref: 'Secret' } }] } };
const mayRead = {
  Execution: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'],
      Policies: [
        {
          PolicyName: 'read',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
          },
        },
      ],
    },
  },
};

describe('tasks in subnets of a template', () => {
  it('have one way for all: without a route neither image nor secret nor log gets through (VPC-020)', async () => {
    assert.match(await reasonOf(isolated), /has no route to api\.ecr\.us-east-1\.amazonaws\.com/);
    assert.match(
      await reasonOf({ ...ofImages, ...secret, ...mayRead }, withSecret),
      /has no route to secretsmanager\.us-east-1\.amazonaws\.com/,
    );
    assert.match(await reasonOf({ ...ofImages, ...logGroup }, logs), /has no route to logs\.us-east-1\.amazonaws\.com/);
  });

  it('start with a public address in a public subnet, behind a NAT gateway, and with endpoints (VPC-021)', async () => {
    await starts({});
    await starts(behindNat);
    await starts(ofImages);
  });

  it('need the gateway endpoint of S3 too, and one for each API that is used (VPC-022)', async () => {
    const { Bucket: _, ...withoutBucket } = ofImages;
    assert.match(await reasonOf(withoutBucket), /has no route to prod-us-east-1-starport-layer-bucket\.s3\.us-east-1\.amazonaws\.com/);
    await starts(
      { ...isolatedWith('ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'), ...logGroup, ...secret, ...mayRead },
      {
        container: { ...logs.container, ...withSecret.container },
      },
    );
  });

  it('do not get through to an endpoint whose group does not let 443 in (VPC-023)', async () => {
    const closed = {
      ...changed(ofImages, 'Endpointecrapi', { SecurityGroupIds: [{ Ref: 'Closed' }] }),
      Closed: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: 'of the endpoint',
          VpcId: { Ref: 'Vpc' },
          SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '10.0.0.0/16' }],
        },
      },
    };
    assert.match(await reasonOf(closed), /VPC endpoint vpce-\w+ \(Endpointecrapi\).*tcp 443/);
  });

  it('get the token but no layers when their group lets out to the VPC only: S3 has public addresses (VPC-024)', async () => {
    const narrow = {
      ...ofImages,
      TaskGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: 'tasks',
          VpcId: { Ref: 'Vpc' },
          SecurityGroupIngress: [{ IpProtocol: '-1', CidrIp: '10.0.0.0/16' }],
          SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/16' }],
        },
      },
    };
    assert.match(await reasonOf(narrow), /prod-us-east-1-starport-layer-bucket\.s3\.us-east-1\.amazonaws\.com/);
  });

  it("get no layers when the policy of S3's endpoint leaves out ECR's bucket (VPC-025)", async () => {
    const own = changed(ofImages, 'Bucket', allow('s3:*', 'arn:aws:s3:::my-own-bucket/*'));
    assert.match(
      await reasonOf(own),
      /the policy of VPC endpoint vpce-\w+ \(Bucket\) does not allow s3:GetObject on arn:aws:s3:::prod-us-east-1-starport-layer-bucket\/\*/,
    );
    await starts(changed(ofImages, 'Bucket', allow('s3:GetObject', 'arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*')));
  });

  it("are held to the policies of other endpoints as well: secrets that ECR's role may read, the endpoint's policy may not let through (VPC-025)", async () => {
    const all = { ...isolatedWith('ecr.api', 'ecr.dkr', 'secretsmanager'), ...secret, ...mayRead };
    assert.match(
      await reasonOf(changed(all, 'Endpointsecretsmanager', allow('secretsmanager:DescribeSecret', '*')), withSecret),
      /secretsmanager:GetSecretValue on resource: \S+ because no VPC endpoint policy allows the secretsmanager:GetSecretValue action/,
    );
  });
});

/** Clients of the SDK that call as the only task of the system does: over its interface. */
function callsOf(system: RunningSystem): {
  readonly dynamo: DynamoDBClient;
  readonly secrets: SecretsManagerClient;
  readonly refusals: string[];
} {
  const { account } = system.engine;
  const from = account.network.interfaces.find(({ name }) => name.startsWith('task'))!;
  const refusals: string[] = [];
  const [outlet] = taskOutlets(account, from, (why) => refusals.push(why));
  const agent = new Agent({ keepAlive: false });
  const dial = async (done: (error: Error | null, socket?: Duplex) => void): Promise<void> => {
    const socket = await outlet!.connect().catch((error: Error) => error);
    if (socket instanceof Error) done(socket);
    else done(null, socket);
  };
  agent.createConnection = (_options, done) => void dial(done as Parameters<typeof dial>[0]);
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_SESSION_TOKEN: sessionToken,
  } = account.developer;
  const settings = {
    endpoint: account.endpoint.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    requestHandler: { httpAgent: agent, requestTimeout: 500, throwOnRequestTimeout: true },
  };
  return { dynamo: new DynamoDBClient(settings), secrets: new SecretsManagerClient(settings), refusals };
}

const table = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'roles',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  },
  TableEndpoint: {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcId: { Ref: 'Vpc' },
      ServiceName: 'com.amazonaws.us-east-1.dynamodb',
      RouteTableIds: [{ Ref: 'Routes' }],
      ...allow('dynamodb:GetItem', '*'),
    },
  },
};

describe('calls of AWS out of an isolated subnet', () => {
  it('pass an endpoint only as its policy says, whatever the caller may otherwise (VPC-025, IAM-025)', async () => {
    await using system = await runSmallSystem({ resources: { ...ofImages, ...table } });
    const { dynamo } = callsOf(system);
    assert.equal((await dynamo.send(new GetItemCommand({ TableName: 'roles', Key: { id: { S: 'a' } } }))).Item, undefined);
    const [code, message] = await failureOf(dynamo.send(new PutItemCommand({ TableName: 'roles', Item: { id: { S: 'a' } } })));
    assert.equal(code, 'AccessDeniedException');
    assert.match(
      message,
      /dynamodb:PutItem on resource: \S+table\/roles because no VPC endpoint policy allows the dynamodb:PutItem action$/,
    );
  });

  it('get no answer from an API that no endpoint is for, though another has one; the reason is told once (VPC-022, VPC-030)', async () => {
    await using system = await runSmallSystem({ resources: { ...ofImages, ...table, ...secret } });
    const { secrets, refusals } = callsOf(system);
    for (let count = 0; count < 2; count++)
      assert.equal((await failureOf(secrets.send(new GetSecretValueCommand({ SecretId: 'password' }))))[0], 'TimeoutError');
    assert.equal(refusals.length, 1);
    assert.match(refusals[0]!, /cannot reach secretsmanager\.us-east-1\.amazonaws\.com on port 443: .*has no route/);
  });
});
