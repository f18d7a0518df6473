import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scalableTarget } from '../../../src/services/applicationautoscaling/scalable-target.ts';
import { cluster } from '../../../src/services/ecs/cluster.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext } from '../fake-account.ts';
import { FakeTargetGroup } from './fake-target-group.ts';
import { ecsBench } from './ecs-bench.ts';
import { outcome } from './outcome.ts';

describe('AWS::ECS::Service', () => {
  it('answers the service ARN for Ref and is stable once its tasks are healthy', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define()));
    assert.equal(service.ref, 'arn:aws:ecs:us-east-1:000000000000:service/main/weather');
    assert.deepEqual(service.attributes, { Name: 'weather', ServiceArn: service.ref });
    const stable = outcome(service.stable!());
    await bench.clock.advance(0);
    assert.equal(stable.state, 'pending');
    await bench.clock.advance(10);
    assert.equal(stable.state, 'resolved');
    assert.equal(bench.view(service).running, 2);
  });

  it('spreads tasks over the zones and registers address and container port of each', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define()));
    await bench.clock.advance(10);
    assert.deepEqual(bench.group.calls, ['register 10.0.1.4:8080', 'register 10.0.2.4:8080']);
    assert.deepEqual(
      bench
        .view(service)
        .tasks.map(({ zone }) => String(zone))
        .toSorted(),
      ['us-east-1a', 'us-east-1b'],
    );
  });

  it('goes through the states of ECS-040 in order', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const deleted = service.delete();
    await bench.clock.advance(400_000);
    await deleted;
    const states = bench.account.events.flatMap((event) => (event.event === 'task' ? [event.status] : []));
    assert.deepEqual(states, ['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING', 'DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']);
  });

  it('deregisters, waits for the deregistration delay, then SIGTERM, the stop timeout and SIGKILL (ECS-062, ECS-063)', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({});
    const service = await bench.create(bench.properties(await bench.define({ StopTimeout: 10 }), { DesiredCount: 1 }));
    await bench.clock.advance(1000);
    const deleted = outcome(service.delete());
    await bench.clock.advance(299_999);
    assert.deepEqual(bench.group.calls.slice(1), ['deregister 10.0.1.4:8080']);
    assert.equal(bench.runtime.alive.length, 1);
    await bench.clock.advance(20_000);
    assert.deepEqual(
      bench.runtime.calls.slice(1).map(({ at, what }) => [at, what]),
      [
        [301_000, 'SIGTERM'],
        [311_000, 'SIGKILL'],
        [311_000, 'gone'],
      ],
    );
    assert.equal(deleted.state, 'resolved');
    assert.equal(bench.network.attached.size, 0);
    assert.equal(bench.group.listeners, 0);
  });

  it('does not wait for a drain when the engine stops', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ termMs: 50 });
    const service = await bench.create(bench.properties(await bench.define()));
    await bench.clock.advance(1000);
    const stopped = outcome(service.stopNow!());
    await bench.clock.advance(60);
    assert.equal(stopped.state, 'resolved');
    assert.equal(bench.runtime.alive.length, 0);
    assert.equal(bench.network.attached.size, 0);
  });

  it('kills a container that ignores SIGTERM three seconds after the engine began to stop, whatever its stop timeout', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({});
    const service = await bench.create(bench.properties(await bench.define({ StopTimeout: 120 })));
    await bench.clock.advance(1000);
    const stopped = outcome(service.stopNow!());
    await bench.clock.advance(3000);
    assert.equal(stopped.state, 'resolved');
  });

  it('gives a task the environment of the account, what Fargate sets, and its own, and no word of credentials without a role (ECS-092, ECS-093)', async () => {
    await using bench = await ecsBench();
    const definition = await bench.define({ Environment: [{ Name: 'GREETING', Value: 'hello' }] });
    await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const { spec } = bench.runtime.alive[0]!;
    const { environment } = spec.containers[0]!;
    assert.equal(environment['GREETING'], 'hello');
    assert.equal(environment['AWS_ENDPOINT_URL'], bench.account.endpoint.url);
    assert.equal(environment['AWS_EXECUTION_ENV'], 'AWS_ECS_FARGATE');
    assert.deepEqual(
      spec.outlets.map(({ address, port }) => [address, port]),
      [
        ['127.0.0.1', bench.account.endpoint.port],
        ['169.254.170.2', 80],
      ],
    );
    assert.deepEqual(spec.ports, [8080]);
    assert.deepEqual(
      Object.keys(environment).filter((name) => /ACCESS_KEY|TOKEN|CREDENTIALS/.test(name)),
      [],
    );
  });

  it('attaches the security groups that are named, and none when they are left out (VPC-038)', async () => {
    await using bench = await ecsBench();
    const definition = await bench.define();
    const service = await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    assert.deepEqual(
      [...bench.network.attached.values()].map(({ request }) => request.securityGroupIds),
      [['sg-1']],
    );
    await bench.update(
      service,
      bench.properties(definition, { DesiredCount: 1, NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-a'] } } }),
    );
    await bench.clock.advance(10);
    assert.deepEqual(
      [...bench.network.attached.values()].map(({ request }) => request.securityGroupIds),
      [['sg-1'], []],
    );
  });

  it('writes lines to the log group under prefix/container/task-id (ECS-012, ECS-013)', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ lines: ['ready'], termMs: 0 });
    const options = {
      'awslogs-group': 'tasks',
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': 'p',
      'awslogs-create-group': 'true',
    };
    const definition = await bench.define({ LogConfiguration: { LogDriver: 'awslogs', Options: options } });
    const service = await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const [event] = bench.account.directory.find('logGroup', 'tasks')!.tail(10);
    assert.equal(event!.message, 'ready');
    assert.equal(event!.stream, `p/weather/${bench.view(service).tasks[0]!.id}`);
    assert.ok(bench.account.events.some((seen) => seen.event === 'log' && seen.source === 'Weather' && seen.message === 'ready'));
  });

  it('does not start a task whose log group is missing (ECS-054)', async () => {
    await using bench = await ecsBench();
    const options = { 'awslogs-group': 'absent', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'p' };
    const definition = await bench.define({ LogConfiguration: { LogDriver: 'awslogs', Options: options } });
    const service = await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    assert.match(
      bench.view(service).tasks[0]!.stoppedReason!,
      /^ResourceInitializationError: failed to validate logger args: .*The specified log group does not exist\. : exit status 1$/,
    );
    assert.equal(bench.runtime.calls.length, 0);
  });

  it('stops a task that is still being started when the service is deleted', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ startMs: 5000, termMs: 0 });
    const service = await bench.create(bench.properties(await bench.define()));
    await bench.clock.advance(1000);
    const deleted = outcome(service.delete());
    await bench.clock.advance(5000);
    assert.equal(deleted.state, 'resolved');
    assert.equal(bench.runtime.alive.length, 0);
    assert.deepEqual(bench.group.calls, []);
    assert.equal(bench.network.attached.size, 0);
  });

  for (const [what, changes, message] of [
    ['a cluster that is not there', { Cluster: 'other' }, 'Cluster not found.'],
    [
      'no network configuration (ECS-030)',
      { NetworkConfiguration: null },
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      'a container that is not in the task definition (ECS-034)',
      { LoadBalancers: 'container' },
      'The container other does not exist in the task definition.',
    ],
    ['a port that is not mapped (ECS-034)', { LoadBalancers: 'port' }, 'The container weather did not have a container port 9090 defined.'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await using bench = await ecsBench();
      const balancer = { TargetGroupArn: bench.group.arn, ContainerName: 'weather', ContainerPort: 8080 };
      const filled =
        'LoadBalancers' in changes
          ? {
              LoadBalancers: [
                changes.LoadBalancers === 'port' ? { ...balancer, ContainerPort: 9090 } : { ...balancer, ContainerName: 'other' },
              ],
            }
          : changes;
      const properties = bench.properties(await bench.define(), filled);
      await assert.rejects(async () => bench.create(properties), { name: 'ResourceFailure', message });
    });
  }

  it('is in the default cluster when it names none, as every account has one (ECS-098)', async () => {
    await using bench = await ecsBench();
    const { Cluster: _, ...properties } = bench.properties(await bench.define(), { DesiredCount: 1 });
    const created = await bench.create(properties);
    assert.equal(created.ref, 'arn:aws:ecs:us-east-1:000000000000:service/default/weather');
    await bench.clock.advance(10);
    assert.match(bench.view(created).tasks[0]!.arn, /:task\/default\/[0-9a-f]{32}$/);
    await assert.rejects(async () => bench.create({ ...properties, Cluster: 'other' }), { message: 'Cluster not found.' });
    const target = await scalableTarget.create(
      createContext(bench.account, scalableTarget, {
        logicalId: 'Target',
        properties: {
          ResourceId: 'service/default/weather',
          ScalableDimension: 'ecs:service:DesiredCount',
          ServiceNamespace: 'ecs',
          MinCapacity: 2,
          MaxCapacity: 4,
        },
      }),
    );
    assert.equal(bench.view(created).desired, 2);
    await target.delete();
  });

  it('registers each task in all its target groups, is healthy when it is in each of them, and leaves all of them before SIGTERM (ECS-035, ECS-063)', async () => {
    await using bench = await ecsBench();
    const metrics = new FakeTargetGroup(bench.clock, 'metrics');
    metrics.deregistrationDelayMs = 60_000;
    bench.group.deregistrationDelayMs = 10_000;
    bench.account.directory.provide('targetGroup', metrics.arn, metrics);
    const ports = [{ ContainerPort: 8080 }, { ContainerPort: 9090 }];
    const balancer = (group: FakeTargetGroup, ContainerPort: number): Properties => ({
      TargetGroupArn: group.arn,
      ContainerName: 'weather',
      ContainerPort,
    });
    let ready = false;
    metrics.check = () => (ready ? undefined : 'connection refused');
    const both = { LoadBalancers: [balancer(bench.group, 8080), balancer(metrics, 9090)] };
    const created = await bench.create(
      bench.properties(await bench.define({ PortMappings: ports }), { DesiredCount: 1, HealthCheckGracePeriodSeconds: 60, ...both }),
    );
    const stable = outcome(created.stable!());
    await bench.clock.advance(15_000);
    assert.equal(stable.state, 'pending', 'one of two is not enough');
    ready = true;
    await bench.clock.advance(15_000);
    assert.equal(stable.state, 'resolved');
    const address = bench.view(created).tasks[0]!.address!;
    assert.deepEqual([bench.group.calls, metrics.calls], [[`register ${address}:8080`], [`register ${address}:9090`]]);
    const stopped = created.delete();
    const sigterm = (): boolean => bench.runtime.calls.some(({ what }) => what === 'SIGTERM');
    await bench.clock.advance(59_000);
    assert.equal(sigterm(), false, 'the longer delay counts');
    await bench.clock.advance(2000);
    assert.equal(sigterm(), true);
    await bench.clock.advance(60_000);
    await stopped;
    assert.equal(metrics.listeners, 0);
  });

  it('runs beside a service of the same name in another cluster', async () => {
    await using bench = await ecsBench();
    const other = createContext(bench.account, cluster, { logicalId: 'Other', properties: { ClusterName: 'other' } });
    const { ref, attributes } = await cluster.create(other);
    const definition = await bench.define();
    const alone = { DesiredCount: 1, LoadBalancers: [] };
    const first = await bench.create(bench.properties(definition, alone));
    const second = await bench.create(bench.properties(definition, { ...alone, Cluster: attributes['Arn']! }));
    assert.equal(ref, 'other');
    assert.deepEqual(
      [first.ref, second.ref].map((arn) => arn.slice(arn.indexOf(':service/'))),
      [':service/main/weather', ':service/other/weather'],
    );
    await bench.clock.advance(10);
    assert.match(bench.view(second).tasks[0]!.arn, /:task\/other\//);
    await bench.update(second, { ...bench.properties(definition, { ...alone, Cluster: 'other' }), DesiredCount: 2 });
    await bench.clock.advance(10);
    assert.deepEqual([bench.view(first).running, bench.view(second).running], [1, 2]);
  });

  it('refuses a target group that no listener sends to (ECS-032) or of another type (ECS-033)', async () => {
    await using bench = await ecsBench();
    const properties = bench.properties(await bench.define());
    bench.group.inUse = false;
    await assert.rejects(async () => bench.create(properties), {
      message: `The target group with targetGroupArn ${bench.group.arn} does not have an associated load balancer.`,
    });
    bench.group.targetType = 'instance';
    await assert.rejects(
      async () => bench.create(properties),
      /has target type instance, which is incompatible with the awsvpc network mode/,
    );
  });
});
