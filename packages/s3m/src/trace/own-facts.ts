import type { AuthorizerTrace, RouteTrace } from './trace.ts';
import { uuidText, type UuidWords } from './uuid.ts';

/** What nearly no two requests to one method have in common. The numbers are its id's. */
export interface OwnFacts extends UuidWords {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly path: string;
  readonly authorizer: AuthorizerTrace | undefined;
  readonly route: RouteTrace | undefined;
  readonly integrationMs: number | undefined;
  readonly totalMs: number;
}

/**
 * The own facts of many requests, in columns of numbers and references to what others have too. Keeping those of one more request makes no
 * object, so that tens of thousands a second leave nothing behind for the garbage collector to move.
 */
export class OwnFactsTable {
  readonly #ids: Int32Array;
  readonly #times: Float64Array;
  readonly #integrations: Float64Array;
  readonly #totals: Float64Array;
  readonly #paths: string[] = [];
  readonly #authorizers: (AuthorizerTrace | undefined)[] = [];
  readonly #routes: (RouteTrace | undefined)[] = [];

  constructor(rows: number) {
    this.#ids = new Int32Array(4 * rows);
    this.#times = new Float64Array(rows);
    this.#integrations = new Float64Array(rows);
    this.#totals = new Float64Array(rows);
  }

  put(row: number, facts: OwnFacts): void {
    this.#ids[4 * row] = facts.a;
    this.#ids[4 * row + 1] = facts.b;
    this.#ids[4 * row + 2] = facts.c;
    this.#ids[4 * row + 3] = facts.d;
    this.#times[row] = facts.time;
    this.#integrations[row] = facts.integrationMs ?? Number.NaN;
    this.#totals[row] = facts.totalMs;
    this.#paths[row] = facts.path;
    this.#authorizers[row] = facts.authorizer;
    this.#routes[row] = facts.route;
  }

  id(row: number): string {
    return uuidText(this.#words(row));
  }

  get(row: number): OwnFacts {
    const integrationMs = this.#integrations[row]!;
    return {
      ...this.#words(row),
      time: this.#times[row]!,
      path: this.#paths[row]!,
      authorizer: this.#authorizers[row],
      route: this.#routes[row],
      integrationMs: Number.isNaN(integrationMs) ? undefined : integrationMs,
      totalMs: this.#totals[row]!,
    };
  }

  #words(row: number): UuidWords {
    const [a, b, c, d] = this.#ids.subarray(4 * row, 4 * row + 4) as unknown as [number, number, number, number];
    return { a, b, c, d };
  }
}
