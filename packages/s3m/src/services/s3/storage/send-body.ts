import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileBody } from '../../../capabilities/bucket.ts';

/** A part of bytes in files, both ends included; held until `release` is called. */
export interface FileRange {
  readonly file: FileBody;
  readonly first: number;
  readonly last: number;
  readonly release: () => void;
}

export function rangeOf(file: FileBody, first = 0, last: number = file.length - 1): FileRange {
  return { file, first, last, release: file.hold() };
}

export function lengthOf(body: Buffer | string | FileRange): number {
  return typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.byteLength(body) : body.last + 1 - body.first;
}

/** Ends an answer whose head is written with a body; of files as fast as the client takes it. An answer that can't go on is cut off. */
export function endWith(response: ServerResponse, body: Buffer | string | FileRange): void {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return void response.end(body);
  const { file, first, last, release } = body;
  pipeline(Readable.from(file.read(first, last), { objectMode: false }), response).then(release, release);
}
