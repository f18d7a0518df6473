import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TaskView } from '../../../src/capabilities/ecs-service.ts';
import type { RegistryPush } from '../../../src/capabilities/image-registry.ts';
import type { Publication, TaskRuntime } from '../../../src/containers/task-runtime.ts';
import { parsePolicy } from '../../../src/policy/parse-policy.ts';
import { readApiSettings } from '../../../src/services/ecr/api/repository-input.ts';
import type { EcrRegistry } from '../../../src/services/ecr/ecr-registry.ts';
import type { LiveRepository } from '../../../src/services/ecr/images/live-repository.ts';
import { registryHost } from '../../../src/services/ecr/provide-registry.ts';
import { registryOf } from '../../../src/services/ecr/registry-of.ts';
import { parseImageUri } from '../../../src/services/ecs/image-uri.ts';
import { taskDefinition } from '../../../src/services/ecs/task-definition.ts';
import { role } from '../../../src/services/iam/role.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { manifestOf, OCI_INDEX } from '../ecr/registry-fixture.ts';
import { createContext } from '../fake-account.ts';
import { ecsBench, fargateTask, type EcsBench } from './ecs-bench.ts';

const host = '000000000000.dkr.ecr.us-east-1.amazonaws.com';
const uri = `${host}/weather:1`;
const pullActions = ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

interface ImageBench extends EcsBench {
  readonly registry: EcrRegistry;
  readonly repository: LiveRepository;
  /** Pushes an image of this content. Answers its digest. */
  push(tag: string, content: string): Promise<string>;
  start(options?: {
    readonly image?: string;
    readonly actions?: readonly string[];
    readonly service?: Properties;
    readonly definition?: Properties;
  }): Promise<Resource>;
  tasks(): readonly TaskView[];
}

async function imageBench(): Promise<ImageBench> {
  const bench = await ecsBench();
  const { account } = bench;
  Object.assign(bench.runtime, { kind: 'docker' });
  const registry = registryOf(account);
  account.directory.provide('imageRegistry', account.id, {
    host: registryHost(account),
    arnOf: (name) => registry.arnOf(name),
    open: () => Promise.resolve(registry),
  });
  const repository = registry.create('weather', readApiSettings({}), 'api');
  return {
    ...bench,
    registry,
    repository,
    push: async (tag, content) => {
      repository.addLayer(await registry.blobs.put(Buffer.from(content)));
      const { image } = await repository.put({ content: Buffer.from(manifestOf(content, [])), mediaType: undefined, tag });
      registry.pushed(repository);
      return image.digest;
    },
    start: async ({ image = uri, actions = pullActions, service = {}, definition: more = {} } = {}) => {
      const statement = { Effect: 'Allow', Action: actions, Resource: '*' };
      const trust = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      };
      const properties = {
        RoleName: 'Execution',
        AssumeRolePolicyDocument: trust,
        Policies: actions.length === 0 ? [] : [{ PolicyName: 'pull', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
      };
      const execution = await role.create(createContext(account, role, { logicalId: 'Execution', properties }));
      const definition = await taskDefinition.create(
        createContext(account, taskDefinition, {
          logicalId: 'Task',
          properties: { ...fargateTask({ Image: image }), ExecutionRoleArn: execution.attributes['Arn']!, ...more },
        }),
      );
      const created = await bench.create(bench.properties(definition, { DesiredCount: 1, ...service }));
      await settle(bench);
      return created;
    },
    tasks: () => account.directory.list('service')[0]![1].tasks,
  };
}

async function settle(bench: EcsBench): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await bench.clock.advance(1000);
  }
}

/** Work on the disk takes real time. */
async function settleUntil(bench: EcsBench, fact: () => boolean): Promise<void> {
  for (let round = 0; !fact(); round += 1) {
    if (round === 2000) throw new Error('it does not come to that');
    await new Promise((resolve) => setTimeout(resolve, 2));
    await bench.clock.advance(1000);
  }
}

