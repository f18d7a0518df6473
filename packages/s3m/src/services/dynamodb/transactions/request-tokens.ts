import { hash } from 'node:crypto';
import type { Operation, Store } from 'dynalite/db/index.js';

/** How long a token stands for its request (DynamoDB API Reference, TransactWriteItems). */
const validMs = 10 * 60_000;
const prefix = 'token~';

interface Use {
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** The tokens of requests that were done: each keeps its request from being done again. They are written with what the request writes. */
export class RequestTokens {
  /** In the order in which they were used. */
  readonly #uses: Map<string, Use>;

  private constructor(uses: Map<string, Use>) {
    this.#uses = uses;
  }

  /** With those that were kept. */
  static async load({ db }: Store): Promise<RequestTokens> {
    const kept = await db.iterator({ gte: prefix, lt: `${prefix}\uFFFF` }).all();
    const uses = kept.map(([key, value]) => [key.slice(prefix.length), value as Use] as const);
    return new RequestTokens(new Map(uses.toSorted(([, one], [, other]) => one.until - other.until)));
  }

  /** What a token says of the request that comes with it. */
  find(token: string, digest: string, now: number): 'new' | 'repeated' | 'mismatch' {
    const use = this.#uses.get(token);
    if (use === undefined || use.until <= now) return 'new';
    return use.digest === digest ? 'repeated' : 'mismatch';
  }

  /** Remembers a token; answers what has to be written for that, and for those that have run out. */
  use(token: string, digest: string, now: number): Operation[] {
    const operations: Operation[] = [];
    for (const [other, { until }] of this.#uses) {
      if (until > now) break;
      this.#uses.delete(other);
      operations.push({ type: 'del', key: prefix + other });
    }
    const use = { digest, until: now + validMs };
    this.#uses.delete(token);
    this.#uses.set(token, use);
    return [...operations, { type: 'put', key: prefix + token, value: use }];
  }

  /** Of a request that was not done after all. */
  forget(token: string): void {
    this.#uses.delete(token);
  }
}

/** Of what a request asks for, whatever the order of its members. */
export function digestOf(request: unknown): string {
  return hash('sha256', JSON.stringify(request, sorted));
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
