import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOrder } from '../../src/containers/start-order.ts';
import { TaskStartFailure } from '../../src/containers/task-runtime.ts';
import { container } from './task-fixture.ts';

test('A container is started after those that it depends on', () => {
  const specs = [
    container(undefined, { name: 'a', dependsOn: [{ containerName: 'c', condition: 'START' }] }),
    container(undefined, { name: 'b' }),
    container(undefined, { name: 'c', dependsOn: [{ containerName: 'b', condition: 'START' }] }),
  ];
  assert.deepEqual(
    startOrder(specs).map(({ definition }) => definition.name),
    ['b', 'c', 'a'],
  );
});

test('Unknown containers and cycles are refused', () => {
  const depends = (name: string, containerName: string, condition: 'START') =>
    container(undefined, { name, dependsOn: [{ containerName, condition }] });
  const refused = (message: RegExp) => (error: unknown) => error instanceof TaskStartFailure && message.test(error.message);
  assert.throws(() => startOrder([depends('a', 'x', 'START')]), refused(/depends on "x"/));
  assert.throws(() => startOrder([depends('a', 'b', 'START'), depends('b', 'a', 'START')]), refused(/cycle: a -> b -> a/));
});
