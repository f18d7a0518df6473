import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Processes that work in the project or mention it, besides this one. */
export function processesOf(path: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && belongsTo(pid, path));
}

function belongsTo(pid: number, path: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')) return false;
    return (
      readFileSync(`/proc/${pid}/environ`, 'latin1').includes(path) ||
      readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(path) ||
      readlinkSync(`/proc/${pid}/cwd`).startsWith(path)
    );
  } catch {
    return false;
  }
}

/** What an engine may leave: caches and keys, and nothing that runs or locks. */
export function assertNothingLeft(path: string): void {
  assert.deepEqual(processesOf(path), []);
  const left = readdirSync(join(path, '.s3m'), { recursive: true, withFileTypes: true });
  assert.deepEqual(
    left.filter((entry) => entry.isSocket()).map(({ name }) => name),
    [],
  );
  assert.ok(!existsSync(join(path, '.s3m', 'run.json')));
}
