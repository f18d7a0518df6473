import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import type { Engine } from '../../src/engine/engine.ts';
import { askEngine } from '../../src/engine/control-client.ts';
import { BASE_IMAGE, dockerEngine, ensureBaseImage } from '../containers/base-image-fixture.ts';
import { until } from '../containers/task-fixture.ts';
import { dockerProject, getHello } from './docker-project.ts';
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
function withRepository(properties: object = {}, tag = '1'): Record<string, unknown> {
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
            Image: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Repository', 'RepositoryUri'] }, `:${tag}`]] },
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
async function password(engine: Engine): Promise<string> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = engine.account.developer;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
  const client = new ECRClient({ region: 'us-east-1', endpoint: engine.describe().endpoints.aws, credentials });
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
  test('run as tasks: the way of a repository, docker build, docker login, docker push and the URI in the task definition', async (t) => {
    await ensureBaseImage(docker!);
    await using project = dockerProject(docker!);
    project.write({ resources: withRepository() });
    const named: string[] = [];
    const registryOf = (engine: Engine): string => {
      const { host } = new URL(engine.describe().endpoints.aws);
      named.push(`${host}/weather:1`, `${host}/weather:2`, `${host}/stray:1`);
      return host;
    };
    try {
      await t.test(
        'what comes in makes the waiting service healthy behind its balancer (ECR-001, ECR-003, ECR-004, ECR-008, ECS-046)',
        async () => {
          await using engine = await project.start();
          using command = dockerCommand();
          const registry = registryOf(engine);
          const name = `${registry}/weather:1`;
          assert.notEqual((await getHello(engine)).status, 200, 'nothing is pushed yet');
          await build(command, 'pushed', name);
          assert.match(await failure(command('push', name)), /no basic auth credentials/);
          assert.deepEqual(engine.describe().endpoints.repositories, { Repository: `${registry}/weather` });
          assert.match(await command.login(registry, await password(engine)), /Login Succeeded/);
          await command('push', name);
          await until(async () => (await getHello(engine)).status === 200, 'the task to come up');
          assert.equal((await getHello(engine)).body, 'pushed');
          assert.deepEqual(healthOf(engine), ['healthy']);
          assert.match(
            await failure(command('pull', `${registry}/weather:none`)),
            /manifest unknown: Requested image not found|manifest for .* not found/,
          );
          await build(command, 'stray', `${registry}/stray:1`);
          assert.match(
            await failure(command('push', `${registry}/stray:1`)),
            /name unknown: The repository with name 'stray' does not exist in the registry with id '000000000000'/,
          );
        },
      );
      await t.test(
        "a Docker engine that does not hold it gets it from the registry, in the execution role's name (ECR-009, ECS-094)",
        async () => {
          await removeImages(...named);
          await using engine = await project.start();
          registryOf(engine);
          await until(async () => (await getHello(engine)).status === 200, 'the task to come up');
          assert.equal((await getHello(engine)).body, 'pushed');
          const [reference, ...others] = project.pulled();
          assert.match(reference!, /^127\.0\.0\.1:\d+\/weather@sha256:[0-9a-f]{64}$/);
          assert.deepEqual(others, []);
        },
      );
      await t.test('they do not replace one another where tags are immutable; a wrong password is refused (ECR-012, ECR-014)', async () => {
        project.write({ resources: withRepository({ ImageTagMutability: 'IMMUTABLE' }) });
        await using engine = await project.start();
        using command = dockerCommand();
        const registry = registryOf(engine);
        const name = `${registry}/weather:2`;
        await assert.rejects(command.login(registry, 'wrong'));
        const login = await askEngine(engine.project.stateDirectory, 'registry-login');
        assert.deepEqual([login.registry, login.user], [registry, 'AWS']);
        await command.login(login.registry, login.password);
        await build(command, 'one', name);
        await command('push', name);
        await command('push', name);
        await removeImages(name);
        await build(command, 'two', name);
        assert.match(
          await failure(command('push', name)),
          /tag invalid: The image tag '2' already exists in the 'weather' repository and cannot be overwritten because the repository is immutable\./,
        );
      });
      await t.test('a newer one is pulled with the next deployment, and the former one leaves Docker', async () => {
        await removeImages(...named);
        const [former] = project.pulled();
        project.write({ resources: withRepository({ ImageTagMutability: 'IMMUTABLE' }, '2') });
        await using engine = await project.start();
        registryOf(engine);
        await until(async () => (await getHello(engine)).status === 200, 'the task to come up');
        assert.equal((await getHello(engine)).body, 'one');
        await until(async () => project.pulled().length === 1, 'the former one to go');
        await assert.rejects(docker!.getImage(former!).inspect(), { statusCode: 404 });
      });
    } finally {
      await removeImages(...named);
    }
  });
});

/** States of the targets behind the balancer. */
function healthOf(engine: Engine): readonly string[] {
  return engine.account.directory.list('targetGroup').flatMap(([, group]) => group.describe().map(({ health }) => health.state));
}
