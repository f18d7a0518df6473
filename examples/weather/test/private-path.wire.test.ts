import { test } from 'node:test';
import { assertTasksUnreachable } from './isolation.ts';
import { assertKilledTaskLosesNoLaterRequest, assertTasksShareTheLoad, killProcesses } from './private-path.ts';
import { runWeather } from './running-weather.ts';

test('as processes: tasks share the load, a killed one loses no later request, and no local process reaches a task', async (t) => {
  await using weather = await runWeather({ runtime: 'process' });
  await t.test('tasks share the load', () => assertTasksShareTheLoad(weather));
  await t.test('no local process reaches a task', () => assertTasksUnreachable(weather));
  await t.test('a killed task loses no later request', () => assertKilledTaskLosesNoLaterRequest(weather, killProcesses));
});
