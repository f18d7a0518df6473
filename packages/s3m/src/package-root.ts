import { join } from 'node:path';

/** The package's own directory. This file and the built program are both one level below it, so it is the same from sources and from a build. */
export const packageRoot: string = join(import.meta.dirname, '..');

/** Absolute path of a table that is read on first use. */
export function dataPath(name: string): string {
  return join(packageRoot, 'data', name);
}

/** Absolute path of a program that runs in a process of its own: in a task's network, in a container, in a function's environment. */
export function programPath(name: string): string {
  return join(packageRoot, 'programs', name);
}
