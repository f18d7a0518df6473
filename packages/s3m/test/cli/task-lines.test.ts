import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskLines } from '../../src/cli/task-lines.ts';

const missing = 'Image weather:1 is not there';

/** Which of the events `SERVICE/TASK STATUS[: REASON]` get a line. */
function linesOf(events: readonly string[], lines: TaskLines = new TaskLines()): readonly string[] {
  return events.filter((text) => {
    const [, service, task, status, reason] = /^(\w+)\/(\w+) (\w+)(?:: (.*))?$/.exec(text)!;
    const event = { event: 'task', service: service!, task: task!, status: status!, ...(reason === undefined ? {} : { reason }) } as const;
    return lines.isWorthALine(event, true);
  });
}

test('a service that waits for its image says so once, however often it tries', () => {
  const attempt = (task: string): readonly string[] => [`Svc/${task} PENDING: ${missing}`, `Svc/${task} STOPPED`];
  assert.deepEqual(linesOf([...attempt('a'), ...attempt('b'), ...attempt('c')]), attempt('a'));
});

test('another reason, another service, the task that runs at last and what keeps one after it are told', () => {
  const told = [`Svc/a PENDING: ${missing}`, `Svc/b PENDING: no subnet`, `Other/c PENDING: ${missing}`];
  assert.deepEqual(linesOf(told), told);
  const lines = new TaskLines();
  assert.deepEqual(linesOf(['Svc/z RUNNING', `Svc/a PENDING: ${missing}`, 'Svc/b RUNNING', 'Svc/d RUNNING'], lines), [
    `Svc/a PENDING: ${missing}`,
    'Svc/b RUNNING',
  ]);
  assert.deepEqual(linesOf([`Svc/c PENDING: ${missing}`], lines), [`Svc/c PENDING: ${missing}`]);
});

test('a task that ran and stops is told each time, with its reason or without', () => {
  const crash = (task: string): readonly string[] => [`Svc/${task} RUNNING`, `Svc/${task} STOPPED: Essential container in task exited`];
  const [, ...told] = [...crash('a'), ...crash('b'), 'Svc/c RUNNING', 'Svc/c STOPPED'];
  assert.deepEqual(linesOf(['Svc/a RUNNING', ...told]), told);
});
