// The gateway beside other proxies: throughput, latency, CPU, memory. `npm run bench:gateway`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuMilliseconds, residentMiB } from '../process-usage.ts';
import { machineLine, median, writeSection } from '../report.ts';
import { askUse, startGateway, type Gateway } from './gateway.ts';
import { load, type LoadOptions, type LoadResult } from './load.ts';
import { installPeers, startBackend, startFastify, startHaproxy, startNginx, startServerlessOffline, token, type Peer } from './peers.ts';
import { stopAll } from './processes.ts';
import { addedByAuthorizer } from './uncached.ts';

const rounds = Number(process.env['ROUNDS'] ?? 7);
const seconds = Number(process.env['SECONDS'] ?? 4);

/** One run of wrk, with what it cost the process that was measured. */
interface Sample extends LoadResult {
  readonly perSecond: number;
  /** Microseconds of CPU for one request. */
  readonly cpu: number;
}

async function sample(peer: Peer, options: Partial<LoadOptions> = {}): Promise<Sample> {
  const pid = peer.process.pid!;
  const before = cpuMilliseconds(pid);
  const result = await load({ url: peer.url, token, seconds, ...options });
  const cpu = ((cpuMilliseconds(pid) - before) * 1000) / result.requests;
  return { ...result, perSecond: result.requests / result.seconds, cpu };
}

/** Every peer in turn, beginning with another one in each round. */
async function alternate(
  peers: readonly Peer[],
  times: number,
  options: (peer: Peer) => Partial<LoadOptions> = () => ({}),
): Promise<Map<Peer, Sample[]>> {
  const samples = new Map<Peer, Sample[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round < times; round++) {
    for (let turn = 0; turn < peers.length; turn++) {
      const peer = peers[(round + turn) % peers.length]!;
      const result = await sample(peer, options(peer));
      samples.get(peer)!.push(result);
      log(
        `round ${round + 1}, ${peer.name}: ${result.perSecond.toFixed(0)}/s, ${result.cpu.toFixed(1)} us CPU, p99 ${result.p99.toFixed(2)} ms`,
      );
    }
  }
  return samples;
}

const of = (samples: readonly Sample[], what: keyof Sample): number => median(samples.map((each) => each[what]));
/** The median of what one is to the other in the same round. */
const ratio = (ours: readonly Sample[], theirs: readonly Sample[], what: keyof Sample): number =>
  median(ours.map((each, round) => each[what] / theirs[round]![what]));

async function compareAll(gateway: Gateway, others: readonly Peer[]): Promise<string[]> {
  const peers = [gateway, ...others];
  // One connection first: many first requests at once would start many processes of the authorizer.
  for (const peer of peers) for (const connections of [1, 32]) await load({ url: peer.url, token, seconds: 2, connections });
  const before = await askUse(gateway);
  const counted = await load({ url: gateway.url, token, seconds });
  const allocated = ((await askUse(gateway)).allocatedBytes - before.allocatedBytes) / counted.requests;
  const samples = await alternate(peers, rounds);
  const ours = samples.get(gateway)!;
  const rows = peers.map((peer) => {
    const theirs = samples.get(peer)!;
    const [times, cpuTimes] =
      peer === gateway ? ['', ''] : [ratio(ours, theirs, 'perSecond').toFixed(2), (1 / ratio(ours, theirs, 'cpu')).toFixed(2)];
    const numbers = [
      of(theirs, 'perSecond').toFixed(0),
      times,
      of(theirs, 'cpu').toFixed(1),
      cpuTimes,
      of(theirs, 'p50').toFixed(2),
      of(theirs, 'p99').toFixed(2),
    ];
    return `| ${peer.name} | ${peer.aim ?? ''} | ${numbers.join(' | ')} | ${residentMiB(peer.process.pid!).toFixed(0)} |`;
  });
  return [
    `${rounds} alternating rounds of ${seconds} s, 32 connections; each column's median, ratios within each round.`,
    '',
    '| | aim | requests/s | gateway is times as fast | µs CPU/request | times as frugal | p50 ms | p99 ms | MiB |',
    '|---|---|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
    '',
    `The gateway allocates ${(allocated / 1024).toFixed(1)} KiB a request on the JavaScript heap.`,
  ];
}

async function halfLoad(gateway: Gateway, nginx: Peer, backend: Peer): Promise<string[]> {
  const full = await sample(gateway);
  const intervalMs = (32 / (full.perSecond / 2)) * 1000;
  const samples = await alternate([backend, nginx, gateway], rounds, () => ({ intervalMs }));
  const p99 = (peer: Peer): number => of(samples.get(peer)!, 'p99');
  const p50 = (peer: Peer): number => of(samples.get(peer)!, 'p50');
  const row = (peer: Peer): string =>
    `| ${peer.name} | ${of(samples.get(peer)!, 'perSecond').toFixed(0)} | ${p50(peer).toFixed(2)} | ${p99(peer).toFixed(2)} | ${(p99(peer) - p99(backend)).toFixed(2)} |`;
  return [
    "At half the gateway's load, each of 32 connections pausing between requests (aim: the gateway adds less than 1 ms to the p99):",
    '',
    '| | requests/s | p50 ms | p99 ms | p99 added ms |',
    '|---|--:|--:|--:|--:|',
    ...[backend, nginx, gateway].map(row),
  ];
}

