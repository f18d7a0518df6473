import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import type { RunningWeather } from './running-weather.ts';

/**
 * Asserts that a plain local process cannot reach a task: no address of this machine, nor the task's own address in the model,
 * answers on the port that the service listens on, and no TCP socket of the host's network belongs to a task.
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
    const net = require('node:net');
    const tries = ${JSON.stringify(addresses)}.map((host) => new Promise((resolve) => {
      const socket = net.connect({ host, port: 8080, timeout: 1500 }, () => { socket.destroy(); resolve(host); });
      socket.on('error', () => resolve(undefined));
      socket.on('timeout', () => { socket.destroy(); resolve(undefined); });
    }));
    Promise.all(tries).then((hosts) => console.log(JSON.stringify(hosts.filter((host) => host !== undefined))));
  `;
  const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: {} });
  assert.deepEqual(JSON.parse(stdout), [], 'nothing answers on the port of the service');
}
