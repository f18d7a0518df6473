import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { crc32 } from 'node:zlib';
import type { Collection } from '../../state/state.ts';
import type { KeptTables } from './kept-tables.ts';

/** One call of the DynamoDB API, as it is on the wire. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

/**
 * dynalite, called without sockets: it throws from event handlers when a client goes away, which would end the whole engine,
 * and it would give web pages of any origin leave to use the tables.
 */
export class DynaliteEngine {
  readonly #server: Server;
  readonly #kept: KeptTables | undefined;

  private constructor(server: Server, kept: KeptTables | undefined) {
    this.#server = server;
    this.#kept = kept;
  }

  /** Loads dynalite with a store in memory, some 35 ms, once; with `kept`, the store has what that has, and each write goes there first. */
  static async load(kept?: Collection): Promise<DynaliteEngine> {
    const { default: dynalite } = await import('dynalite');
    const open = (): Server => dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    if (kept === undefined) return new DynaliteEngine(open(), undefined);
    const { keepTables } = await import('./kept-tables.ts');
    const { server, tables } = await keepTables(open, kept);
    return new DynaliteEngine(server, tables);
  }

  /** Runs `work`, whose writes are kept all together when it is done, or not at all. One at a time. */
  async asOne<T>(work: () => Promise<T>): Promise<T> {
    return this.#kept === undefined ? work() : this.#kept.asOne(work);
  }

  /** Never rejects. */
  call(request: WireRequest): Promise<WireAnswer> {
    const { promise, resolve } = Promise.withResolvers<WireAnswer>();
    const incoming = Object.assign(new EventEmitter(), {
      method: request.method,
      url: request.url,
      // Without the origin there is no Access-Control-Allow-Origin.
      headers: { ...request.headers, origin: undefined },
    });
    try {
      this.#server.emit('request', incoming, new Collector(resolve));
      if (request.body.length > 0) incoming.emit('data', request.body);
      incoming.emit('end');
    } catch {
      resolve(internalFailure());
    }
    return promise;
  }
}

/** As much of a response as dynalite uses. */
class Collector {
  statusCode = 200;
  contentType = '';
  readonly #headers: Record<string, string | number> = {};
  readonly #done: (answer: WireAnswer) => void;

  constructor(done: (answer: WireAnswer) => void) {
    this.#done = done;
  }

  setHeader(name: string, value: string | number): void {
    this.#headers[name] = value;
  }

  end(body: string = ''): void {
    this.#done({ status: this.statusCode, headers: this.#headers, body: Buffer.from(body) });
  }
}

/** Puts another body into an answer, with the length and checksum that belong to it (DDB-001). */
export function withBody(answer: WireAnswer, text: string): WireAnswer {
  const body = Buffer.from(text);
  return { ...answer, headers: { ...answer.headers, 'Content-Length': body.length, 'x-amz-crc32': crc32(body) }, body };
}

function internalFailure(): WireAnswer {
  const failure = { status: 500, headers: { 'Content-Type': 'application/x-amz-json-1.0' }, body: Buffer.alloc(0) };
  const error = { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'Internal server error' };
  return withBody(failure, JSON.stringify(error));
}
