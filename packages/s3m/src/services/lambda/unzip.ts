import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** LMB-006 */
const MAX_BYTES = 262_144_000;

/** A zip archive that Lambda would refuse; `message` is AWS's. */
export class UnzipFailure extends Error {}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Unix mode; 0 when the archive was made elsewhere. */
  readonly mode: number;
  readonly headerOffset: number;
}

/**
 * Unpacks a zip archive into `directory`. Nothing is written outside of it.
 * @throws UnzipFailure
 */
export function unzip(archive: Buffer, directory: string): void {
  const entries = readDirectory(archive);
  if (entries.reduce((sum, entry) => sum + entry.size, 0) > MAX_BYTES) {
    throw new UnzipFailure(`Unzipped size must be smaller than ${MAX_BYTES} bytes`);
  }
  mkdirSync(directory, { recursive: true });
  for (const entry of entries) extract(archive, entry, directory);
}

function extract(archive: Buffer, entry: Entry, directory: string): void {
  const path = join(directory, entry.name);
  if (!path.startsWith(directory + sep) && path !== directory) throw corrupt();
  if (entry.name.endsWith('/')) {
    mkdirSync(path, { recursive: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  const content = readContent(archive, entry);
  const isLink = (entry.mode & 0o170_000) === 0o120_000;
  if (isLink) {
    const target = content.toString();
    if (!join(dirname(path), target).startsWith(directory + sep) || target.startsWith('/')) throw corrupt();
    symlinkSync(target, path);
    return;
  }
  // `wx`: an entry must not be written through a link that an earlier one made.
  writeFileSync(path, content, { flag: 'wx' });
  if ((entry.mode & 0o111) !== 0) chmodSync(path, 0o755);
}

function readContent(archive: Buffer, entry: Entry): Buffer {
  try {
    if (archive.readUInt32LE(entry.headerOffset) !== 0x04034b50) throw corrupt();
    const start = entry.headerOffset + 30 + archive.readUInt16LE(entry.headerOffset + 26) + archive.readUInt16LE(entry.headerOffset + 28);
    const data = archive.subarray(start, start + entry.compressedSize);
    const content = entry.method === 0 ? data : inflateRawSync(data, { maxOutputLength: Math.max(entry.size, 1) });
    if (content.length !== entry.size) throw corrupt();
    return content;
  } catch (error) {
    throw error instanceof UnzipFailure ? error : corrupt();
  }
}

/** The central directory (APPNOTE.TXT 4.3.12), found from the end of the archive. */
function readDirectory(archive: Buffer): Entry[] {
  try {
    const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end === -1) throw corrupt();
    const count = archive.readUInt16LE(end + 10);
    let offset = archive.readUInt32LE(end + 16);
    const entries: Entry[] = [];
    for (let index = 0; index < count; index++) {
      if (archive.readUInt32LE(offset) !== 0x02014b50) throw corrupt();
      const method = archive.readUInt16LE(offset + 10);
      if (method !== 0 && method !== 8) throw corrupt();
      const nameLength = archive.readUInt16LE(offset + 28);
      const madeOnUnix = archive.readUInt8(offset + 5) === 3;
      entries.push({
        name: archive.toString('utf8', offset + 46, offset + 46 + nameLength),
        method,
        compressedSize: archive.readUInt32LE(offset + 20),
        size: archive.readUInt32LE(offset + 24),
        mode: madeOnUnix ? archive.readUInt16LE(offset + 40) : 0,
        headerOffset: archive.readUInt32LE(offset + 42),
      });
      offset += 46 + nameLength + archive.readUInt16LE(offset + 30) + archive.readUInt16LE(offset + 32);
    }
    return entries;
  } catch (error) {
    throw error instanceof UnzipFailure ? error : corrupt();
  }
}

function corrupt(): UnzipFailure {
  return new UnzipFailure('Could not unzip uploaded file. Please check your file, then try to upload again.');
}
