import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import type { TaskDefinition } from '../../../src/capabilities/task-definition.ts';
import { scaledClock } from '../../../src/clock/scaled-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { createProcessRuntime } from '../../../src/containers/process-runtime.ts';
import { cluster } from '../../../src/services/ecs/cluster.ts';
import { service } from '../../../src/services/ecs/service.ts';
import { taskDefinition } from '../../../src/services/ecs/task-definition.ts';
import { freePort } from '../../containers/task-fixture.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { fargateTask } from './ecs-bench.ts';
import { FakeNetwork } from './fake-network.ts';

const SERVER = `
const { createServer } = require('node:http');
const server = createServer((request, response) => response.end(process.env.GREETING + ' ' + process.pid)).listen(Number(process.env.PORT));
process.on('SIGTERM', () => { console.log('bye'); server.close(() => process.exit(0)); server.closeAllConnections(); });
console.log('ready');
`;

it('runs a service as processes, replaces one that is killed, and leaves none behind', async () => {
  const clock = systemClock;
  const port = await freePort();
  const network = new FakeNetwork();
  await using account = await fakeAccount({ clock, schedule: scaledClock(clock, 0.001), network });
  const runtime = await createProcessRuntime({ stateDirectory: account.stateDirectory, exposeTasks: false });
  const running = { ...account, runtime };
  const directory = join(account.stateDirectory, 'source');
  mkdirSync(directory);
  writeFileSync(join(directory, 'server.js'), SERVER);
  writeFileSync(join(directory, 'Dockerfile'), 'FROM node:24\nCOPY server.js /app/server.js\nWORKDIR /app\nCMD ["node", "server.js"]\n');
  const image = { kind: 'docker-asset', uri: 'weather:1', hash: '1', directory, dockerFile: 'Dockerfile', buildArgs: {} } as const;
  account.directory.provide('image', image.uri, image);
  await cluster.create(createContext(running, cluster, { logicalId: 'Cluster', properties: { ClusterName: 'main' } }));
  const definition = await taskDefinition.create(
    createContext(running, taskDefinition, {
      logicalId: 'Task',
      properties: fargateTask({
        Environment: [
          { Name: 'GREETING', Value: 'hello' },
          { Name: 'PORT', Value: String(port) },
        ],
        PortMappings: [{ ContainerPort: port }],
      }),
    }),
  );
  assert.equal((account.directory.find('taskDefinition', definition.ref) satisfies TaskDefinition | undefined)?.family, 'weather');
  const properties = {
    Cluster: 'main',
    TaskDefinition: definition.ref,
    DesiredCount: 2,
    LaunchType: 'FARGATE',
    NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-a', 'subnet-b'] } },
  };
  const created = await service.create(createContext(running, service, { logicalId: 'Weather', properties }));
  const view = account.directory.find('service', created.ref)!;
  await created.stable!();
  const ask = async (address: string): Promise<string> => {
    const target = [...network.attached.values()].find((candidate) => candidate.address === address)!;
    const socket = await listening(() => target.request.accept!(port, { kind: 'outside' }));
    socket.write('GET / HTTP/1.1\r\nHost: weather\r\nConnection: close\r\n\r\n');
    return (await text(socket)).split('\r\n\r\n')[1] ?? '';
  };
  const addresses = view.tasks.map(({ address }) => address!);
  const answers = await Promise.all(addresses.map(ask));
  assert.ok(
    answers.every((answer) => answer.includes('hello')),
    JSON.stringify(answers),
  );
  await assert.rejects(connected(port), /ECONNREFUSED/, 'nothing listens on this machine itself');
  const [victim] = view.tasks;
  process.kill(Number(/\d+/.exec(victim!.local[0]!)![0]), 'SIGKILL');
  await until(() => view.running === 2 && view.tasks.every(({ id, lastStatus }) => id !== victim!.id || lastStatus === 'STOPPED'));
  assert.equal(view.tasks.find(({ id }) => id === victim!.id)!.stopCode, 'EssentialContainerExited');
  await created.stopNow!();
  assert.equal(network.attached.size, 0);
  assert.ok(account.events.some((event) => event.event === 'log' && event.message === 'bye'));
  await runtime.close();
});

/** RUNNING says that a task was started, not that it listens already: without a load balancer nobody checks (ECS-070). */
async function listening(dial: () => Promise<Socket>): Promise<Socket> {
  for (;;) {
    try {
      return await dial();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

function connected(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** Looks again until `condition` holds; the test's own time-out ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
