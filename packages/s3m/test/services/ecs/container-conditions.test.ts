import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { taskDefinition } from '../../../src/services/ecs/task-definition.ts';
import { createContext } from '../fake-account.ts';
import { ecsBench, fargateTask, type EcsBench } from './ecs-bench.ts';
import { eventTexts } from './event-texts.ts';

const CHECK = { Command: ['CMD', 'check'], Interval: 10, Retries: 3 };

/** A task of `weather` and a sidecar `db`, which `weather` waits for. */
function waiting(bench: EcsBench, condition: string, db: Properties): Promise<Resource> {
  const properties = {
    ...fargateTask(),
    ContainerDefinitions: [
      {
        Name: 'weather',
        Image: 'weather:1',
        PortMappings: [{ ContainerPort: 8080 }],
        DependsOn: [{ ContainerName: 'db', Condition: condition }],
      },
      { Name: 'db', Image: 'db:1', ...db },
    ],
  };
  return taskDefinition.create(createContext(bench.account, taskDefinition, { logicalId: 'Task', properties }));
}

const starts = (bench: EcsBench): string[] =>
  bench.runtime.calls.filter(({ what }) => what.startsWith('start ')).map(({ at, what }) => `${at} ${what}`);

describe('the health checks of containers', () => {
  it('make a task healthy, without a load balancer (ECS-070), and replace it when one of an essential container fails (ECS-061, ECS-090)', async () => {
    await using bench = await ecsBench();
    let failing = '';
    bench.runtime.behave = ({ id }) => ({ termMs: 0, check: () => (id === failing ? 7 : 0) });
    const definition = await bench.define({ HealthCheck: CHECK });
    const service = await bench.create(bench.properties(definition, { DesiredCount: 1, LoadBalancers: [] }));
    let stable = false;
    void service.stable!().then(() => (stable = true));
    await bench.clock.advance(9999);
    assert.equal(stable, false);
    await bench.clock.advance(1);
    assert.equal(stable, true, 'healthy long before 40 seconds');
    const [first] = bench.view(service).tasks;
    failing = first!.id;
    await bench.clock.advance(45_000);
    const old = bench.view(service).tasks.find(({ id }) => id === first!.id)!;
    assert.equal(old.lastStatus, 'STOPPED');
    assert.equal(old.stoppedReason, 'Task failed container health checks');
    assert.equal(old.stopCode, 'ServiceSchedulerInitiated');
    assert.equal(bench.view(service).running, 1);
    assert.ok(eventTexts(bench, service.ref).includes('(service weather) (task T) failed container health checks.'));
    const told = bench.account.events.find((event) => event.event === 'task' && event.reason?.includes('UNHEALTHY') === true);
    assert.match(
      JSON.stringify(told),
      /container \\"weather\\", its health check .*ends with exit code 7 \(curl: \(7\) Failed to connect\)/,
    );
  });

  it('count besides those of the load balancer: a task is healthy when it is both (ECS-070)', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ termMs: 0 });
    const service = await bench.create(bench.properties(await bench.define({ HealthCheck: CHECK }), { DesiredCount: 1 }));
    let stable = false;
    void service.stable!().then(() => (stable = true));
    await bench.clock.advance(9999);
    assert.equal(stable, false);
    await bench.clock.advance(1);
    assert.equal(stable, true);
  });

  it('of containers that are not essential replace no task (ECS-017)', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ termMs: 0, check: () => 1 });
    const definition = await waiting(bench, 'START', { Essential: false, HealthCheck: CHECK });
    const service = await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(200_000);
    assert.equal(bench.view(service).tasks.length, 1);
  });
});