function pulled(bench: EcsBench): readonly (string | undefined)[] {
  return bench.runtime.alive.map(({ spec }) => spec.containers[0]!.pull?.reference);
}

describe("images of the account's registry", () => {
  it('are pulled by the digest that the tag has (ECS-027)', async () => {
    await using bench = await imageBench();
    const digest = await bench.push('1', 'one');
    await bench.start();
    assert.deepEqual(pulled(bench), [`127.0.0.1:4566/weather@${digest}`]);
  });

  it('stay the same for a deployment, whatever becomes of the tag; a new deployment takes the new one (ECS-027)', async () => {
    await using bench = await imageBench();
    const first = await bench.push('1', 'one');
    const service = await bench.start();
    const second = await bench.push('1', 'two');
    bench.runtime.alive[0]!.kill();
    await bench.clock.advance(60_000);
    await settle(bench);
    assert.deepEqual(pulled(bench), [`127.0.0.1:4566/weather@${first}`]);
    const [, live] = bench.account.directory.list('service')[0]!;
    assert.equal(live.tasks.length > 1, true);
    const again = await taskDefinition.create(
      createContext(bench.account, taskDefinition, {
        logicalId: 'Task',
        properties: { ...fargateTask({ Image: uri }), ExecutionRoleArn: 'arn:aws:iam::000000000000:role/Execution' },
      }),
    );
    await bench.update(service, bench.properties(again, { DesiredCount: 1 }));
    await settle(bench);
    assert.ok(pulled(bench).includes(`127.0.0.1:4566/weather@${second}`));
  });

  it('are missed once their digest is deleted (ECS-027)', async () => {
    await using bench = await imageBench();
    const digest = await bench.push('1', 'one');
    await bench.start();
    bench.repository.remove({ digest });
    bench.runtime.alive[0]!.kill();
    await bench.clock.advance(60_000);
    await settle(bench);
    const reason = `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${uri}@${digest}: ${uri}@${digest}: not found`;
    assert.ok(bench.tasks().some(({ stoppedReason }) => stoppedReason === reason));
  });

  it('that nobody has pushed yet do not fail a start: the service begins once they come (ECS-046)', async () => {
    await using bench = await imageBench();
    const service = await bench.start();
    await service.stable!();
    const [task] = bench.tasks();
    assert.equal(task!.stopCode, 'TaskFailedToStart');
    assert.equal(
      task!.stoppedReason,
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${uri}: ${uri}: not found`,
    );
    const told = bench.account.events.filter((event) => event.event === 'notice');
    assert.equal(told.length, 1);
    assert.match(told[0]!.message, /waits for image .*weather:1, .* docker push 127\.0\.0\.1:4566\/weather:1$/);
    await bench.clock.advance(3_600_000);
    await settle(bench);
    assert.deepEqual(bench.runtime.alive, []);
    const digest = await bench.push('1', 'one');
    await settle(bench);
    assert.deepEqual(pulled(bench), [`127.0.0.1:4566/weather@${digest}`]);
  });

  it('that are not there trip the circuit breaker of a service that ran already (ECS-079)', async () => {
    await using bench = await imageBench();
    await bench.push('1', 'one');
    const breaker = { DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } } };
    const service = await bench.start({ service: { ...breaker, LoadBalancers: [] } });
    await bench.clock.advance(60_000);
    await service.stable!();
    const next = await taskDefinition.create(
      createContext(bench.account, taskDefinition, {
        logicalId: 'Task',
        properties: { ...fargateTask({ Image: `${host}/weather:2` }), ExecutionRoleArn: 'arn:aws:iam::000000000000:role/Execution' },
      }),
    );
    const updated = await bench.update(service, { ...bench.properties(next, { DesiredCount: 1 }), ...breaker, LoadBalancers: [] });
    const failed = assert.rejects(updated.stable!(), /Circuit Breaker was triggered/);
    for (let round = 0; round < 20; round += 1) {
      await bench.clock.advance(30_000);
      await settle(bench);
    }
    await failed;
  });

  const denials = [
    [
      [],
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: USER is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action',
      'ECS-051',
    ],
    [
      pullActions.slice(0, 1),
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${uri}: unexpected status from HEAD request to https://${host}/v2/weather/manifests/1: 403 Forbidden: denied: USER is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:000000000000:repository/weather because no identity-based policy allows the ecr:BatchGetImage action`,
      'ECR-013',
    ],
    [pullActions.slice(0, 2), /403 Forbidden: denied: USER is not authorized to perform: ecr:GetDownloadUrlForLayer/, 'IAM-041'],
  ] as const;
  for (const [actions, reason, fact] of denials) {
    it(`want the execution role's leave: with ${actions.length} of three actions (${fact})`, async () => {
      await using bench = await imageBench();
      await bench.push('1', 'one');
      await bench.start({ actions });
      const [task] = bench.tasks();
      const told = task!.stoppedReason!.replaceAll(`User: arn:aws:sts::000000000000:assumed-role/Execution/${task!.id}`, 'USER');
      if (typeof reason === 'string') assert.equal(told, reason);
      else assert.match(told, reason);
      assert.deepEqual(bench.runtime.alive, []);
    });
  }

  it("can be had by the repository's policy too (ECR-018)", async () => {
    await using bench = await imageBench();
    await bench.push('1', 'one');
    const text = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*' }] });
    bench.repository.settings = { ...bench.repository.settings, policy: { text, document: parsePolicy(JSON.parse(text)) } };
    await bench.start({ actions: pullActions.slice(0, 1) });
    assert.equal(bench.runtime.alive.length, 1);
  });

  const ways = [
    [
      'api.ecr',
      /^ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR\. Check your task network configuration\. RequestError: send request failed caused by: Post "https:\/\/api\.ecr\.us-east-1\.amazonaws\.com\/": dial tcp: i\/o timeout$/,
      'ECS-047',
    ],
    [
      'dkr.ecr',
      /^CannotPullContainerError: .*failed to do request: Head "https:\/\/000000000000\.dkr\.ecr\.us-east-1\.amazonaws\.com\/v2\/weather\/manifests\/1": dial tcp: i\/o timeout$/,
      'ECS-049',
    ],
    [
      '.s3.',
      /^CannotPullContainerError: .*failed to copy: httpReadSeeker: failed open: failed to do request: Get "https:\/\/prod-us-east-1-starport-layer-bucket\.s3\.us-east-1\.amazonaws\.com\/": dial tcp: i\/o timeout$/,
      'VPC-022',
    ],
  ] as const;
  for (const [closed, reason, fact] of ways) {
    it(`want a way to ${closed} (${fact}, VPC-020, VPC-021)`, async () => {
      await using bench = await imageBench();
      await bench.push('1', 'one');
      bench.network.egressTo = (from, { host: to, port }) => ({
        allowed: !to.includes(closed),
        hop: { from, to, port, allowed: !to.includes(closed), rule: 'no route', fix: 'add an endpoint' },
      });
      await bench.start();
      assert.match(bench.tasks()[0]!.stoppedReason!, reason);
    });
  }

  it('leave the public address to the interface that is to have one (VPC-009)', async () => {
    await using bench = await imageBench();
    await bench.push('1', 'one');
    const asked: unknown[] = [];
    bench.network.onAttach = ({ publicAddress }) => asked.push(publicAddress);
    const NetworkConfiguration = { AwsvpcConfiguration: { Subnets: ['subnet-a'], SecurityGroups: ['sg-1'], AssignPublicIp: 'ENABLED' } };
    await bench.start({ service: { NetworkConfiguration } });
    assert.deepEqual(asked, [true]);
  });

  const arm = JSON.stringify({ os: 'linux', architecture: 'arm64' });
  const descriptor = (platform: string): string =>
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform '${platform}'`;

  it('for another processor than the task definition says cannot be pulled', async () => {
    await using bench = await imageBench();
    await bench.push('1', arm);
    await bench.start({ definition: { RuntimePlatform: { CpuArchitecture: 'X86_64' } } });
    await settleUntil(bench, () => bench.tasks()[0]?.stoppedReason !== undefined);
    assert.equal(bench.tasks()[0]!.stoppedReason, descriptor('linux/amd64'));
  });

  it('for several processors, in an index, run on each of them', async () => {
    await using bench = await imageBench();
    const child = await bench.push('child', arm);
    const { mediaType, manifestBytes: size } = bench.repository.get({ digest: child });
    const manifests = [
      { mediaType, digest: child, size, platform: { os: 'linux', architecture: 'arm64' } },
      { mediaType, digest: child, size, platform: { os: 'unknown', architecture: 'unknown' } },
    ];
    const index = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
    await bench.repository.put({ content: Buffer.from(index), mediaType: OCI_INDEX, tag: '1' });
    await bench.start({ definition: { RuntimePlatform: { CpuArchitecture: 'ARM64' } } });
    await settleUntil(bench, () => bench.runtime.alive.length === 1);
  });

  it("for the developer's own processor run where the template names none; that AWS would not take them is told once", async () => {
    await using bench = await imageBench();
    await bench.push('1', arm);
    await bench.start({ service: { DesiredCount: 2 } });
    await settleUntil(bench, () => bench.runtime.alive.length === 2);
    const told = bench.account.events.filter((event) => event.event === 'notice' && event.message.includes(descriptor('linux/amd64')));
    assert.equal(told.length, 1);
  });

  it('want an execution role', async () => {
    await using bench = await imageBench();
    await bench.push('1', 'one');
    await bench.create(bench.properties(await bench.define({ Image: uri }), { DesiredCount: 1 }));
    await settle(bench);
    assert.equal(bench.tasks()[0]!.stoppedReason, 'Fargate requires task definition to have execution role ARN to support ECR images.');
  });
});

describe('images that the application builds', () => {
  const hash = 'a'.repeat(64);
  const asset = `${host}/cdk-hnb659fds-container-assets-000000000000-us-east-1:${hash}`;
  const provide = (bench: ImageBench, platform?: string): void =>
    void bench.account.directory.provide('image', asset, {
      kind: 'docker-asset',
      uri: asset,
      hash,
      directory: '/nowhere',
      dockerFile: 'Dockerfile',
      buildArgs: {},
      ...(platform === undefined ? {} : { platform }),
    });

  /** A runtime that pushes what it is told to. Answers where it has pushed to. */
  function publishing(bench: ImageBench, answer?: Publication): RegistryPush[] {
    const pushes: RegistryPush[] = [];
    const publish: NonNullable<TaskRuntime['publish']> = async (_, push) => {
      pushes.push(push);
      if (answer !== undefined) return answer;
      const { registry } = bench;
      const repository = registry.get(push.repository);
      repository.addLayer(await registry.blobs.put(Buffer.from('{}')));
      await repository.put({ content: Buffer.from(manifestOf('{}', [])), mediaType: undefined, tag: push.tag });
      return { kind: 'pushed' };
    };
    Object.assign(bench.runtime, { publish });
    provide(bench);
    return pushes;
  }

  it('are pushed under their hash, as the publishing role of the CDK, before a task pulls them by digest (CFN-055, ECR-022)', async () => {
    await using bench = await imageBench();
    const pushes = publishing(bench);
    await bench.start({ image: asset, service: { DesiredCount: 2 } });
    await settleUntil(bench, () => bench.runtime.alive.length === 2);
    assert.deepEqual(
      pushes.map(({ registry, repository, tag, user }) => [registry, repository, tag, user]),
      [['127.0.0.1:4566', 'cdk-hnb659fds-container-assets-000000000000-us-east-1', hash, 'AWS']],
    );
    const repository = bench.registry.get(pushes[0]!.repository);
    const digest = repository.find({ tag: hash })!;
    assert.deepEqual(pulled(bench), Array(2).fill(`127.0.0.1:4566/${repository.name}@${digest}`));
    assert.equal(repository.settings.mutability.kind, 'IMMUTABLE');
    const owner = bench.registry.tokens.ownerOf(pushes[0]!.password);
    assert.ok(typeof owner === 'object' && owner.arn.includes('cdk-hnb659fds-image-publishing-role-000000000000-us-east-1'));
  });

  it('are not pushed again when their tag is there (ECR-023)', async () => {
    await using bench = await imageBench();
    const pushes = publishing(bench);
    await bench.start({ image: asset });
    await settleUntil(bench, () => bench.runtime.alive.length === 1);
    bench.runtime.alive[0]!.kill();
    await settleUntil(bench, () => bench.runtime.alive.length === 1 && bench.tasks().length > 1);
    assert.equal(pushes.length, 1);
  });

  it('are refused to a role that may not have them, though they are there (ECR-013)', async () => {
    await using bench = await imageBench();
    const pushes = publishing(bench);
    await bench.start({ image: asset, actions: pullActions.slice(0, 1) });
    await settleUntil(bench, () => bench.tasks()[0]?.stoppedReason !== undefined);
    assert.equal(pushes.length, 1);
    assert.match(
      bench.tasks()[0]!.stoppedReason!,
      /403 Forbidden: denied: User: .* is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:000000000000:repository\/cdk-hnb659fds-container-assets-000000000000-us-east-1 because/,
    );
  });

  it('for another processor than the definition asks for run as processes all the same; that Fargate would refuse them is told once', async () => {
    await using bench = await imageBench();
    provide(bench, 'linux/arm64');
    await bench.start({ image: asset, service: { DesiredCount: 2 } });
    await settleUntil(bench, () => bench.runtime.alive.length === 2);
    const told = bench.account.events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));
    assert.deepEqual(told, [
      `On AWS its tasks would not start: image ${asset} is made for linux/arm64, and Fargate takes X86_64 when RuntimePlatform.CpuArchitecture of the task definition says nothing (CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64')`,
    ]);
  });

  it('run from where they are built when Docker has no way to the registry; that is told once', async () => {
    await using bench = await imageBench();
    publishing(bench, { kind: 'out of reach', why: 'dial tcp 127.0.0.1:4566: connection refused' });
    await bench.start({ image: asset, service: { DesiredCount: 2 } });
    await settleUntil(bench, () => bench.runtime.alive.length === 2);
    assert.deepEqual(pulled(bench), [undefined, undefined]);
    const told = bench.account.events.filter((event) => event.event === 'notice' && event.message.includes('does not reach the registry'));
    assert.equal(told.length, 1);
  });

  it('are removed from the registry once no application names them; what somebody else has pushed there stays', async () => {
    await using bench = await imageBench();
    const pushes = publishing(bench);
    await bench.start({ image: asset });
    await settleUntil(bench, () => bench.runtime.alive.length === 1);
    const repository = bench.registry.get(pushes[0]!.repository);
    await bench.push('1', 'one');
    repository.addLayer(await bench.registry.blobs.put(Buffer.from('own')));
    await repository.put({ content: Buffer.from(manifestOf('own', [])), mediaType: undefined, tag: 'mine' });
    bench.registry.retainAssets(new Set([asset]));
    assert.deepEqual([...repository.tags.keys()], [hash, 'mine']);
    bench.registry.retainAssets(new Set());
    assert.deepEqual([...repository.tags.keys()], ['mine']);
    assert.deepEqual([...bench.repository.tags.keys()], ['1']);
  });
});

it('an image URI has a host, a repository and a tag or a digest (ECR-001)', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  assert.deepEqual(parseImageUri(`${host}/a/b`), { uri: `${host}/a/b`, host, repository: 'a/b', tag: 'latest' });
  assert.deepEqual(parseImageUri(`${host}/a:v1@${digest}`), { uri: `${host}/a:v1@${digest}`, host, repository: 'a', tag: 'v1', digest });
  assert.equal(parseImageUri('nginx:1'), undefined);
  assert.equal(parseImageUri('library/nginx'), undefined);
});
