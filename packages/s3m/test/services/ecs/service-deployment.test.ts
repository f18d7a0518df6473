import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TaskStartFailure } from '../../../src/containers/task-runtime.ts';
import { ecsBench } from './ecs-bench.ts';
import { eventTexts } from './event-texts.ts';
import { outcome } from './outcome.ts';

const BREAKER = { DeploymentCircuitBreaker: { Enable: true, Rollback: true } };

describe('a deployment of a service', () => {
  it('tells a healthy update in the order and words of ECS-081', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const before = eventTexts(bench, service.ref).length;
    await bench.update(service, bench.properties(await bench.define(), { DesiredCount: 1 }));
    await bench.clock.advance(400_000);
    const group = `(target-group ${bench.group.arn})`;
    assert.deepEqual(eventTexts(bench, service.ref).slice(before), [
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
    assert.equal(eventTexts(bench, service.ref).filter((text) => text === message).length, 1);
    assert.equal(stable.error?.message, message);
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
    assert.equal(eventTexts(bench, service.ref).filter((text) => text.includes('deployment completed')).length, 1);
  });

  it('is given up on after one task when the application can’t be built, as cdk deploy ends then, with its output told once', async () => {
    await using bench = await ecsBench();
    const startFailure = new TaskStartFailure(
      'CannotPullContainerError: build failed',
      'Cannot build it: code 3\nThe build said last:\n  boom',
      {
        final: true,
      },
    );
    const good = await bench.define();
    const service = await bench.create(bench.properties(good, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    for (const configuration of [{}, BREAKER]) {
      bench.runtime.behave = () => ({ startFailure });
      const told = bench.account.events.length;
      await bench.update(service, bench.properties(await bench.define(), { DesiredCount: 1, DeploymentConfiguration: configuration }));
      const stable = outcome(service.stable!());
      await bench.clock.advance(100);
      assert.match(stable.error!.message, /its task \w{8} cannot be started: Cannot build it: code 3\nThe build said last:\n {2}boom$/);
      const reasons = bench.account.events.slice(told).flatMap((event) => (event.event === 'task' ? (event.reason ?? []) : []));
      assert.deepEqual(reasons, ['cannot be started: Cannot build it: code 3']);
      bench.runtime.behave = () => ({ termMs: 0 });
      await bench.update(service, bench.properties(good, { DesiredCount: 1 }));
      await bench.clock.advance(100);
      assert.equal(bench.view(service).running, 1);
    }
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
      /^Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'\. The service rolls nothing out any more: 3 of its tasks failed/,
    );
    const told = eventTexts(bench, service.ref);
    assert.ok(told.includes('(service weather) (deployment ecs-svc/N) deployment failed: tasks failed to start.'));
    assert.ok(told.includes('(service weather) rolling back to deployment ecs-svc/N.'));
    await bench.clock.advance(400_000);
    assert.deepEqual(
      bench.runtime.alive.map(({ spec }) => spec.id),
      old,
      'the tasks of the good deployment were never stopped',
    );
    await bench.update(service, bench.properties(good, { DeploymentConfiguration: BREAKER }));
    const undone = outcome(service.stable!());
    await bench.clock.advance(10);
    assert.equal(undone.state, 'resolved');
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

  it('takes the former tasks up again when an update that is under way is undone', async () => {
    await using bench = await ecsBench();
    const former = await bench.define();
    const service = await bench.create(bench.properties(former));
    await bench.clock.advance(10);
    const old = bench.runtime.alive.map(({ spec }) => spec.id);
    bench.runtime.behave = () => ({ startMs: 60_000, termMs: 0 });
    await bench.update(service, bench.properties(await bench.define()));
    await bench.clock.advance(1000);
    await bench.update(service, bench.properties(former));
    await bench.clock.advance(400_000);
    assert.match(bench.view(service).events[0]!.message, /steady state/);
    assert.deepEqual(
      bench.runtime.alive.map(({ spec }) => spec.id),
      old,
    );
  });

  it('tries a failed deployment again when the service is updated', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ exitsAfterMs: 10 });
    bench.group.check = () => 'connection refused';
    const definition = await bench.define();
    const patient = { DeploymentConfiguration: BREAKER, HealthCheckGracePeriodSeconds: 60 };
    const service = await bench.create(bench.properties(definition, patient));
    await bench.clock.advance(60_000);
    bench.runtime.behave = () => ({ termMs: 0 });
    bench.group.check = () => undefined;
    await bench.update(service, bench.properties(definition, { ...patient, DesiredCount: 3 }));
    const stable = outcome(service.stable!());
    await bench.clock.advance(400_000);
    assert.equal(stable.state, 'resolved');
    assert.equal(bench.view(service).running, 3);
  });
});
