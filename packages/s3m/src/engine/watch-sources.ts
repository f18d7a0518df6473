import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { statSync } from 'node:fs';
import type { Project } from './project.ts';
import { fingerprintSources, ignoredFolders, sourceRoots } from './source-fingerprint.ts';

/** Editors write a file in several steps; changes that follow within this time count as one. */
const quietMs = 80;

/** Calls `onChange` when a source of the application has changed. Answers a function that stops it. */
export function watchSources(project: Project, onChange: () => void): () => void {
  const { directory } = project.source;
  let fingerprint = fingerprintSources(directory);
  let timer: NodeJS.Timeout | undefined;
  const settle = (): void => {
    const now = fingerprintSources(directory);
    if (now === fingerprint) return;
    fingerprint = now;
    onChange();
  };
  const touched = (root: string, name: string | null): void => {
    if (name?.split(sep).some((part) => ignoredFolders.has(part)) === true) return;
    if (statSync(root, { throwIfNoEntry: false })?.isFile() === true && name !== basename(root)) return;
    clearTimeout(timer);
    timer = setTimeout(settle, quietMs);
  };
  const watchers: FSWatcher[] = sourceRoots(directory).map((root) => {
    const isFile = statSync(root, { throwIfNoEntry: false })?.isFile() === true;
    const watcher = watch(isFile ? dirname(root) : root, { recursive: !isFile, persistent: false }, (_event, name) => touched(root, name));
    // A folder that disappears ends its watch; the others go on.
    watcher.on('error', () => watcher.close());
    return watcher;
  });
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
