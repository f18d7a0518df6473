import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { claimProject } from './run-file.ts';

/** What `--persist` keeps in a project where nothing runs; undefined when it keeps nothing. */
export function describeState(stateDirectory: string): { readonly path: string; readonly size: string } | undefined {
  const path = join(stateDirectory, 'state');
  if (!existsSync(path)) return undefined;
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const bytes = names.reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
  return { path, size: bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB` };
}

/** Deletes it. No engine can start meanwhile. @throws EngineFailure `AlreadyRunning` */
export function deleteState(stateDirectory: string): void {
  const claim = claimProject(stateDirectory);
  try {
    rmSync(join(stateDirectory, 'state'), { recursive: true, force: true });
  } finally {
    claim.release();
  }
}
