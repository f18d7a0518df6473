import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NetworkModelError } from '../../../src/network/network-model-error.ts';
import { TaskStartFailure } from '../../../src/containers/task-runtime.ts';
import { ecsBench } from './ecs-bench.ts';
import { eventTexts } from './event-texts.ts';
import { outcome } from './outcome.ts';

describe('a service whose tasks fail', () => {
  it('replaces a killed task at once, without waiting for its target to be unused (ECS-044, ECS-043)', async () => {
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

  it('keeps stopped tasks in sight for an hour (ECS-042)', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define(), { LoadBalancers: [] }));
    await bench.clock.advance(50_000);
    bench.runtime.alive[0]!.kill({ exitCode: 0 });
    await bench.clock.advance(1000);
    const stopped = (): number => bench.view(service).tasks.filter(({ lastStatus }) => lastStatus === 'STOPPED').length;
    assert.equal(stopped(), 1);
    await bench.clock.advance(3_590_000);
    assert.equal(stopped(), 1);
    await bench.clock.advance(20_000);
    assert.equal(stopped(), 0);
  });

  it('says by what each stopped task was stopped, in the words of TaskStopCode (ECS-043)', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 3, LoadBalancers: [] }));
    await bench.clock.advance(50_000);
    const { id: ended } = bench.runtime.alive[0]!.spec;
    bench.runtime.behave = () => ({ startFailure: new TaskStartFailure('CannotPullContainerError: no', 'no'), termMs: 0 });
    bench.runtime.alive[0]!.kill({ exitCode: 0 });
    await bench.clock.advance(100);
    const codes = (): Record<string, string | undefined> =>
      Object.fromEntries(bench.view(service).tasks.map(({ id, stopCode }) => [id, stopCode]));
    assert.equal(codes()[ended], 'EssentialContainerExited');
    assert.ok(Object.values(codes()).includes('TaskFailedToStart'));
    bench.view(service).scaleTo(0);
    await bench.clock.advance(100_000);
    assert.ok(Object.values(codes()).includes('ServiceSchedulerInitiated'));
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
      eventTexts(bench, service.ref).includes(
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

  it('rejects stable() with exit code and last log lines after three tasks that exit at once, and goes on trying, as AWS does for hours (ECS-076)', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ exitsAfterMs: 100, exitCode: 3, lines: ['Error: no DATABASE_URL'] });
    bench.group.check = () => 'connection refused';
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1, HealthCheckGracePeriodSeconds: 60 }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(31_000);
    assert.equal(stable.state, 'rejected');
    assert.match(
      stable.error!.message,
      /^The service does not reach a steady state: 3 of its tasks failed; the last one, [0-9a-f]{8}, exits before it is healthy: container "weather" \(exit code 3\)\. Its last log lines:\n {4}Error: no DATABASE_URL$/,
    );
    const starts = bench.runtime.calls.length;
    await bench.clock.advance(100_000);
    assert.ok(bench.runtime.calls.length > starts);
    bench.runtime.behave = () => ({ termMs: 0 });
    bench.group.check = () => undefined;
    await bench.clock.advance(900_000);
    assert.equal(bench.view(service).running, 1, 'it comes up at last');
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
    assert.match(stable.error!.message, /cannot be started: there is no image weather:1\.$/);
    const told = eventTexts(bench, service.ref).filter((text) =>
      text.startsWith('(service weather) is unable to consistently start tasks'),
    );
    assert.equal(told.length, 1);
    bench.runtime.behave = () => ({ termMs: 0 });
    await bench.update(service, bench.properties(await bench.define(), { DesiredCount: 1 }));
    await bench.clock.advance(10);
    assert.equal(bench.view(service).running, 1, 'a new task definition resets the throttle');
  });

  it('says that a task finds no place in a subnet without free addresses, and places it once there is one (ECS-089)', async () => {
    await using bench = await ecsBench();
    let full = true;
    const reason = 'The specified subnet does not have enough free addresses to satisfy the request: subnet-a (A).';
    bench.network.onAttach = () => {
      if (full) throw new NetworkModelError('InsufficientFreeAddressesInSubnet', reason);
    };
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1 }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(100_000);
    assert.match(stable.error!.message, /cannot be started: The specified subnet does not have enough free addresses/);
    const told = (): number =>
      bench.view(service).events.filter(({ message }) => message === `(service weather) was unable to place a task. Reason: ${reason}`)
        .length;
    assert.equal(told(), 1, 'once, however often it is tried');
    full = false;
    await bench.clock.advance(900_000);
    assert.equal(bench.view(service).running, 1);
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
});
