import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readZip, ZipProblem, type ZipEntry } from '../zip-archive.ts';

/** LMB-006 */
const MAX_BYTES = 262_144_000;
/** File type in a Unix mode, and a symbolic link. */
const TYPE = 0o170_000;
const LINK = 0o120_000;

/** A zip archive that Lambda would refuse; `message` is AWS's. */
export class UnzipFailure extends Error {}

/**
 * Unpacks a zip archive into `directory`. Nothing is written outside of it.
 * @throws UnzipFailure
 */
export function unzip(archive: Buffer, directory: string): void {
  const entries = readEntries(archive);
  mkdirSync(directory, { recursive: true });
  const links = entries.filter(isLink);
  for (const entry of entries) {
    const path = pathOf(entry, directory);
    mkdirSync(dirname(path), { recursive: true });
    if (!isLink(entry)) writeNew(path, entry);
  }
  // Last, so that nothing is written through them.
  for (const link of links) linkNew(pathOf(link, directory), link.content.toString(), directory);
}

function readEntries(archive: Buffer): ZipEntry[] {
  try {
    return readZip(archive, MAX_BYTES);
  } catch (error) {
    if (!(error instanceof ZipProblem)) throw error;
    const isTooLarge = error.message.startsWith('larger than');
    throw isTooLarge ? new UnzipFailure(`Unzipped size must be smaller than ${MAX_BYTES} bytes`, { cause: error }) : corrupt(error);
  }
}

function isLink(entry: ZipEntry): boolean {
  return ((entry.mode ?? 0) & TYPE) === LINK;
}

function pathOf(entry: ZipEntry, directory: string): string {
  const path = join(directory, entry.name);
  if (!path.startsWith(directory + sep)) throw corrupt();
  return path;
}

function writeNew(path: string, entry: ZipEntry): void {
  try {
    writeFileSync(path, entry.content, { flag: 'wx' });
  } catch (error) {
    throw isConflict(error) ? corrupt(error) : error;
  }
  if (((entry.mode ?? 0) & 0o111) !== 0) chmodSync(path, 0o755);
}

function linkNew(path: string, target: string, directory: string): void {
  if (target.startsWith('/') || !join(dirname(path), target).startsWith(directory + sep)) throw corrupt();
  try {
    symlinkSync(target, path);
  } catch (error) {
    throw isConflict(error) ? corrupt(error) : error;
  }
}

/** Two entries of one name, or a file where a folder is wanted. A full disk is none of these. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EEXIST', 'ENOTDIR', 'EISDIR'].includes(String(error.code));
}

function corrupt(cause?: unknown): UnzipFailure {
  return new UnzipFailure('Could not unzip uploaded file. Please check your file, then try to upload again.', { cause });
}
