import { randomFillSync } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Outcome } from './outcome.ts';

/** An answer of DynamoDB on its way to a client. */
export interface WireAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string;
}

/** With length, request id and checksum (DDB-001). */
export function toWire({ status, text }: Outcome, contentType = 'application/x-amz-json-1.0'): WireAnswer {
  return {
    status,
    headers: [
      'Content-Type',
      contentType,
      'Content-Length',
      String(Buffer.byteLength(text)),
      'x-amzn-RequestId',
      requestId(),
      'x-amz-crc32',
      String(crc32(text)),
    ],
    body: text,
  };
}

/** Bytes of one id, which are 52 characters of base 64. */
const idBytes = 39;
const pool = Buffer.alloc(idBytes * 128);
let used = pool.length;

/** Random bytes come many at a time: each fetching of some costs more than the rest of an answer. */
function requestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.toString('base64', used, (used += idBytes));
  return id.toUpperCase().replaceAll(/[+/]/g, '0');
}
