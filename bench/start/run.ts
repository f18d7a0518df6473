// How long until the first authorised answer, and how much memory the engine holds. `npm run bench:start`
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { askEngine } from '../../packages/s3m/src/engine/control-client.ts';
import type { EngineEvent, Ready } from '../../packages/s3m/src/engine/engine-event.ts';
import { copyWeather } from '../../examples/weather/test/weather-copy.ts';
import { residentMiB } from '../process-usage.ts';
import { machineLine, median, writeSection } from '../report.ts';

const repository = join(import.meta.dirname, '..', '..');
const launcher = join('packages', 's3m', 'bin', 's3m.cjs');
const up = ['--json', '--no-watch', '--port', 'aws=0', '--port', 'api=0', '--port', 'site=0'];
const rounds = Number(process.env['ROUNDS'] ?? 9);

interface Start {
  readonly engine: ChildProcess;
  readonly ready: Ready;
  readonly milliseconds: number;
}

/** Launches `s3m up` in `directory` and answers when the first authorised call has its 200. */
async function start(directory: string, command: readonly string[] = [join(repository, launcher), 'up']): Promise<Start> {
  const started = performance.now();
  // The system's Node, as a person's shell would take it: the launcher hands over to the right one.
  const engine = spawn('node', [...command, ...up], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = await readyEvent(engine);
  const { token } = await askEngine(join(directory, '.s3m'), 'token', { admin: true });
  const api = Object.values(Object.values(ready.endpoints.apis)[0]!.stages)[0]!;
  const response = await fetch(`${api}/weather/weatherforecast`, { headers: { Authorization: `Bearer ${token}` } });
  const milliseconds = performance.now() - started;
  if (response.status !== 200) throw new Error(`expected 200, got ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  return { engine, ready, milliseconds };
}

async function readyEvent(engine: ChildProcess): Promise<Ready> {
  for await (const line of createInterface({ input: engine.stdout! })) {
    const event = JSON.parse(line) as EngineEvent;
    if (event.event === 'ready') return event;
    if (event.event === 'failed') throw new Error(event.problems.map(({ message }) => message).join('\n'));
  }
  throw new Error('the engine ended before it was ready');
}

async function stop(engine: ChildProcess): Promise<void> {
  engine.kill('SIGTERM');
  await once(engine, 'close');
}

async function measure(directory: string, before: () => void): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    before();
    const { engine, milliseconds } = await start(directory);
    times.push(milliseconds);
    await stop(engine);
    process.stderr.write(`${milliseconds.toFixed(0)} ms\n`);
  }
  return times;
}

/** What `npm start` does in a fresh clone: installs the locked dependencies, builds the front end, starts. */
async function firstRun(): Promise<number> {
  const clone = mkdtempSync(join(tmpdir(), 's3m-clone-'));
  try {
    execFileSync('git', ['clone', '--quiet', `file://${repository}`, clone]);
    const { engine, milliseconds } = await start(join(clone, 'examples', 'weather'), [join(clone, 'tools', 'bootstrap.cjs'), 'start']);
    await stop(engine);
    return milliseconds;
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

async function memoryAfterRequests(directory: string, requests: number): Promise<{ engine: number; others: number[] }> {
  const { engine, ready } = await start(directory);
  const { token } = await askEngine(join(directory, '.s3m'), 'token', { admin: true });
  const api = Object.values(Object.values(ready.endpoints.apis)[0]!.stages)[0]!;
  for (let index = 0; index < requests; index++) {
    const response = await fetch(`${api}/weather/weatherforecast`, { headers: { Authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
  }
  const run = JSON.parse(readFileSync(join(directory, '.s3m', 'run.json'), 'utf8')) as { pid: number };
  const children = readFileSync(`/proc/${run.pid}/task/${run.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  const result = { engine: residentMiB(run.pid), others: children.map(residentMiB) };
  await stop(engine);
  return result;
}

// Builds the front end when it is missing or stale: the copy has none of the tools.
execFileSync(process.execPath, [join(repository, 'examples', 'weather', 'infra', 'app.ts')], { stdio: ['ignore', 2, 'inherit'] });
using copy = copyWeather();
const { directory } = copy;
const first = await start(directory);
await stop(first.engine);
const warm = await measure(directory, () => {});
const cold = await measure(directory, () => {
  rmSync(join(directory, 'cdk.out'), { recursive: true, force: true });
  rmSync(join(directory, '.s3m'), { recursive: true, force: true });
});
const memory = await memoryAfterRequests(directory, 1000);
const fresh = await firstRun();

const row = (label: string, aim: string, times: readonly number[]): string =>
  `| ${label} | ${aim} | ${(median(times) / 1000).toFixed(2)} s | ${(Math.min(...times) / 1000).toFixed(2)} to ${(Math.max(...times) / 1000).toFixed(2)} s |`;
writeSection('start', [
  `Measured ${machineLine()}; ${rounds} rounds each, tasks as processes.`,
  '',
  "| from the launcher's start to the first authorised 200 | aim | median | range |",
  '|---|---|---|---|',
  row('nothing changed', 'under 1 s', warm),
  row('`cdk.out` and `.s3m` deleted, front end built', 'under 4 s', cold),
  `| first run from a clone, once: dependencies installed from the package registry, front end built | none | ${(fresh / 1000).toFixed(0)} s | |`,
  '',
  `Memory of the engine's process after 1,000 requests: ${memory.engine.toFixed(0)} MiB (aim: under 150). Its children, functions and tasks: ${memory.others.map((size) => size.toFixed(0)).join(', ')} MiB.`,
]);
process.exit(0);
