import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { assertTasksUnreachable } from './isolation.ts';
import { assertKilledTaskLosesNoLaterRequest, assertTasksShareTheLoad, killContainers } from './private-path.ts';
import { runWeather } from './running-weather.ts';

const containers = (): string[] =>
  execFileSync('docker', ['ps', '-aq', '--filter', 'label=s3m.project'], { encoding: 'utf8' }).split('\n').filter(Boolean);

test('in Docker, from images of the Dockerfiles: every outcome of the authorizer, shared load, a killed task, no way in, nothing left', async (t) => {
  const before = containers();
  {
    await using weather = await runWeather({ runtime: 'docker' });
    await t.test('401 without a token, 403 for a user, 200 with five days for an administrator', async () => {
      assert.equal((await weather.call('/weather/weatherforecast')).status, 401);
      assert.equal((await weather.call('/weather/weatherforecast', (await weather.app.token({})).token)).status, 403);
      const response = await weather.call('/weather/weatherforecast', (await weather.app.token({ admin: true })).token);
      assert.equal(response.status, 200);
      assert.equal(((await response.json()) as unknown[]).length, 5);
    });
    await t.test('tasks share the load', () => assertTasksShareTheLoad(weather));
    await t.test('no local process reaches a task', () => assertTasksUnreachable(weather));
    await t.test('a killed task loses no later request', () => assertKilledTaskLosesNoLaterRequest(weather, killContainers));
  }
  assert.deepEqual(containers(), before);
});
