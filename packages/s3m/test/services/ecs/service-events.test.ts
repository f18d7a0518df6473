import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServiceEvents } from '../../../src/services/ecs/service-events.ts';
import { ecsBench } from './ecs-bench.ts';

const HOUR_MS = 3_600_000;
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/weather/0123456789abcdef';

describe('the events of a service', () => {
  for (const [fact, tell, message] of [
    ['ECS-082', (events) => events.started(['a']), '(service weather) has started 1 tasks: (task a).'],
    ['ECS-082', (events) => events.started(['a', 'b']), '(service weather) has started 2 tasks: (task a) (task b).'],
    ['ECS-083', (events) => events.registered(GROUP), `(service weather) registered 1 targets in (target-group ${GROUP})`],
    ['ECS-083', (events) => events.deregistered(GROUP), `(service weather) deregistered 1 targets in (target-group ${GROUP})`],
    [
      'ECS-084',
      (events) => events.draining('ecs-svc/1'),
      '(service weather, taskSet ecs-svc/1) has begun draining connections on 1 tasks.',
    ],
    ['ECS-085', (events) => events.stopped(['a']), '(service weather) has stopped 1 running tasks: (task a).'],
    ['ECS-087', (events) => events.completed('ecs-svc/1'), '(service weather) (deployment ecs-svc/1) deployment completed.'],
    ['ECS-087', (events) => events.steady(), '(service weather) has reached a steady state.'],
  ] as const satisfies readonly (readonly [string, (events: ServiceEvents) => void, string])[]) {
    it(`are told in AWS's words: ${message.slice(0, 60)} (${fact})`, () => {
      const events = new ServiceEvents('weather', () => 5);
      tell(events);
      assert.deepEqual(events.list, [{ at: 5, message }]);
    });
  }

  it('are the newest hundred (ECS-091)', () => {
    const events = new ServiceEvents('weather', () => 0);
    for (let count = 0; count < 101; count += 1) events.started([String(count)]);
    assert.equal(events.list.length, 100);
    assert.match(events.list[0]!.message, /\(task 100\)/);
    assert.match(events.list.at(-1)!.message, /\(task 1\)/);
  });

  it('that say the same are told once, until the cause is gone or six hours have passed (ECS-091)', () => {
    let now = 0;
    const events = new ServiceEvents('weather', () => now);
    const count = (): number => events.list.length;
    events.stuck();
    now = 6 * HOUR_MS - 1;
    events.stuck();
    assert.equal(count(), 1);
    now += 1;
    events.stuck();
    assert.equal(count(), 2);
    events.clear();
    events.stuck();
    assert.equal(count(), 3);
  });

  it('say every six hours that the service is steady, while it is (ECS-087)', async () => {
    await using bench = await ecsBench();
    const properties = bench.properties(await bench.define());
    const service = await bench.create(properties);
    const steady = (): number => bench.view(service).events.filter(({ message }) => message.endsWith('has reached a steady state.')).length;
    await bench.clock.advance(10);
    assert.equal(steady(), 1);
    await bench.clock.advance(6 * HOUR_MS);
    assert.equal(steady(), 2);
    bench.runtime.alive[0]!.kill({ exitCode: 1 });
    await bench.clock.advance(400_000);
    assert.equal(steady(), 3, 'it was not for a while');
    await bench.clock.advance(6 * HOUR_MS - 400_000);
    assert.equal(steady(), 3);
    await bench.clock.advance(400_000);
    assert.equal(steady(), 4);
  });
});
