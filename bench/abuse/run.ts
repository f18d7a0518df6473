// What 500 slow clients do to the good ones. `npm run bench:abuse`
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGateway, type Gateway } from '../gateway/gateway.ts';
import { load, type LoadResult } from '../gateway/load.ts';
import { startBackend, token } from '../gateway/peers.ts';
import { loadCore, startOn, stopAll } from '../gateway/processes.ts';
import { cpuMilliseconds, residentMiB } from '../process-usage.ts';
import { machineLine, median, writeSection } from '../report.ts';
import type { Slowness } from './slow-clients.ts';

const rounds = Number(process.env['ROUNDS'] ?? 7);
const seconds = Number(process.env['SECONDS'] ?? 4);
const slowClients = 500;

const kinds: readonly (readonly [label: string, kind: Slowness | undefined])[] = [
  ['none', undefined],
  ['idle connections', 'idle'],
  ['heads that drip, a byte a second', 'heads'],
  ['bodies that drip, a byte a second', 'bodies'],
  ['answers of 1 MB that are not taken', 'readers'],
];

/** Good traffic at half the gateway's load, while slow clients of one kind are connected. */
async function beside(gateway: Gateway, kind: Slowness | undefined, intervalMs: number): Promise<LoadResult> {
  const options = { url: gateway.url, token, seconds, intervalMs };
  if (kind === undefined) return underWay(options);
  const program = join(import.meta.dirname, 'slow-clients.ts');
  const slow = startOn(loadCore, [process.execPath, program, gateway.url, token, kind, String(slowClients)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(slow, 'message');
  await settled(gateway);
  const result = await underWay(options);
  slow.kill('SIGTERM');
  await once(slow, 'exit');
  await sleep(500);
  return result;
}

/** Good traffic once it has run for a second: its own first moments, after a pause, are no measure of what slow clients do to it. */
async function underWay(options: Parameters<typeof load>[0]): Promise<LoadResult> {
  await load({ ...options, seconds: 1 });
  return load(options);
}

/** Slow clients are no burst: what their beginning costs must be over for a while. */
async function settled(gateway: Gateway): Promise<void> {
  let calm = 0;
  for (let attempt = 0; attempt < 60 && calm < 4; attempt++) {
    const before = cpuMilliseconds(gateway.process.pid!);
    await sleep(500);
    calm = cpuMilliseconds(gateway.process.pid!) - before < 60 ? calm + 1 : 0;
  }
}

const directory = mkdtempSync(join(tmpdir(), 's3m-bench-abuse-'));
try {
  const gateway = await startGateway(await startBackend(directory), 0, 'S3M gateway');
  await load({ url: gateway.url, token, seconds: 2 });
  const full = await load({ url: gateway.url, token, seconds });
  const intervalMs = 32 / (full.requests / full.seconds / 2 / 1000);
  const before = residentMiB(gateway.process.pid!);
  const results = kinds.map((): LoadResult[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < kinds.length; turn++) {
      const index = (round + turn) % kinds.length;
      const [label, kind] = kinds[index]!;
      const result = await beside(gateway, kind, intervalMs);
      results[index]!.push(result);
      process.stderr.write(
        `round ${round + 1}, ${label}: ${(result.requests / result.seconds).toFixed(0)}/s, p99 ${result.p99.toFixed(2)} ms\n`,
      );
    }
  }
  const usual = results[0]!;
  const rows = kinds.map(([label], index) => {
    const own = results[index]!;
    const times = median(own.map(({ p99 }, round) => p99 / usual[round]!.p99));
    const numbers = [
      median(own.map((each) => each.requests / each.seconds)).toFixed(0),
      median(own.map(({ p50 }) => p50)).toFixed(2),
      median(own.map(({ p99 }) => p99)).toFixed(2),
      index === 0 ? '' : times.toFixed(2),
    ];
    return `| ${label} | ${numbers.join(' | ')} |`;
  });
  writeSection('abuse', [
    `Measured ${machineLine()}; ${rounds} alternating rounds of ${seconds} s, ${slowClients} slow clients beside 32 good ones at half load.`,
    '',
    '| slow clients | good requests/s | p50 ms | p99 ms | p99, times (aim: at most 2) |',
    '|---|--:|--:|--:|--:|',
    ...rows,
    '',
    `Memory of the gateway's process before and after: ${before.toFixed(0)} and ${residentMiB(gateway.process.pid!).toFixed(0)} MiB.`,
  ]);
} finally {
  await stopAll();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(0);
