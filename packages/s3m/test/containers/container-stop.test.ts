import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { stopContainers } from '../../src/containers/container-stop.ts';
import type { StoppableContainer } from '../../src/containers/container-stop.ts';
import { container } from './task-fixture.ts';

function stoppable(
  name: string,
  events: string[],
  options: { readonly ignores?: boolean; readonly after?: string; readonly stopTimeoutMs?: number } = {},
): StoppableContainer {
  const exit = Promise.withResolvers<void>();
  const end = (): void => {
    events.push(`${name} gone`);
    exit.resolve();
  };
  const dependsOn = options.after === undefined ? [] : [{ containerName: options.after, condition: 'START' as const }];
  return {
    spec: container(undefined, { name, dependsOn, stopTimeoutMs: options.stopTimeoutMs ?? 30_000 }),
    exited: exit.promise,
    interrupt: () => {
      events.push(`${name} interrupted`);
      if (options.ignores !== true) end();
    },
    kill: () => {
      events.push(`${name} killed`);
      end();
    },
  };
}

const waitOn = (clock: VirtualClock) => (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

test('A container that ends in time is not killed', async () => {
  const events: string[] = [];
  await stopContainers([stoppable('app', events)], waitOn(new VirtualClock()));
  assert.deepEqual(events, ['app interrupted', 'app gone']);
});

test('A container that ignores its stop signal is killed after its stop timeout', async () => {
  const clock = new VirtualClock();
  const events: string[] = [];
  const stopped = stopContainers([stoppable('app', events, { ignores: true, stopTimeoutMs: 5000 })], waitOn(clock));
  await clock.advance(4999);
  assert.deepEqual(events, ['app interrupted']);
  await clock.advance(1);
  await stopped;
  assert.deepEqual(events, ['app interrupted', 'app killed', 'app gone']);
});

test('Containers are stopped before those that they depend on', async () => {
  const events: string[] = [];
  await stopContainers([stoppable('proxy', events), stoppable('app', events, { after: 'proxy' })], waitOn(new VirtualClock()));
  assert.deepEqual(events, ['app interrupted', 'app gone', 'proxy interrupted', 'proxy gone']);
});
