import { readFileSync } from 'node:fs';

/** The service's program: notes in a file when it begins and ends each request, so that none can be lost or done twice unseen. */
export function ledgerServer(version: string, ledger: string): string {
  return `import { createServer } from 'node:http';
import { openSync, writeSync } from 'node:fs';
const ledger = openSync(${JSON.stringify(ledger)}, 'a');
const note = (what, id) => writeSync(ledger, what + ' ' + id + ' ' + process.pid + '\\n');
const server = createServer((request, response) => {
  if (request.url === '/health') return void response.end('ok');
  const id = request.headers['x-request'];
  note('+', id);
  setTimeout(() => {
    note('-', id);
    response.end(${JSON.stringify(version)} + ' ' + id);
  }, 10);
});
server.keepAliveTimeout = 60_000;
server.listen(8080, '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
}

/** What the services did, from their notes. */
export interface Ledger {
  readonly begun: number;
  /** Ids that were begun more than once. */
  readonly twice: readonly string[];
  /** Ids that a process began and never ended, by process id. */
  readonly unfinished: ReadonlyMap<number, number>;
}

export function readLedger(file: string): Ledger {
  const begun = new Map<string, number>();
  const open = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [what, id = '', pid] = line.split(' ');
    if (what === '+') {
      begun.set(id, (begun.get(id) ?? 0) + 1);
      open.set(`${id} ${pid}`, Number(pid));
    } else if (what === '-') open.delete(`${id} ${pid}`);
  }
  const unfinished = new Map<number, number>();
  for (const pid of open.values()) unfinished.set(pid, (unfinished.get(pid) ?? 0) + 1);
  return { begun: begun.size, twice: [...begun].filter(([, count]) => count > 1).map(([id]) => id), unfinished };
}
