import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TaskStartFailure } from '../../../src/containers/task-runtime.ts';
import { ResourceFailure } from '../../../src/services/resource-type.ts';
import { ecsBench, type EcsBench } from './ecs-bench.ts';

/** Event texts, the oldest first, with ids made short. */
function texts(bench: EcsBench, ref: string): string[] {
  const found = bench.account.directory.find('service', ref)!;
  return found.events
    .map(({ message }) => message.replaceAll(/task [0-9a-f]{32}/g, 'task T').replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/N'))
    .toReversed();
}

/** What became of a promise, without waiting for it. */
function outcome(promise: Promise<void>): { state: 'pending' | 'resolved' | 'rejected'; error?: ResourceFailure } {
  const result: { state: 'pending' | 'resolved' | 'rejected'; error?: ResourceFailure } = { state: 'pending' };
  promise.then(
    () => (result.state = 'resolved'),
    (error: ResourceFailure) => {
      result.state = 'rejected';
      result.error = error;
    },
  );
  return result;
}

const BREAKER = { DeploymentCircuitBreaker: { Enable: true, Rollback: true } };

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
        .tasks.map(({ zone }) => zone)
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

  it('tells a healthy update in the order and words of ECS-081', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const before = texts(bench, service.ref).length;
    await bench.update(service, bench.properties(await bench.define(), { DesiredCount: 1 }));
    await bench.clock.advance(400_000);
    const group = `(target-group ${bench.group.arn})`;
    assert.deepEqual(texts(bench, service.ref).slice(before), [
      '(service weather) has started 1 tasks: (task T).',
      `(service weather) registered 1 targets in ${group}`,
      '(service weather) has stopped 1 running tasks: (task T).',
      `(service weather) deregistered 1 targets in ${group}`,
      '(service weather, taskSet ecs-svc/N) has begun draining connections on 1 tasks.',
      '(service weather) (deployment ecs-svc/N) deployment completed.',
      '(service weather) has reached a steady state.',
    ]);
  });

  it('keeps the old tasks until as many new ones are healthy with 100 and 200 percent (ECS-072)', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define()));
    await bench.clock.advance(10);
    const old = bench.runtime.alive.map(({ spec }) => spec.id);
    bench.group.check = ({ address }) => (address.endsWith('.4') ? undefined : 'connection refused');
    const next = await bench.define();
    await bench.update(service, bench.properties(next, { HealthCheckGracePeriodSeconds: 60 }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(50_000);
    assert.deepEqual(
      old.filter((id) => bench.runtime.tasks.get(id)!.alive),
      old,
    );
    assert.equal(bench.view(service).running, 4);
    bench.group.check = () => undefined;
    await bench.clock.advance(320_000);
    assert.deepEqual(
      old.filter((id) => bench.runtime.tasks.get(id)!.alive),
      [],
    );
    assert.deepEqual(
      [
        ...new Set(
          bench
            .view(service)
            .tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING')
            .map((task) => task.taskDefinition),
        ),
      ],
      [next.ref],
    );
    assert.equal(stable.state, 'resolved');
  });

  it('stops the old task first with 0 and 100 percent (ECS-072)', async () => {
    await using bench = await ecsBench();
    const bounds = { DesiredCount: 1, DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100 } };
    const service = await bench.create(bench.properties(await bench.define(), bounds));
    await bench.clock.advance(10);
    await bench.update(service, bench.properties(await bench.define(), bounds));
    await bench.clock.advance(10);
    assert.equal(bench.view(service).running, 1);
    assert.equal(bench.view(service).tasks.filter(({ lastStatus }) => lastStatus === 'DEACTIVATING').length, 1);
  });

  it('says so when the bounds allow no step (ECS-073)', async () => {
    await using bench = await ecsBench();
    const bounds = { DesiredCount: 1, DeploymentConfiguration: { MinimumHealthyPercent: 100, MaximumPercent: 100 } };
    const service = await bench.create(bench.properties(await bench.define(), bounds));
    await bench.clock.advance(10);
    await bench.update(service, bench.properties(await bench.define(), bounds));
    const stable = outcome(service.stable!());
    await bench.clock.advance(100_000);
    const message =
      'service (weather) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.';
    assert.equal(texts(bench, service.ref).filter((text) => text === message).length, 1);
    assert.equal(stable.error?.message, message);
  });

  it('replaces a killed task at once, without waiting for its target to be unused', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define()));
    await bench.clock.advance(10);
    const [victim] = bench.runtime.alive;
    victim!.kill({ signal: 'SIGKILL' });
    await bench.clock.advance(10);
    assert.equal(bench.view(service).running, 2);
    const view = bench.view(service).tasks.find(({ id }) => id === victim!.spec.id)!;
    assert.equal(view.stopCode, 'EssentialContainerExited');
    assert.equal(view.stoppedReason, 'Essential container in task exited');
    // Its address is not given to another task while the target group still drains it.
    assert.deepEqual(bench.group.calls.slice(2), ['deregister 10.0.1.4:8080', 'register 10.0.1.5:8080']);
  });

  it('scales in and out without a new deployment', async () => {
    await using bench = await ecsBench();
    const definition = await bench.define();
    const service = await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    await bench.update(service, bench.properties(definition, { DesiredCount: 3 }));
    const out = outcome(service.stable!());
    await bench.clock.advance(10);
    assert.equal(bench.view(service).running, 3);
    assert.equal(out.state, 'resolved');
    await bench.update(service, bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    assert.equal(bench.view(service).running, 1);
    assert.equal(texts(bench, service.ref).filter((text) => text.includes('deployment completed')).length, 1);
  });

  it('without a load balancer, counts a task as healthy after 40 seconds (ECS-070)', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define(), { LoadBalancers: [] }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(39_999);
    assert.equal(stable.state, 'pending');
    await bench.clock.advance(1);
    assert.equal(stable.state, 'resolved');
  });

  it('ignores failed health checks during the grace period, then replaces the task (ECS-037, ECS-060, ECS-086)', async () => {
    await using bench = await ecsBench();
    bench.group.check = ({ address }) => (address === '10.0.1.4' ? 'connection refused' : undefined);
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1, HealthCheckGracePeriodSeconds: 60 }));
    await bench.clock.advance(59_000);
    assert.equal(bench.view(service).tasks.length, 1);
    await bench.clock.advance(12_000);
    const failed = bench.view(service).tasks[0]!;
    assert.equal(bench.view(service).running, 1);
    assert.equal(failed.stoppedReason, `Task failed ELB health checks in (target-group ${bench.group.arn})`);
    assert.equal(failed.stopCode, 'ServiceSchedulerInitiated');
    assert.ok(
      texts(bench, service.ref).includes(
        `(service weather) (task T) (port 8080) is unhealthy in (target-group ${bench.group.arn}) due to (reason Health checks failed).`,
      ),
    );
  });

  it('takes a target in a zone that the load balancer does not have for unhealthy (NLB-022)', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1 }));
    const unused = {
      state: 'unused',
      reason: 'Target.NotInUse',
      description: 'Target is in an Availability Zone that is not enabled for the load balancer',
    } as const;
    bench.group.describe = () => [{ address: '10.0.1.4', port: 8080, zone: 'us-east-1a', health: unused }];
    const stable = outcome(service.stable!());
    await bench.clock.advance(100);
    assert.equal(stable.state, 'pending');
    assert.match(
      bench
        .view(service)
        .events.map(({ message }) => message)
        .join('\n'),
      /due to \(reason Target is in an Availability Zone/,
    );
  });

  it('rejects stable() with exit code and last log lines after three tasks that exit at once, and goes on trying', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ exitsAfterMs: 100, exitCode: 3, lines: ['Error: no DATABASE_URL'] });
    bench.group.check = () => 'connection refused';
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1, HealthCheckGracePeriodSeconds: 60 }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(31_000);
    assert.equal(stable.state, 'rejected');
    assert.match(
      stable.error!.message,
      /^Service Weather does not reach a steady state: 3 of its tasks failed; the last one, [0-9a-f]{8}, exits before it is healthy: container "weather" \(exit code 3\)\. Its last log lines:\n {4}Error: no DATABASE_URL$/,
    );
    const starts = bench.runtime.calls.length;
    await bench.clock.advance(100_000);
    assert.ok(bench.runtime.calls.length > starts);
  });

  it('names the port that the task listens on when it is not the one of the template', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ listening: [8081], termMs: 0 });
    bench.group.check = () => 'connection refused';
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1 }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(200_000);
    assert.match(
      stable.error!.message,
      /never gets healthy in target group weather: connection refused\. It listens on 8081, but the template says container port 8080/,
    );
    assert.equal(stable.error!.fix, 'Let the server listen on 8080, or set ContainerPort to 8081 in the task definition and the service.');
  });

  it('tells of a server that listens on 127.0.0.1 only', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ loopback: [8080], termMs: 0 });
    bench.group.check = () => 'connection refused';
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1 }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(200_000);
    assert.match(stable.error!.message, /It listens on port 8080 of 127\.0\.0\.1 only/);
  });

  it('puts off starts for longer and longer while tasks cannot be started, and says so (ECS-075)', async () => {
    await using bench = await ecsBench();
    const reason = 'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref weather:1: not found';
    bench.runtime.behave = () => ({ startFailure: new TaskStartFailure(reason, 'there is no image weather:1') });
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1 }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(75_000);
    assert.deepEqual(
      bench.runtime.calls.map(({ at }) => at),
      [0, 10_000, 30_000, 70_000],
    );
    const [failed] = bench.view(service).tasks;
    assert.equal(failed!.stopCode, 'TaskFailedToStart');
    assert.equal(failed!.stoppedReason, reason);
    assert.match(stable.error!.message, /cannot be started: there is no image weather:1\./);
    const told = texts(bench, service.ref).filter((text) => text.startsWith('(service weather) is unable to consistently start tasks'));
    assert.equal(told.length, 1);
    bench.runtime.behave = () => ({ termMs: 0 });
    await bench.update(service, bench.properties(await bench.define(), { DesiredCount: 1 }));
    await bench.clock.advance(10);
    assert.equal(bench.view(service).running, 1, 'a new task definition resets the throttle');
  });

  it('rolls back to the last completed deployment when the circuit breaker trips (ECS-077 to ECS-080, ECS-088)', async () => {
    await using bench = await ecsBench();
    const good = await bench.define();
    const service = await bench.create(bench.properties(good, { DeploymentConfiguration: BREAKER }));
    await bench.clock.advance(10);
    const old = bench.runtime.alive.map(({ spec }) => spec.id);
    bench.runtime.behave = () => ({ exitsAfterMs: 50 });
    const broken = bench.properties(await bench.define(), { DeploymentConfiguration: BREAKER, HealthCheckGracePeriodSeconds: 60 });
    bench.group.check = ({ address }) => (address.endsWith('.4') ? undefined : 'connection refused');
    await bench.update(service, broken);
    const stable = outcome(service.stable!());
    await bench.clock.advance(20_000);
    assert.match(
      stable.error!.message,
      /^Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'\. Service Weather: 3 of its tasks failed/,
    );
    const told = texts(bench, service.ref);
    assert.ok(told.includes('(service weather) (deployment ecs-svc/N) deployment failed: tasks failed to start.'));
    assert.ok(told.includes('(service weather) rolling back to deployment ecs-svc/N.'));
    await bench.clock.advance(400_000);
    assert.deepEqual(
      bench.runtime.alive.map(({ spec }) => spec.id),
      old,
      'the tasks of the good deployment were never stopped',
    );
    await bench.update(service, bench.properties(good, { DeploymentConfiguration: BREAKER }));
    await bench.clock.advance(10);
    await service.stable!();
    assert.deepEqual(
      bench.runtime.alive.map(({ spec }) => spec.id),
      old,
      'undoing the update starts no new deployment',
    );
  });

  it('launches nothing any more when a first deployment fails (ECS-079)', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ exitsAfterMs: 10 });
    bench.group.check = () => 'connection refused';
    const service = await bench.create(
      bench.properties(await bench.define(), { DeploymentConfiguration: BREAKER, HealthCheckGracePeriodSeconds: 60 }),
    );
    const stable = outcome(service.stable!());
    await bench.clock.advance(60_000);
    assert.equal(stable.state, 'rejected');
    const starts = bench.runtime.calls.length;
    await bench.clock.advance(3_600_000);
    assert.equal(bench.runtime.calls.length, starts);
  });

  it('gives a task the environment of the account, what Fargate sets, and its own (ECS-092)', async () => {
    await using bench = await ecsBench();
    const definition = await bench.define({ Environment: [{ Name: 'GREETING', Value: 'hello' }] });
    const service = await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const { spec } = bench.runtime.alive[0]!;
    const { environment } = spec.containers[0]!;
    assert.equal(environment['GREETING'], 'hello');
    assert.equal(environment['AWS_ENDPOINT_URL'], bench.account.endpoint.url);
    assert.equal(environment['AWS_EXECUTION_ENV'], 'AWS_ECS_FARGATE');
    assert.deepEqual(
      spec.outlets.map(({ address, port }) => [address, port]),
      [['127.0.0.1', bench.account.endpoint.port]],
    );
    assert.deepEqual(spec.ports, [8080]);
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

  it('fails a task whose subnet does not exist, with the reason', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(
      bench.properties(await bench.define(), { NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-x'] } } }),
    );
    const stable = outcome(service.stable!());
    await bench.clock.advance(100_000);
    assert.match(stable.error!.message, /The subnet ID 'subnet-x' does not exist/);
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

  it('rejects a pending stable() when it is deleted', async () => {
    await using bench = await ecsBench();
    bench.group.check = () => 'connection refused';
    const service = await bench.create(bench.properties(await bench.define(), { HealthCheckGracePeriodSeconds: 600 }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(1000);
    const stopped = service.stopNow!();
    await bench.clock.advance(0);
    assert.equal(stable.state, 'rejected');
    await bench.clock.advance(10);
    await stopped;
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
