// Bulk transfer through a Network Load Balancer's listener and through HAProxy in TCP mode. `npm run bench:balancer`
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort, listening, loadCore, measuredCore, startOn, stopAll } from '../gateway/processes.ts';
import { cpuMilliseconds, residentMiB } from '../process-usage.ts';
import { machineLine, median, writeSection } from '../report.ts';

const rounds = Number(process.env['ROUNDS'] ?? 5);
const megabytes = Number(process.env['MEGABYTES'] ?? 2000);
const connections = Number(process.env['CONNECTIONS'] ?? 8);
const aim = 0.7;

interface Proxy {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
}

interface Measured {
  readonly rate: number;
  readonly cpuPerGigabyte: number;
}

const directory = mkdtempSync(join(tmpdir(), 's3m-balancer-'));
try {
  const backend = await freePort();
  startOn(loadCore, [process.execPath, join(import.meta.dirname, 'backend.ts'), String(backend)]);
  await listening(backend);
  const proxies = [await startBalancer(backend), await startHaproxy(backend)];
  // One transfer each that doesn't count.
  for (const proxy of proxies) await measure(proxy);
  const measured = new Map<string, Measured[]>(proxies.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const proxy of round % 2 === 0 ? proxies : proxies.toReversed()) measured.get(proxy.name)!.push(await measure(proxy));
  }
  report(proxies, measured);
} finally {
  await stopAll();
  rmSync(directory, { recursive: true, force: true });
}

async function startBalancer(backend: number): Promise<Proxy> {
  const child = startOn(measuredCore, [process.execPath, join(import.meta.dirname, 'balancer.ts'), String(backend)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout!, 'data')) as [Buffer];
  return { name: 'S3M network load balancer', port: Number(port.toString()), pid: child.pid! };
}

/** No `option splice-*`: the bytes go through the process, as ours do. */
async function startHaproxy(backend: number): Promise<Proxy> {
  const port = await freePort();
  const file = join(directory, 'haproxy.cfg');
  writeFileSync(
    file,
    [
      'global\n  nbthread 1',
      'defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s',
      `frontend in\n  bind 127.0.0.1:${port}\n  default_backend out`,
      `backend out\n  server target 127.0.0.1:${backend}\n`,
    ].join('\n'),
  );
  const child: ChildProcess = startOn(measuredCore, ['haproxy', '-db', '-f', file]);
  await listening(port);
  return { name: 'HAProxy, TCP mode', port, pid: child.pid! };
}

async function measure({ name, port, pid }: Proxy): Promise<Measured> {
  const before = cpuMilliseconds(pid);
  const bytes = megabytes * 1_000_000;
  const load = spawn(
    'taskset',
    ['-c', loadCore, process.execPath, join(import.meta.dirname, 'load.ts'), String(port), String(bytes), String(connections)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [output] = await Promise.all([text(load.stdout), once(load, 'close')]);
  if (output === '') throw new Error(`the transfer through ${name} failed`);
  const result = { rate: megabytes / Number(output), cpuPerGigabyte: (cpuMilliseconds(pid) - before) / (megabytes / 1000) };
  process.stderr.write(`${name}: ${result.rate.toFixed(0)} MB/s, ${result.cpuPerGigabyte.toFixed(0)} ms CPU/GB\n`);
  return result;
}

function report([ours, peer]: readonly Proxy[], measured: ReadonlyMap<string, readonly Measured[]>): void {
  const [own, other] = [measured.get(ours!.name)!, measured.get(peer!.name)!];
  const ratio = (of: (each: Measured) => number): string => median(own.map((each, round) => of(each) / of(other[round]!))).toFixed(2);
  const row = (proxy: Proxy, list: readonly Measured[], fast: string, dear: string): string =>
    `| ${proxy.name} | ${median(list.map(({ rate }) => rate)).toFixed(0)} | ${fast} | ${median(list.map(({ cpuPerGigabyte }) => cpuPerGigabyte)).toFixed(0)} | ${dear} | ${residentMiB(proxy.pid).toFixed(0)} |`;
  writeSection('balancer', [
    `Measured ${machineLine()}; ${rounds} alternating rounds of ${megabytes / 1000} GB over ${connections} connections; medians, ratios within each round.`,
    '',
    `| | MB/s | times as fast as HAProxy (aim: ${aim}) | ms CPU/GB | times HAProxy's CPU | MiB |`,
    '|---|--:|--:|--:|--:|--:|',
    row(
      ours!,
      own,
      ratio(({ rate }) => rate),
      ratio(({ cpuPerGigabyte }) => cpuPerGigabyte),
    ),
    row(peer!, other, '', ''),
  ]);
}
