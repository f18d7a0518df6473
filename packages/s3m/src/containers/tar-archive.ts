import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** Something to be put into a tar archive. */
export type TarEntry =
  | { readonly kind: 'file'; readonly path: string; readonly source: string; readonly size: number; readonly executable: boolean }
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'directory'; readonly path: string };

const BLOCK = 512;

/**
 * An archive in the format that Docker takes (POSIX.1-2001 ustar with pax headers for long names). Owners and times are left out, so the same
 * files make the same archive and Docker's build cache holds.
 */
export function tarArchive(entries: Iterable<TarEntry>): Readable {
  return Readable.from(archive(entries), { objectMode: false });
}

async function* archive(entries: Iterable<TarEntry>): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    yield headerOf(entry);
    if (entry.kind === 'text') yield padded(Buffer.from(entry.text));
    if (entry.kind === 'file') yield* content(entry.source, entry.size);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** The file as long as it was when it was listed, whatever happens to it meanwhile. */
async function* content(source: string, size: number): AsyncGenerator<Buffer> {
  let left = size;
  if (size > 0) {
    for await (const chunk of createReadStream(source, { end: size - 1, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      left -= chunk.length;
      yield chunk;
    }
  }
  if (left > 0) throw new Error(`${source} got shorter while it was read`);
  yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

function headerOf(entry: TarEntry): Buffer {
  const type = { file: '0', text: '0', link: '2', directory: '5' }[entry.kind];
  const size = entry.kind === 'file' ? entry.size : entry.kind === 'text' ? Buffer.byteLength(entry.text) : 0;
  const mode = entry.kind === 'directory' || (entry.kind === 'file' && entry.executable) ? 0o755 : entry.kind === 'link' ? 0o777 : 0o644;
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'link' ? entry.target : '';
  const long = [...(tooLong(path) ? [record('path', path)] : []), ...(tooLong(target) ? [record('linkpath', target)] : [])].join('');
  const header = block({ path, type, size, mode, target });
  if (long === '') return header;
  const extended = Buffer.from(long);
  return Buffer.concat([block({ path: 'pax', type: 'x', size: extended.length, mode: 0o644, target: '' }), padded(extended), header]);
}

function block(entry: {
  readonly path: string;
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  readonly target: string;
}): Buffer {
  const header = Buffer.alloc(BLOCK);
  Buffer.from(entry.path).copy(header, 0, 0, 100);
  header.write(octal(entry.mode, 8), 100, 'latin1');
  header.write(octal(0, 8), 108, 'latin1');
  header.write(octal(0, 8), 116, 'latin1');
  header.write(octal(entry.size, 12), 124, 'latin1');
  header.write(octal(0, 12), 136, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write(entry.type, 156, 'latin1');
  Buffer.from(entry.target).copy(header, 157, 0, 100);
  header.write('ustar\x0000', 257, 'latin1');
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    )}\0 `,
    148,
    'latin1',
  );
  return header;
}

/** A pax record tells its own length. */
function record(name: string, value: string): string {
  const rest = ` ${name}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (length !== Buffer.byteLength(rest) + String(length).length) length = Buffer.byteLength(rest) + String(length).length;
  return `${length}${rest}`;
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width - 1, '0');
}

function tooLong(path: string): boolean {
  return Buffer.byteLength(path) > 100;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}
