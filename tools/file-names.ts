import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const drawers = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc', 'base', 'manager', 'impl', 'types']);
const longest = 400;

/** Files named after no concept, and files that hold more than one. */
export function checkNames(): string[] {
  const files = globSync(['packages/*/src/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts', 'conformance/*.ts'], { cwd: root });
  return files.flatMap((file) => {
    const name = basename(file, '.ts');
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length;
    return [
      ...(drawers.has(name) ? [`${file}: a drawer; name it after the one concept it holds`] : []),
      ...(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(name) ? [] : [`${file}: file names are kebab-case`]),
      ...(lines > longest ? [`${file}: ${lines} lines; ${longest} at most`] : []),
    ];
  });
}
