import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateDirectoryOf } from './project.ts';
import { readRunFile } from './run-file.ts';

/** How far below a folder projects are looked for. */
const depth = 3;
const passedOver: ReadonlySet<string> = new Set(['node_modules', 'cdk.out', 'dist']);

/** Folders near `directory` in which an engine runs: above it, or a few levels below. */
export function projectsRunningNear(directory: string): readonly string[] {
  const found: string[] = [];
  for (let above = dirname(directory), last = directory; above !== last; last = above, above = dirname(above)) {
    if (readRunFile(stateDirectoryOf(above)) !== undefined) found.push(above);
  }
  const look = (folder: string, levels: number): void => {
    for (const name of foldersOf(folder)) {
      const path = join(folder, name);
      if (readRunFile(stateDirectoryOf(path)) !== undefined) found.push(path);
      else if (levels > 1) look(path, levels - 1);
    }
  };
  look(directory, depth);
  return found;
}

function foldersOf(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && !entry.name.startsWith('.') && !passedOver.has(entry.name) ? [entry.name] : [],
    );
  } catch {
    return [];
  }
}
