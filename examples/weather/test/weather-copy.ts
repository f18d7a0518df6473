import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const example = join(import.meta.dirname, '..');
const repository = join(example, '..', '..');
const leftOut = new Set(['node_modules', 'cdk.out', '.s3m', '.angular', 'test']);

/** A copy of the example that a test may edit, with what is installed and built linked or copied in. */
export interface WeatherCopy extends Disposable {
  readonly directory: string;
}

export function copyWeather(): WeatherCopy {
  const root = mkdtempSync(join(tmpdir(), 's3m-weather-'));
  const directory = join(root, 'weather');
  cpSync(example, directory, { recursive: true, preserveTimestamps: true, filter: (path) => !leftOut.has(basename(path)) });
  // The front end's build is told from its sources and the lockfile: with both the copy needs no build of its own.
  cpSync(join(repository, 'package-lock.json'), join(root, 'package-lock.json'), { preserveTimestamps: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  symlinkSync(join(example, 'node_modules'), join(directory, 'node_modules'));
  return { directory, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}
