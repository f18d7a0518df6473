import { existsSync, readFileSync } from 'node:fs';

/** https://www.sqlite.org/fileformat2.html#walformat */
const headerSize = 32;
const frameHeaderSize = 24;
/** SQLite's default, which nobody changes. */
const pageSize = 4096;
const frameSize = frameHeaderSize + pageSize;
const magic = 0x377f0682;

/**
 * Looks for damage that SQLite would take for the end of its log, and so lose what comes after it. Only the last transaction may be
 * broken: the one that was not yet safe when the engine was killed, as the next one is begun when the one before is safe.
 * Answers where the damage is, in bytes; undefined when there is none, or no log.
 */
export function findDamagedFrame(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const log = readFileSync(file);
  if (log.length < headerSize) return undefined;
  const littleEndian = log.readUInt32BE(0) === magic;
  const read = (at: number): number => (littleEndian ? log.readUInt32LE(at) : log.readUInt32BE(at));
  const frames = Math.floor((log.length - headerSize) / frameSize);
  const headerSums = sum(read, 0, 24, [0, 0]);
  // A header is smaller than what a disk writes at once: there is no half of one.
  if (!sameSums(log, 24, headerSums)) return isLater(log, 0, frames, saltOf(log, headerSize)) ? 0 : undefined;

  const salt = log.subarray(16, 24);
  let sums: Sums = headerSums;
  for (let frame = 0; frame < frames; frame++) {
    const at = headerSize + frame * frameSize;
    sums = sum(read, at + frameHeaderSize, pageSize, sum(read, at, 8, sums));
    // A frame of an earlier round of the log has another salt: it is no frame of this one.
    const isWhole = saltOf(log, at).equals(salt) && sameSums(log, at + 16, sums);
    if (!isWhole) return isLater(log, frame, frames, salt) ? at : undefined;
  }
  return undefined;
}

type Sums = readonly [number, number];

function sum(read: (at: number) => number, from: number, length: number, [first, second]: Sums): Sums {
  let [one, two] = [first, second];
  for (let at = from; at < from + length; at += 8) {
    one = (one + read(at) + two) >>> 0;
    two = (two + read(at + 4) + one) >>> 0;
  }
  return [one, two];
}

function sameSums(log: Buffer, at: number, [one, two]: Sums): boolean {
  return log.readUInt32BE(at) === one && log.readUInt32BE(at + 4) === two;
}

function saltOf(log: Buffer, frame: number): Buffer {
  return log.subarray(frame + 8, frame + 16);
}

/** Whether a transaction ends at frame `from` or later and another one follows it. */
function isLater(log: Buffer, from: number, frames: number, salt: Buffer): boolean {
  let ended = false;
  for (let frame = from; frame < frames; frame++) {
    const at = headerSize + frame * frameSize;
    if (!saltOf(log, at).equals(salt)) continue;
    if (ended) return true;
    ended = log.readUInt32BE(at + 4) !== 0;
  }
  return false;
}
