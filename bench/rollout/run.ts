// Whether planned changes, and unplanned ends, of a service lose requests under load. `npm run bench:rollout`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runSmallSystem, type RunningSystem } from '../../packages/s3m/test/engine/running-system.ts';
import type { SmallSystemOptions } from '../../packages/s3m/test/engine/small-system.ts';
import { machineLine, writeSection } from '../report.ts';
import type { LoadResult } from './load.ts';
import { ledgerServer, readLedger, type Ledger } from './service.ts';

const deployments = Number(process.env['DEPLOYMENTS'] ?? 20);
const rate = Number(process.env['RATE'] ?? 600);
const leastRequests = Number(process.env['REQUESTS'] ?? 51_000);

interface Outcome {
  readonly label: string;
  readonly load: LoadResult;
  readonly ledger: Ledger;
  readonly note: string;
}

const directory = mkdtempSync(join(tmpdir(), 's3m-rollout-'));
let run = 0;

/** Runs `change` under load on a system of its own, and counts. */
async function underLoad(label: string, first: Partial<SmallSystemOptions>, change: (bench: Bench) => Promise<string>): Promise<Outcome> {
  const ledger = join(directory, `ledger-${run++}`);
  writeFileSync(ledger, '');
  const system = (version: string, more: Partial<SmallSystemOptions> = {}): SmallSystemOptions => ({
    server: ledgerServer(version, ledger),
    desired: 2,
    ...first,
    ...more,
  });
  await using running = await runSmallSystem(system('v0'), { runtime: 'process', watch: false });
  const url = `${running.engine.describe().endpoints.apis['Api']!.stages['prod']}/hello`;
  const child = spawn(process.execPath, [join(import.meta.dirname, 'load.ts'), url, String(rate)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = text(child.stdout);
  const began = performance.now();
  const note = await change({
    system: running,
    ledger,
    deploy: async (version, more) => {
      running.write(system(version, more));
      await running.engine.update();
    },
    elapsed: () => performance.now() - began,
  });
  child.kill('SIGTERM');
  const [, load] = await Promise.all([once(child, 'close'), output.then((line) => JSON.parse(line) as LoadResult)]);
  const outcome = { label, load, ledger: readLedger(ledger), note };
  process.stderr.write(`${describe(outcome)}\n`);
  const reasons = Map.groupBy(load.lost, ({ came, requestId }) => running.engine.trace(requestId ?? '')?.decision?.why ?? came);
  for (const [why, { length }] of reasons) process.stderr.write(`  lost ${length}: ${why}\n`);
  return outcome;
}

interface Bench {
  readonly system: RunningSystem;
  readonly ledger: string;
  deploy(version: string, more?: Partial<SmallSystemOptions>): Promise<void>;
  /** Milliseconds since the load began. */
  elapsed(): number;
}

const describe = ({ label, load, ledger, note }: Outcome): string =>
  `| ${label} | ${load.sent} | ${(load.sent / load.seconds).toFixed(0)}/s | ${load.lost.length} | ${ledger.twice.length} | ${note} |`;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

async function rolling({ deploy, elapsed }: Bench): Promise<string> {
  for (let count = 1; count <= deployments; count++) await deploy(`v${count}`);
  // The rest of the requests meets what the last deployment left.
  await sleep(Math.max(0, (leastRequests / rate) * 1000 - elapsed()));
  return `${deployments} deployments in ${(elapsed() / 1000).toFixed(0)} s`;
}

async function broken({ deploy, system }: Bench): Promise<string> {
  await sleep(1000);
  const failed = await deploy('v1', { server: 'process.exit(1);\n' }).then(
    () => false,
    () => true,
  );
  await sleep(1000);
  const { status, body } = await system.get({ 'x-request': 'after' });
  return `update ${failed ? 'failed' : 'did not fail'}, afterwards ${status} "${body}"`;
}

async function scaling({ deploy, elapsed }: Bench): Promise<string> {
  await sleep(500);
  await deploy('v0', { desired: 20 });
  const up = elapsed();
  await deploy('v0', { desired: 1 });
  // What drains, drains under load.
  await sleep(2000);
  return `up after ${(up / 1000).toFixed(1)} s, down after ${(elapsed() / 1000).toFixed(1)} s`;
}

const kills = 5;

/** Kills one task after the other; each time the service is whole again before the next. */
async function killing({ system, ledger }: Bench): Promise<string> {
  const killed: number[] = [];
  for (let count = 0; count < kills; count++) {
    await sleep(1000);
    const since = system.events.length;
    const [[, service] = []] = system.engine.account.directory.list('service');
    const victim = service!.tasks.find(({ lastStatus }) => lastStatus === 'RUNNING')!;
    const pid = Number(victim.local[0]!.replace('process ', ''));
    killed.push(pid);
    process.kill(pid, 'SIGKILL');
    for (
      let healthy = false;
      !healthy;
      healthy = system.events.slice(since).some((event) => event.event === 'target' && event.state === 'healthy')
    ) {
      await sleep(20);
    }
  }
  const { unfinished } = readLedger(ledger);
  return `${kills} tasks killed, ${killed.reduce((sum, pid) => sum + (unfinished.get(pid) ?? 0), 0)} requests in flight on them`;
}

const circuitBreaker = { DeploymentCircuitBreaker: { Enable: true, Rollback: true } };
const withBreaker = (): Partial<SmallSystemOptions> => ({ deploymentConfiguration: circuitBreaker });

const outcomes: Outcome[] = [];
outcomes.push(await underLoad(`${deployments} rolling deployments`, {}, rolling));
outcomes.push(await underLoad('a version that exits at once, circuit breaker with rollback', withBreaker(), broken));
outcomes.push(await underLoad('1 to 20 tasks and back', { desired: 1 }, scaling));
outcomes.push(await underLoad('`kill -9` of a task', {}, killing));
rmSync(directory, { recursive: true, force: true });

writeSection('rollout', [
  `Measured ${machineLine()}. Requests through API Gateway, VPC link and balancer at ${rate} a second, half over kept, half over fresh connections; tasks as processes, time scale 0.02. Aim: none lost, none done twice; of a killed task no more than were in flight on it. All of them are GET: what a killed task had begun is sent once more where it came over a kept connection, and counts as done twice; what came over a new one is lost, as on AWS (AG-263).`,
  '',
  '| what | requests | rate | lost | done twice | |',
  '|---|---|---|---|---|---|',
  ...outcomes.map(describe),
]);
process.exit(0);
