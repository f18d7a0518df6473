// Runs the benchmark's system in a process of its own, and tells its parent where it is and what it has used.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { up } from '../../packages/s3m/src/index.ts';
import { systemTemplate } from './system.ts';

/** What the engine's process has used so far. */
export interface EngineUse {
  readonly allocatedBytes: number;
  /** After a collection of garbage. */
  readonly heapMiB: number;
  /** Of the last thousand requests, how many found the authorizer's result kept. */
  readonly hits: number;
}

const [backendPort, routes] = process.argv.slice(2).map(Number);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const directory = mkdtempSync(join(tmpdir(), 's3m-bench-'));
writeFileSync(join(directory, 'template.json'), JSON.stringify(systemTemplate(routes!)));
const app = await up({ directory, template: 'template.json', ports: { aws: 0, api: 0, site: 0 } });
const { stacks, endpoints } = app.describe();
const outputs = Object.values(stacks)[0]!.outputs as { readonly Subnet: string; readonly TaskGroup: string; readonly Targets: string };

// The backend stands where a task would: behind a network interface, registered with the target group.
const targetGroup = app.account.directory.find('targetGroup', outputs.Targets)!;
const backend = app.account.network.attach({
  name: 'backend',
  subnetId: outputs.Subnet,
  securityGroupIds: [outputs.TaskGroup],
  accept: async (port) => {
    if (port !== 8080) throw new Error('connection refused');
    const socket = connect({ port: backendPort!, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return socket;
  },
});
const healthy = new Promise<void>((resolve) => targetGroup.onHealthChange(({ health }) => health.state === 'healthy' && resolve()));
targetGroup.register({ address: backend.address, port: 8080, zone: backend.zone });
await healthy;

process.on('message', (message) => {
  if (message === 'use') process.send!(use());
});
process.on('SIGTERM', () => void stop());
process.send!({ url: Object.values(endpoints.apis)[0]!.stages['prod'] });

function use(): EngineUse {
  const allocatedBytes = (getHeapStatistics() as unknown as { readonly total_allocated_bytes: number }).total_allocated_bytes;
  collect();
  const hits = app.account.traces.recent(1000).filter(({ authorizer }) => authorizer?.cache === 'hit').length;
  return { allocatedBytes, heapMiB: process.memoryUsage().heapUsed / 1024 / 1024, hits };
}

async function stop(): Promise<void> {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
  process.exit(0);
}
