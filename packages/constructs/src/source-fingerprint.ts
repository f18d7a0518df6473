import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const lockfiles = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'];

/** A digest of every file under `directory`, and of the lockfile that applies to it. Hidden files, node_modules and the folder `except` don't count. */
export function fingerprintSources(directory: string, except: string): string {
  const digest = createHash('sha256');
  for (const file of walk(directory, except))
    digest
      .update(`${file.slice(directory.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  const lockfile = findLockfile(directory);
  if (lockfile !== undefined) digest.update(readFileSync(lockfile));
  return digest.digest('hex');
}

function* walk(directory: string, except: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.name === 'node_modules' || entry.name.startsWith('.') || path === except) continue;
    if (entry.isDirectory()) yield* walk(path, except);
    else if (entry.isFile()) yield path;
  }
}

function findLockfile(directory: string): string | undefined {
  for (const name of lockfiles) if (existsSync(join(directory, name))) return join(directory, name);
  return dirname(directory) === directory ? undefined : findLockfile(dirname(directory));
}
