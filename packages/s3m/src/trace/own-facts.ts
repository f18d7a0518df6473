import type { AuthorizerTrace, RouteTrace } from './trace.ts';

/** What nearly no two requests to one method have in common. */
export interface OwnFacts {
  readonly id: string;
  /** A text that the id stands in, at `idAt`: with the ids of other requests, perhaps. */
  readonly idText: string;
  readonly idAt: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly path: string;
  readonly authorizer: AuthorizerTrace | undefined;
  readonly route: RouteTrace | undefined;
  readonly integrationMs: number | undefined;
  readonly totalMs: number;
}

/** Characters of an id: a UUID's. */
const idLength = 36;

/**
 * The own facts of many requests, in columns of numbers and references to what others have too. Keeping those of one more request makes no
 * object, so that tens of thousands a second leave nothing behind for the garbage collector to move.
 */
export class OwnFactsTable {
  readonly #idTexts: string[] = [];
  readonly #idPlaces: Uint32Array;
  readonly #times: Float64Array;
  readonly #integrations: Float64Array;
  readonly #totals: Float64Array;
  readonly #paths: string[] = [];
  readonly #authorizers: (AuthorizerTrace | undefined)[] = [];
  readonly #routes: (RouteTrace | undefined)[] = [];

  constructor(rows: number) {
    this.#idPlaces = new Uint32Array(rows);
    this.#times = new Float64Array(rows);
    this.#integrations = new Float64Array(rows);
    this.#totals = new Float64Array(rows);
  }

  /** False, and nothing is kept, for an id of another form. */
  put(row: number, facts: OwnFacts): boolean {
    if (facts.id.length !== idLength) return false;
    this.#idTexts[row] = facts.idText;
    this.#idPlaces[row] = facts.idAt;
    this.#times[row] = facts.time;
    this.#integrations[row] = facts.integrationMs ?? Number.NaN;
    this.#totals[row] = facts.totalMs;
    this.#paths[row] = facts.path;
    this.#authorizers[row] = facts.authorizer;
    this.#routes[row] = facts.route;
    return true;
  }

  id(row: number): string {
    const at = this.#idPlaces[row]!;
    return this.#idTexts[row]!.slice(at, at + idLength);
  }

  get(row: number): OwnFacts {
    const integrationMs = this.#integrations[row]!;
    return {
      id: this.id(row),
      idText: this.#idTexts[row]!,
      idAt: this.#idPlaces[row]!,
      time: this.#times[row]!,
      path: this.#paths[row]!,
      authorizer: this.#authorizers[row],
      route: this.#routes[row],
      integrationMs: Number.isNaN(integrationMs) ? undefined : integrationMs,
      totalMs: this.#totals[row]!,
    };
  }
}
