import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { dockerIgnore } from './dockerignore.ts';
import type { TarEntry } from './tar-archive.ts';

/** What of a directory is sent to Docker for a build: everything but what `.dockerignore` names; the Dockerfile always. */
export function* buildContext(directory: string, dockerFile: string): Generator<TarEntry> {
  const own = join(directory, `${dockerFile}.dockerignore`);
  const file = existsSync(own) ? own : join(directory, '.dockerignore');
  const ignored = existsSync(file) ? dockerIgnore(readFileSync(file, 'utf8')) : () => false;
  yield* entriesOf(directory, '', (path) => path !== dockerFile && path !== '.dockerignore' && ignored(path));
}

/** Directories are walked even when they are left out, because an exception (`!dir/file`) may bring something in them back. */
function* entriesOf(root: string, below: string, ignored: (path: string) => boolean): Generator<TarEntry> {
  for (const name of readdirSync(join(root, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const source = join(root, path);
    const found = lstatSync(source);
    if (found.isDirectory()) {
      if (!ignored(path)) yield { kind: 'directory', path };
      yield* entriesOf(root, path, ignored);
    } else if (!ignored(path)) {
      if (found.isSymbolicLink()) yield { kind: 'link', path, target: readlinkSync(source) };
      if (found.isFile()) yield { kind: 'file', path, source, size: found.size, executable: (found.mode & 0o111) !== 0 };
    }
  }
}
