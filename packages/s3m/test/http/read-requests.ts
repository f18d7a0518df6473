import { BodyReader } from '../../src/http/body-reader.ts';
import { BodyStream } from '../../src/http/body-stream.ts';
import type { HttpLimits } from '../../src/http/exchange.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import { Malformed } from '../../src/http/malformed.ts';
import type { RequestHead, ResponseHead } from '../../src/http/message.ts';
import { RequestReader } from '../../src/http/request-reader.ts';
import { ResponseReader } from '../../src/http/response-reader.ts';

export interface ReadRequest {
  readonly head: RequestHead;
  readonly body: string;
}

/** What came out of a connection's bytes. */
export interface Reading {
  readonly requests: readonly ReadRequest[];
  /** The status that the rest was refused with. */
  readonly refused?: number;
  readonly why?: string;
  /** The bytes end within a message. */
  readonly incomplete: boolean;
}

/** Reads requests as a server's connection does, from bytes that arrive in these pieces. */
export function readRequests(pieces: readonly Buffer[], limits: Partial<HttpLimits> = {}): Reading {
  const bounds = { ...defaultLimits, ...limits };
  const reader = new RequestReader(bounds);
  const requests: ReadRequest[] = [];
  let current: { head: RequestHead; body: BodyReader; chunks: Buffer[] } | undefined;
  let rest = Buffer.alloc(0);
  const finish = (): void => {
    if (current?.body.done !== true) return;
    // Whether a head is known again depends on how the bytes were cut; what is read of them must not.
    requests.push({ head: { ...current.head, repeated: false }, body: Buffer.concat(current.chunks).toString('latin1') });
    current = undefined;
  };
  try {
    for (const piece of pieces) {
      const buffer = Buffer.concat([rest, piece]);
      let offset = 0;
      while (offset < buffer.length) {
        if (current === undefined) {
          const end = reader.read(buffer, offset, buffer.length);
          if (end === -1) break;
          offset = end;
          current = begin(reader.head, bounds.headerBytes);
        } else {
          offset = current.body.read(buffer, offset);
        }
        finish();
      }
      rest = Buffer.from(buffer.subarray(offset));
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { requests, refused: error.status, why: error.why, incomplete: false };
  }
  return { requests, incomplete: current !== undefined || rest.length > 0 };
}

export interface AnswerReading {
  readonly head?: ResponseHead;
  readonly body: string;
  /** Bytes after the answer. */
  readonly surplus: number;
  readonly refused?: string;
  readonly incomplete: boolean;
}

/** Reads one answer to a request with this method. */
export function readAnswer(pieces: readonly Buffer[], method = 'GET'): AnswerReading {
  const reader = new ResponseReader();
  const chunks: Buffer[] = [];
  let head: ResponseHead | undefined;
  let body: BodyReader | undefined;
  let rest = Buffer.alloc(0);
  try {
    for (const piece of pieces) {
      const buffer = Buffer.concat([rest, piece]);
      let offset = 0;
      if (body === undefined) {
        const end = reader.read(buffer, 0, buffer.length, method);
        if (end === -1) {
          rest = buffer;
          continue;
        }
        offset = end;
        head = reader.head;
        body = new BodyReader(head.framing, collecting(chunks), 65_536);
      }
      if (!body.done) offset = body.read(buffer, offset);
      rest = Buffer.from(buffer.subarray(offset));
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { body: Buffer.concat(chunks).toString('latin1'), surplus: 0, refused: error.why, incomplete: false };
  }
  const complete = body !== undefined && (body.done || body.endsWithConnection);
  return {
    ...(head === undefined ? {} : { head }),
    body: Buffer.concat(chunks).toString('latin1'),
    surplus: body?.done === true ? rest.length : 0,
    incomplete: !complete,
  };
}

/** Two pieces for every place where the bytes can be cut, and one piece a byte. */
export function allSplits(bytes: Buffer): Buffer[][] {
  const splits: Buffer[][] = [];
  for (let at = 1; at < bytes.length; at++) splits.push([bytes.subarray(0, at), bytes.subarray(at)]);
  splits.push(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)));
  return splits;
}

function begin(head: RequestHead, maxTrailerBytes: number): { head: RequestHead; body: BodyReader; chunks: Buffer[] } {
  const chunks: Buffer[] = [];
  return { head, body: new BodyReader(head.framing, collecting(chunks), maxTrailerBytes), chunks };
}

function collecting(chunks: Buffer[]): BodyStream {
  const stream = new BodyStream(undefined, { bodyWanted: () => {}, bodyDiscarded: () => {} });
  stream.attach({
    write: (chunk) => chunks.push(Buffer.from(chunk)) > 0,
    end: () => {},
    fail: () => {},
  });
  return stream;
}
