import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** Where the system's own tools may be that an ordinary user's PATH often lacks: `ip`, `nsenter`. */
export const SYSTEM_DIRECTORIES: readonly string[] = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The file that a shell would run for `name`: looked up in `path` when it has no slash, else relative to `directory`. */
export function findExecutable(name: string, path: string, directory = '/'): string | undefined {
  if (name.includes('/')) {
    const file = isAbsolute(name) ? name : resolve(directory, name);
    return isExecutable(file) ? file : undefined;
  }
  for (const entry of path.split(delimiter)) {
    if (entry === '') continue;
    const file = join(isAbsolute(entry) ? entry : resolve(directory, entry), name);
    if (isExecutable(file)) return file;
  }
  return undefined;
}

/** A tool of the system, wherever it is. */
export function findSystemTool(name: string): string | undefined {
  return findExecutable(name, [process.env['PATH'] ?? '', ...SYSTEM_DIRECTORIES].join(delimiter));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
