import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { it } from 'node:test';
import type { FakeTask } from './fake-task-runtime.ts';
import { ecsBench } from './ecs-bench.ts';

/** What a container of the task gets from its own address. */
async function ask(task: FakeTask, url: string): Promise<[number | undefined, unknown]> {
  const outlet = task.spec.outlets.find(({ address }) => address === '169.254.170.2')!;
  const door = createServer((socket) => outlet.accept!(socket)).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { pathname } = new URL(url);
  const [response] = (await once(get({ port: (door.address() as AddressInfo).port, path: pathname, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  door.close();
  return [response.statusCode, JSON.parse(text)];
}

it('a container learns what it is, and what its task is, from ECS_CONTAINER_METADATA_URI_V4 (ECS-092)', async () => {
  await using bench = await ecsBench();
  bench.runtime.behave = () => ({ termMs: 0, usage: () => [{ container: 'weather', cpuMs: 1500, memoryBytes: 4096 }] });
  const definition = await bench.define({ HealthCheck: { Command: ['CMD', 'true'], Interval: 5 }, Cpu: 128 });
  await bench.create(bench.properties(definition, { DesiredCount: 1 }));
  await bench.clock.advance(6000);
  const [task] = bench.runtime.alive;
  const uri = task!.spec.containers[0]!.environment['ECS_CONTAINER_METADATA_URI_V4']!;
  const { id } = task!.spec;
  assert.match(uri, new RegExp(`^http://169\\.254\\.170\\.2/v4/${id}-\\d+$`));
  const [status, container] = (await ask(task!, uri)) as [number, Record<string, unknown>];
  assert.equal(status, 200);
  assert.equal(container['Name'], 'weather');
  assert.equal(container['KnownStatus'], 'RUNNING');
  assert.deepEqual(container['Limits'], { CPU: 128 });
  assert.deepEqual(container['Health'], { status: 'HEALTHY' });
  assert.equal(
    (container['Labels'] as Record<string, string>)['com.amazonaws.ecs.task-arn'],
    `arn:aws:ecs:us-east-1:000000000000:task/main/${id}`,
  );
  assert.deepEqual((container['Networks'] as Record<string, unknown>[])[0]!['IPv4Addresses'], ['10.0.1.4']);
  const [, whole] = (await ask(task!, `${uri}/task`)) as [number, Record<string, unknown>];
  assert.equal(whole['Cluster'], 'arn:aws:ecs:us-east-1:000000000000:cluster/main');
  assert.equal(whole['Family'], 'weather');
  assert.equal(whole['Revision'], '1');
  assert.deepEqual(whole['Limits'], { CPU: 0.25, Memory: 512 });
  assert.equal(whole['ServiceName'], 'weather');
  assert.equal(whole['AvailabilityZone'], 'us-east-1a');
  assert.deepEqual(whole['Containers'], [container]);
  const [, stats] = (await ask(task!, `${uri}/stats`)) as [number, { cpu_stats: unknown; memory_stats: unknown }];
  assert.deepEqual(stats.cpu_stats, { cpu_usage: { total_usage: 1_500_000_000 } });
  assert.deepEqual(stats.memory_stats, { usage: 4096, limit: 512 * 1024 * 1024 });
  assert.deepEqual(Object.values((await ask(task!, `${uri}/task/stats`))[1] as object), [stats]);
  assert.equal((await ask(task!, 'http://x/v4/another'))[0], 404);
  assert.equal((await ask(task!, `${uri}/other`))[0], 404);
});
