import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scalableTarget } from '../../../src/services/applicationautoscaling/scalable-target.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { ecsBench } from '../ecs/ecs-bench.ts';
import { createContext } from '../fake-account.ts';

const targetOf = (...actions: readonly Properties[]): Properties => ({
  ResourceId: 'service/main/weather',
  ScalableDimension: 'ecs:service:DesiredCount',
  ServiceNamespace: 'ecs',
  MinCapacity: 1,
  MaxCapacity: 10,
  ScheduledActions: actions,
});

const action = (ScheduledActionName: string, Schedule: string, ScalableTargetAction: Properties, more: Properties = {}): Properties => ({
  ScheduledActionName,
  Schedule,
  ScalableTargetAction,
  ...more,
});

test('scheduled actions set the bounds of a service at their times, and the service follows (ECS-098)', async () => {
  await using bench = await ecsBench();
  const service = await bench.create(bench.properties(await bench.define()));
  const begin = bench.clock.now();
  const at = (minutes: number): string => new Date(begin + minutes * 60_000).toISOString().slice(0, 19);
  const properties = targetOf(
    action('morning', `at(${at(10)})`, { MinCapacity: 4 }),
    action('evening', `at(${at(20)})`, { MinCapacity: 1, MaxCapacity: 2 }),
    action('never', 'rate(1 minute)', { MaxCapacity: 0 }, { EndTime: new Date(begin).toISOString() }),
  );
  const target = await scalableTarget.create(createContext(bench.account, scalableTarget, { logicalId: 'Target', properties }));
  const desired = (): number => bench.view(service).desired;
  await bench.clock.advance(599_000);
  assert.equal(desired(), 2);
  await bench.clock.advance(2_000);
  assert.equal(desired(), 4);
  await bench.clock.advance(600_000);
  assert.equal(desired(), 2);
  const messages = bench.account.events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));
  assert.ok(
    messages.some((message) => /from 2 to 4: scheduled action morning: minimum capacity was set to 4/.test(message)),
    messages.join('\n'),
  );
  await target.delete();
});

test('what is no schedule, no time zone, and an action without bounds are refused', () => {
  const findings = scalableTarget.check!(
    targetOf(
      action('a', 'cron(0 8 * * *)', { MinCapacity: 1 }),
      action('b', 'rate(1 hour)', {}),
      action('c', 'rate(1 hour)', { MinCapacity: 1 }, { Timezone: 'Mars/Olympus' }),
    ),
    {},
  );
  assert.deepEqual(
    findings.map(({ property }) => property),
    ['ScheduledActions[0].Schedule', 'ScheduledActions[1].ScalableTargetAction', 'ScheduledActions[2].Timezone'],
  );
});