/** @returns a table row of how `changed` does beside `usual`. */
async function besides(label: string, usual: readonly Sample[], changed: readonly Sample[]): Promise<string> {
  return `| ${label} | ${ratio(changed, usual, 'perSecond').toFixed(2)} | ${ratio(changed, usual, 'cpu').toFixed(2)} |`;
}

async function scaling(gateway: Gateway, backendPort: number): Promise<string[]> {
  const large = await startGateway(backendPort, 1000, 'gateway with 1,000 further methods');
  await load({ url: large.url, token, seconds: 2 });
  const withRoutes = await alternate([gateway, large], rounds);
  const rows = [await besides('1,000 methods beside the one that is called', withRoutes.get(gateway)!, withRoutes.get(large)!)];
  large.process.kill('SIGTERM');

  log('a hundred thousand tokens');
  const tokens = 100_000;
  // Each run of wrk begins with the first token again, so that the last one has to get through all of them. Few connections: each token's first
  // request calls the function, and more would only start more of its processes.
  for (let began = performance.now(), gone = 0; gone < tokens && performance.now() - began < 240_000;)
    gone = (await load({ url: gateway.url, token, seconds: 30, connections: 4, tokens })).requests;
  const one: Sample[] = [];
  const few: Sample[] = [];
  const many: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    one.push(await sample(gateway, { tokens: 1 }));
    few.push(await sample(gateway, { tokens: 10 }));
    many.push(await sample(gateway, { tokens }));
  }
  const { hits, heapMiB } = await askUse(gateway);
  rows.push(await besides(`100,000 tokens in turn instead of ten (${hits} of the last 1,000 requests found theirs)`, few, many));
  const residentBefore = residentMiB(gateway.process.pid!);
  let requests = 0;
  while (requests < 1_000_000) requests += (await load({ url: gateway.url, token, seconds: 15 })).requests;
  const after: Sample[] = [];
  for (let round = 0; round < rounds; round++) after.push(await sample(gateway, { tokens: 1 }));
  const use = await askUse(gateway);
  rows.push(await besides('after a million further requests', one, after));
  return [
    'What should not matter (aim: within 10 %):',
    '',
    '| | requests/s, times | CPU, times |',
    '|---|--:|--:|',
    ...rows,
    '',
    `What does: ten tokens in turn instead of one, so that no head is like the one before it, ${ratio(few, one, 'perSecond').toFixed(2)} times the requests, ${ratio(few, one, 'cpu').toFixed(2)} times the CPU.`,
    '',
    `Heap before and after that million, garbage collected: ${heapMiB.toFixed(1)} and ${use.heapMiB.toFixed(1)} MiB; resident ${residentBefore.toFixed(0)} and ${residentMiB(gateway.process.pid!).toFixed(0)} MiB.`,
  ];
}

function log(text: string): void {
  process.stderr.write(`${text}\n`);
}

const only = process.argv.slice(2);
const wanted = (part: string): boolean => only.length === 0 || only.includes(part);
const directory = mkdtempSync(join(tmpdir(), 's3m-bench-gateway-'));
try {
  const backendPort = await startBackend(directory);
  const gateway = await startGateway(backendPort, 0, 'S3M gateway');
  const nginx: Peer = { ...(await startNginx(directory, backendPort)), aim: 'at least 0.8' };
  const backend: Peer = { name: 'the backend itself', url: `http://127.0.0.1:${backendPort}/weather/forecast`, process: nginx.process };
  const lines = [`Measured ${machineLine()}.`];
  if (wanted('peers')) {
    installPeers();
    const others: readonly Peer[] = [
      nginx,
      await startHaproxy(directory, backendPort, false),
      { ...(await startHaproxy(directory, backendPort, true)), aim: 'at least 2' },
      { ...(await startFastify(backendPort)), aim: 'at least 3' },
      { ...(await startServerlessOffline()), aim: 'at least 50' },
    ];
    lines.push('', ...(await compareAll(gateway, others)));
  }
  if (wanted('half')) lines.push('', ...(await halfLoad(gateway, nginx, backend)));
  if (wanted('uncached')) lines.push('', await addedByAuthorizer(gateway, token));
  if (wanted('scaling')) lines.push('', ...(await scaling(gateway, backendPort)));
  if (only.length === 0) writeSection('gateway', lines);
  else process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  await stopAll();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(0);
