import { inflateRawSync } from 'node:zlib';

/** A file in a zip archive. */
export interface ZipEntry {
  /** With slashes; not checked for `..`. */
  readonly name: string;
  readonly content: Buffer;
  /** Type and permissions as in `stat`, when the archive was made on Unix. */
  readonly mode?: number;
}

/** An archive that cannot be read, or is larger than allowed when unpacked. */
export class ZipProblem extends Error {}

/**
 * The files of a zip archive, without directories, in the archive's order (APPNOTE.TXT 4.3). Encrypted archives and ZIP64 are refused.
 * @param limit bytes of all files together
 * @throws ZipProblem
 */
export function readZip(archive: Buffer, limit: number): ZipEntry[] {
  try {
    return readEntries(archive, limit);
  } catch (error) {
    if (error instanceof ZipProblem) throw error;
    throw new ZipProblem(`not a zip archive: ${(error as Error).message}`);
  }
}

function readEntries(archive: Buffer, limit: number): ZipEntry[] {
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end === -1) throw new ZipProblem('not a zip archive: no end of central directory');
  const count = archive.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let offset = archive.readUInt32LE(end + 16);
  let total = 0;
  for (let index = 0; index < count; index++) {
    const nameLength = archive.readUInt16LE(offset + 28);
    const name = archive.toString('utf8', offset + 46, offset + 46 + nameLength);
    total += archive.readUInt32LE(offset + 24);
    if (total > limit) throw new ZipProblem(`larger than ${limit} bytes when unpacked`);
    const madeOnUnix = archive.readUInt8(offset + 5) === 3;
    const mode = madeOnUnix ? { mode: archive.readUInt16LE(offset + 40) } : {};
    if (!name.endsWith('/')) entries.push({ name, content: readContent(archive, offset), ...mode });
    offset += 46 + nameLength + archive.readUInt16LE(offset + 30) + archive.readUInt16LE(offset + 32);
  }
  return entries;
}

/** @param directoryOffset where the entry's central directory header begins */
function readContent(archive: Buffer, directoryOffset: number): Buffer {
  const encrypted = (archive.readUInt16LE(directoryOffset + 8) & 1) === 1;
  const method = archive.readUInt16LE(directoryOffset + 10);
  const compressedSize = archive.readUInt32LE(directoryOffset + 20);
  const size = archive.readUInt32LE(directoryOffset + 24);
  const header = archive.readUInt32LE(directoryOffset + 42);
  if (encrypted || (method !== 0 && method !== 8)) throw new ZipProblem('encrypted, or compressed by another method than deflate');
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const data = archive.subarray(start, start + compressedSize);
  const content = method === 0 ? data : inflateRawSync(data, { maxOutputLength: Math.max(size, 1) });
  if (content.length !== size) throw new ZipProblem('a file has another length than the directory says');
  return content;
}
