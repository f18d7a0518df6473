import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import type { RunningWeather } from './running-weather.ts';

/**
 * Asserts that a plain local process cannot reach a task: the service answers neither on an address of this machine nor on the task's own
 * address in the model, on the port that it listens on. (A proxy that takes every connection is not the service.)
 */
export function assertTasksUnreachable(weather: RunningWeather): void {
  const tasks = weather.app.account.directory
    .list('service')
    .flatMap(([, service]) => service.tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING'));
  assert.ok(tasks.length >= 4, 'two services with two tasks each run');
  const own = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address),
  );
  const addresses = [...new Set(['127.0.0.1', ...own, ...tasks.map(({ address }) => address!)])];
  // A process that knows nothing of the engine tries them all.
  const script = `
    const ask = (host) => fetch('http://' + host + ':8080/health', { signal: AbortSignal.timeout(1500) })
      .then((response) => response.text()).then((text) => (text.includes('healthy') ? host : undefined), () => undefined);
    Promise.all(${JSON.stringify(addresses)}.map(ask)).then((hosts) => console.log(JSON.stringify(hosts.filter((host) => host !== undefined))));
  `;
  const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: {} });
  assert.deepEqual(JSON.parse(stdout), [], 'the service does not answer');
}
