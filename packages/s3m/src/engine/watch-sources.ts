import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { statSync } from 'node:fs';
import type { Project } from './project.ts';
import { fingerprintSource, ignoredFolders, watchedRoots } from './source-fingerprint.ts';

/** Editors write a file in several steps; changes that follow within this time count as one. */
const quietMs = 80;

/**
 * Calls `onChange` when a source of the application is no longer as it was when its fingerprint was `read`: also at once, for what was saved
 * between that and now. Answers a function that stops it.
 */
export function watchSources({ source }: Project, read: string, onChange: () => void): () => void {
  let fingerprint = read;
  let timer: NodeJS.Timeout | undefined;
  const settle = (): void => {
    const now = fingerprintSource(source);
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
  const watchers: FSWatcher[] = watchedRoots(source).map((root) => {
    const isFile = statSync(root, { throwIfNoEntry: false })?.isFile() === true;
    const watcher = watch(isFile ? dirname(root) : root, { recursive: !isFile, persistent: false }, (_event, name) => touched(root, name));
    // A folder that disappears ends its watch; the others go on.
    watcher.on('error', () => watcher.close());
    return watcher;
  });
  settle();
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