describe('a container that waits for another (ECS-015)', () => {
  it('to be HEALTHY is started at its first good check', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await waiting(bench, 'HEALTHY', { HealthCheck: CHECK }), { DesiredCount: 1 }));
    await bench.clock.advance(9000);
    assert.equal(bench.view(service).tasks[0]!.lastStatus, 'PENDING');
    await bench.clock.advance(1500);
    assert.deepEqual(starts(bench), ['0 start db', '10000 start weather']);
    assert.equal(bench.view(service).tasks[0]!.lastStatus, 'RUNNING');
  });

  it('to COMPLETE is started at its end, whatever its exit code', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ termMs: 0, containerExits: { db: { afterMs: 3000, exitCode: 5 } } });
    const service = await bench.create(bench.properties(await waiting(bench, 'COMPLETE', { Essential: false }), { DesiredCount: 1 }));
    await bench.clock.advance(5000);
    assert.deepEqual(starts(bench), ['0 start db', '3000 start weather']);
    assert.equal(bench.view(service).running, 1);
  });

  it('for SUCCESS is not started after a failure: the task fails to start', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ termMs: 0, containerExits: { db: { afterMs: 3000, exitCode: 5 } } });
    const service = await bench.create(bench.properties(await waiting(bench, 'SUCCESS', { Essential: false }), { DesiredCount: 1 }));
    await bench.clock.advance(5000);
    const [task] = bench.view(service).tasks;
    assert.deepEqual(starts(bench), ['0 start db']);
    assert.equal(task!.stopCode, 'TaskFailedToStart');
    assert.equal(
      task!.stoppedReason,
      'dependency graph: failed to resolve the container ordering dependency [db] for target [weather] as dependency did not exit successfully.',
    );
  });

  it('gives up after the start timeout of that container (ECS-018)', async () => {
    await using bench = await ecsBench();
    const definition = await waiting(bench, 'COMPLETE', { Essential: false, StartTimeout: 20 });
    const service = await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(19_999);
    assert.equal(bench.view(service).tasks[0]!.lastStatus, 'PENDING');
    await bench.clock.advance(1);
    const [task] = bench.view(service).tasks;
    assert.equal(task!.stopCode, 'TaskFailedToStart');
    assert.equal(task!.stoppedReason, 'dependency graph: container ordering dependency [db] for target [weather] has timed out.');
  });

  it('to be HEALTHY gives up when it gets UNHEALTHY, with what the check said', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ termMs: 0, check: () => 1 });
    const service = await bench.create(bench.properties(await waiting(bench, 'HEALTHY', { HealthCheck: CHECK }), { DesiredCount: 1 }));
    await bench.clock.advance(30_000);
    const [task] = bench.view(service).tasks;
    assert.equal(task!.stoppedReason, 'Task failed container health checks');
    assert.match(
      JSON.stringify(bench.account.events),
      /cannot be started: container \\"weather\\" waits for \\"db\\" to be HEALTHY, but that is UNHEALTHY: its health check .* ends with exit code 1/,
    );
  });

  it('is not started when the task is stopped meanwhile', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await waiting(bench, 'COMPLETE', { Essential: false }), { DesiredCount: 1 }));
    await bench.clock.advance(1000);
    await bench.update(service, bench.properties(await bench.define(), { DesiredCount: 0 }));
    await bench.clock.advance(1000);
    assert.equal(bench.view(service).tasks[0]!.lastStatus, 'STOPPED');
    assert.deepEqual(starts(bench), ['0 start db']);
  });

  it('ends the wait when an essential container ends', async () => {
    await using bench = await ecsBench();
    bench.runtime.behave = () => ({ termMs: 0, containerExits: { db: { afterMs: 1000, exitCode: 3 } } });
    const service = await bench.create(bench.properties(await waiting(bench, 'HEALTHY', { HealthCheck: CHECK }), { DesiredCount: 1 }));
    await bench.clock.advance(2000);
    const [task] = bench.view(service).tasks;
    assert.equal(task!.stopCode, 'EssentialContainerExited');
    assert.equal(task!.exitCode, 3);
  });
});

it('an essential container that ends is told of with its own last lines, whatever another one wrote', async () => {
  await using bench = await ecsBench();
  await bench.create(bench.properties(await waiting(bench, 'START', {}), { DesiredCount: 1 }));
  await bench.clock.advance(10);
  const [task] = bench.runtime.alive;
  for (let line = 0; line < 30; line++) task!.spec.log('db', `of the other ${line}`);
  task!.kill({ container: 'weather', exitCode: 2, lastLines: ['no such table'] });
  await bench.clock.advance(10);
  const reasons = bench.account.events.flatMap((event) => (event.event === 'task' ? (event.reason ?? []) : []));
  assert.match(reasons.join('\n'), /container "weather" \(exit code 2\)\. Its last log lines:\n {4}no such table$/m);
  assert.doesNotMatch(reasons.join('\n'), /of the other/);
});
