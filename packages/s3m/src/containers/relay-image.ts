import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import { findSystemTool } from './executable-path.ts';
import { removeFormer } from './old-images.ts';
import { tarArchive } from './tar-archive.ts';
import type { TarEntry } from './tar-archive.ts';
import { OUTSIDE_PROGRAM, RELAY_PROGRAM } from './task-relay.ts';

const run = promisify(execFile);

/**
 * Makes the image of the relay on this machine, if the engine has it not: the Node that runs now, the libraries that it loads, `ip` and `unshare` where there
 * are, and the relay's program. Nothing is pulled. Answers the image's name, which tells what is in it.
 */
export async function ensureRelayImage(docker: Docker): Promise<string> {
  const files = await relayFiles();
  const hash = createHash('sha256')
    .update(readFileSync(RELAY_PROGRAM))
    .update(readFileSync(OUTSIDE_PROGRAM))
    .update(JSON.stringify(files.map(fingerprint)))
    .digest('hex');
  const image = `s3m-relay:${hash.slice(0, 16)}`;
  const known = await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (known) return image;
  await importImage(docker, image, files, { 's3m.role': 'relay' });
  await removeFormer(docker, 'relay', image);
  return image;
}

/** Imports a file system as an image. */
export async function importImage(
  docker: Docker,
  image: string,
  entries: readonly TarEntry[],
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [repo = image, tag = 'latest'] = image.split(':');
  const progress = await docker.importImage(tarArchive(entries), { repo, tag, ...changesOf(labels) });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error)));
  });
}

function changesOf(labels: Readonly<Record<string, string>>): { readonly changes?: string } {
  const words = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return words.length === 0 ? {} : { changes: `LABEL ${words.join(' ')}` };
}

/** A program of this machine and the libraries that the dynamic loader finds for it, under their own paths. */
export async function programFiles(program: string, path: string = program): Promise<readonly TarEntry[]> {
  // A static program has no libraries, and ldd says so with an exit code.
  const { stdout } = await run('ldd', [program]).catch(() => ({ stdout: '' }));
  const libraries = [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap(([, library]) => library ?? []);
  return [fileEntry(path.replace(/^\/+/, ''), program), ...libraries.map((library) => fileEntry(library.slice(1), library))];
}

async function relayFiles(): Promise<readonly TarEntry[]> {
  const tools = ['ip', 'unshare'].map((name) => [findSystemTool(name), `/${name}`] as const);
  const programs = await Promise.all([
    programFiles(process.execPath, '/node'),
    ...tools.map(([tool, path]) => (tool === undefined ? [] : programFiles(tool, path))),
  ]);
  const own = [RELAY_PROGRAM, OUTSIDE_PROGRAM].map((program) => fileEntry(basename(program), program));
  return [...new Map([...programs.flat(), ...own].map((entry) => [entry.path, entry])).values()];
}

function fileEntry(path: string, source: string): TarEntry {
  const real = realpathSync(source);
  const { size } = statSync(real);
  return { kind: 'file', path, source: real, size, executable: !isOwn(path) };
}

/**
 * What is too big to be read at each start stands for itself by its size and time of change; this Node by its version, so that all copies of it on
 * a machine share one image.
 */
function fingerprint(entry: TarEntry): unknown {
  if (entry.kind !== 'file' || isOwn(entry.path)) return entry.path;
  return [entry.path, entry.size, entry.path === 'node' ? `${process.version} ${process.arch}` : statSync(entry.source).mtimeMs];
}

function isOwn(path: string): boolean {
  return path.endsWith('.mjs');
}
