import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { askEngine } from '../../src/engine/control-client.ts';
import { BASE_IMAGE, dockerEngine, ensureBaseImage } from '../containers/base-image-fixture.ts';
import { runSmallSystem, type RunningSystem } from './running-system.ts';
import { serverOf } from './small-system.ts';

const docker = await dockerEngine();
const run = promisify(execFile);

/** The Docker command with a configuration of its own, so that no login of the developer is touched. */
interface DockerCommand extends Disposable {
  (...words: readonly string[]): Promise<string>;
  login(registry: string, password: string): Promise<string>;
}

function dockerCommand(): DockerCommand {
  const config = mkdtempSync(join(tmpdir(), 's3m-docker-'));
  const env = { ...process.env, DOCKER_CONFIG: config, DOCKER_BUILDKIT: '0' };
  const command = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run('docker', words, { env, timeout: 60_000 });
    return stdout + stderr;
  };
  const login = (registry: string, password: string): Promise<string> => {
    const started = run('docker', ['login', '--username', 'AWS', '--password-stdin', registry], { env, timeout: 60_000 });
    started.child.stdin!.end(password);
    return started.then(({ stdout }) => stdout);
  };
  return Object.assign(command, { login, [Symbol.dispose]: () => rmSync(config, { recursive: true, force: true }) });
}

/** What Docker prints when it fails. */
async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return String((error as { readonly stderr?: string }).stderr);
  }
  throw new Error('Docker did not fail');
}

const allow = (Action: unknown, Resource: unknown): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

/** What the small system needs in order to pull from a repository of its own. */
function withRepository(properties: object = {}): Record<string, unknown> {
  return {
    Repository: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'weather', ...properties } },
    Execution: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          { PolicyName: 'token', PolicyDocument: allow('ecr:GetAuthorizationToken', '*') },
          {
            PolicyName: 'pull',
            PolicyDocument: allow(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], { 'Fn::GetAtt': ['Repository', 'Arn'] }),
          },
        ],
      },
    },
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        Family: 'hello',
        Cpu: '256',
        Memory: '512',
        NetworkMode: 'awsvpc',
        RequiresCompatibilities: ['FARGATE'],
        ExecutionRoleArn: { 'Fn::GetAtt': ['Execution', 'Arn'] },
        ContainerDefinitions: [
          {
            Name: 'hello',
            Image: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Repository', 'RepositoryUri'] }, ':1']] },
            PortMappings: [{ ContainerPort: 8080 }],
          },
        ],
      },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      DependsOn: ['Listener', 'ToInternet', 'SubnetRoutes'],
      Properties: {
        Cluster: { Ref: 'Cluster' },
        TaskDefinition: { Ref: 'Task' },
        DesiredCount: 1,
        LaunchType: 'FARGATE',
        NetworkConfiguration: {
          AwsvpcConfiguration: { Subnets: [{ Ref: 'Subnet' }], SecurityGroups: [{ Ref: 'TaskGroup' }], AssignPublicIp: 'ENABLED' },
        },
        LoadBalancers: [{ ContainerName: 'hello', ContainerPort: 8080, TargetGroupArn: { Ref: 'Targets' } }],
      },
    },
    Internet: { Type: 'AWS::EC2::InternetGateway' },
    Attached: { Type: 'AWS::EC2::VPCGatewayAttachment', Properties: { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: 'Internet' } } },
    Routes: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
    ToInternet: {
      Type: 'AWS::EC2::Route',
      DependsOn: 'Attached',
      Properties: { RouteTableId: { Ref: 'Routes' }, DestinationCidrBlock: '0.0.0.0/0', GatewayId: { Ref: 'Internet' } },
    },
    SubnetRoutes: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: { Ref: 'Subnet' }, RouteTableId: { Ref: 'Routes' } },
    },
  };
}

