import type { ConnectionRoute } from '../../capabilities/connection.ts';
import type { AuthorizerTrace, Trace } from '../../trace/trace.ts';
import type { TraceRecord } from '../../trace/trace-store.ts';
import type { RequestTrace } from './request-trace.ts';

/**
 * Turns traces into what is kept of them. Most requests of an API are like the one before but for what is their own: only that is kept, so that
 * thousands of traces are little for the garbage collector to move.
 */
export class KeptTraces {
  #last: RequestTrace | undefined;

  keep(trace: RequestTrace): TraceRecord {
    if (this.#last !== undefined && trace.isLike(this.#last)) return new LikeTrace(trace, this.#last);
    this.#last = trace;
    return trace;
  }
}

/** A request that was like another one. */
class LikeTrace implements TraceRecord {
  readonly id: string;
  readonly #like: RequestTrace;
  readonly #path: string;
  readonly #authorizer: AuthorizerTrace | undefined;
  readonly #route: Partial<ConnectionRoute> | undefined;
  /** Small whole numbers, which are no objects: milliseconds after the other one, and thousandths of a millisecond. */
  readonly #after: number;
  readonly #integration: number;
  readonly #total: number;

  constructor(trace: RequestTrace, like: RequestTrace) {
    this.id = trace.id;
    this.#like = like;
    this.#path = trace.path === like.path ? like.path : trace.path;
    this.#authorizer = trace.authorizer;
    this.#route = trace.route;
    this.#after = trace.time - like.time;
    this.#integration = trace.integrationMs === undefined ? -1 : Math.round(trace.integrationMs * 1000);
    this.#total = Math.round(trace.totalMs * 1000);
  }

  toTrace(): Trace {
    return this.#like.toTrace({
      id: this.id,
      path: this.#path,
      authorizer: this.#authorizer,
      route: this.#route,
      time: this.#like.time + this.#after,
      integrationMs: this.#integration === -1 ? undefined : this.#integration / 1000,
      totalMs: this.#total / 1000,
    });
  }
}