/** Password for the developer, as `aws ecr get-login-password` prints it. */
async function password(system: RunningSystem): Promise<string> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = system.engine.account.developer;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
  const client = new ECRClient({ region: 'us-east-1', endpoint: system.engine.describe().endpoints.aws, credentials });
  try {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
    return Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString().slice('AWS:'.length);
  } finally {
    client.destroy();
  }
}

/** Builds an image of a server that answers `version`. */
async function build(command: DockerCommand, version: string, name: string): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 's3m-context-'));
  try {
    mkdirSync(context, { recursive: true });
    writeFileSync(join(context, 'server.mjs'), serverOf(version));
    writeFileSync(join(context, 'Dockerfile'), `FROM ${BASE_IMAGE}\nCOPY server.mjs ./\nCMD ["node", "server.mjs"]\n`);
    await command('build', '--quiet', '--tag', name, context);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function removeImages(...names: readonly string[]): Promise<void> {
  for (const name of names)
    await docker!
      .getImage(name)
      .remove({ force: true })
      .catch(() => {});
}

describe('images that Docker pushes', { skip: docker === undefined ? 'no Docker engine answers' : false }, () => {
  test('run as tasks: repository, build, login, push, and the URI in the task definition (ECR-001, ECR-004, ECR-008, ECS-046)', async () => {
    await ensureBaseImage(docker!);
    await using system = await runSmallSystem({ resources: withRepository() }, { runtime: 'docker' });
    using command = dockerCommand();
    const registry = new URL(system.engine.describe().endpoints.aws).host;
    const name = `${registry}/weather:1`;
    try {
      assert.notEqual((await system.get()).status, 200, 'nothing is pushed yet');
      await build(command, 'pushed', name);
      assert.match(await failure(command('push', name)), /no basic auth credentials/);
      assert.deepEqual(system.engine.describe().endpoints.repositories, { Repository: `${registry}/weather` });
      assert.match(await command.login(registry, await password(system)), /Login Succeeded/);
      await command('push', name);
      // The task has to pull it: this machine forgets it.
      await removeImages(name);
      for (let attempt = 0; ; attempt += 1) {
        const { status, body } = await system.get();
        if (status === 200) {
          assert.equal(body, 'pushed');
          break;
        }
        assert.ok(attempt < 200, `the task does not come up: ${status} ${body}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.match(await command('pull', name), /Downloaded newer image|Image is up to date/);
      assert.match(
        await failure(command('pull', `${registry}/weather:none`)),
        /manifest unknown: Requested image not found|manifest for .* not found/,
      );
      await build(command, 'stray', `${registry}/stray:1`);
      assert.match(
        await failure(command('push', `${registry}/stray:1`)),
        /name unknown: The repository with name 'stray' does not exist in the registry with id '000000000000'/,
      );
    } finally {
      await removeImages(name, `${registry}/stray:1`);
    }
  });

  test('do not replace one another where tags are immutable; a wrong password is refused (ECR-012, ECR-014)', async () => {
    await ensureBaseImage(docker!);
    await using system = await runSmallSystem(
      { resources: withRepository({ ImageTagMutability: 'IMMUTABLE' }), without: ['Service'] },
      { runtime: 'docker' },
    );
    using command = dockerCommand();
    const registry = new URL(system.engine.describe().endpoints.aws).host;
    const name = `${registry}/weather:1`;
    try {
      await assert.rejects(command.login(registry, 'wrong'));
      const login = await askEngine(system.engine.project.stateDirectory, 'registry-login');
      assert.deepEqual([login.registry, login.user], [registry, 'AWS']);
      await command.login(login.registry, login.password);
      await build(command, 'one', name);
      await command('push', name);
      await command('push', name);
      await removeImages(name);
      await build(command, 'two', name);
      assert.match(
        await failure(command('push', name)),
        /tag invalid: The image tag '1' already exists in the 'weather' repository and cannot be overwritten because the repository is immutable\./,
      );
    } finally {
      await removeImages(name);
    }
  });
});
