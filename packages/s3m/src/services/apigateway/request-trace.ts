import type { OwnFacts } from '../../trace/own-facts.ts';
import type { AuthorizerTrace, IntegrationTrace, ResourcePolicyTrace, RouteTrace, Trace } from '../../trace/trace.ts';
import type { TraceRecord } from '../../trace/trace-store.ts';
import { uuidText, type UuidWords } from '../../trace/uuid.ts';

/**
 * The trace of a request while it is under way, and as it is kept: facts in the form in which the steps have them. What people read is
 * made of them when somebody asks.
 */
export class RequestTrace implements TraceRecord, OwnFacts {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly time: number;
  readonly api: string;
  readonly stage: string;
  readonly method: string;
  readonly path: string;
  readonly source: string;
  resource?: string;
  match?: string;
  authorizer: AuthorizerTrace | undefined = undefined;
  resourcePolicy?: ResourcePolicyTrace;
  apiKey?: NonNullable<Trace['apiKey']>;
  decision?: NonNullable<Trace['decision']>;
  integration?: IntegrationTrace;
  integrationMs: number | undefined = undefined;
  totalMs = 0;
  /** Of the connection to the backend, as far as it got. */
  route: RouteTrace | undefined = undefined;
  #link: string | undefined;
  #sent: IntegrationTrace['request'];
  #received: IntegrationTrace['response'];
  #timings: Record<string, number> | undefined;
  #logs: string[] | undefined;

  constructor(ids: UuidWords, time: number, api: string, stage: string, method: string, path: string, source: string) {
    // Not the object itself: it goes with a text of many ids.
    this.a = ids.a;
    this.b = ids.b;
    this.c = ids.c;
    this.d = ids.d;
    this.time = time;
    this.api = api;
    this.stage = stage;
    this.method = method;
    this.path = path;
    this.source = source;
  }

  get id(): string {
    return uuidText(this);
  }

  get timings(): Record<string, number> {
    return (this.#timings ??= {});
  }

  get logs(): string[] {
    return (this.#logs ??= []);
  }

  /** What an HTTP integration adds: the way as far as it got, and the names of headers that came and went. */
  passedOn(
    link: string | undefined,
    route: RouteTrace | undefined,
    sent: IntegrationTrace['request'],
    received: IntegrationTrace['response'],
  ): void {
    this.#link = link;
    this.route = route;
    this.#sent = sent;
    this.#received = received;
  }

  /** Whether it tells the same as another one but for {@link OwnFacts}. Not when there is more to tell than of most. */
  isLike(other: RequestTrace): boolean {
    return (
      this.#received === other.#received &&
      this.#sent === other.#sent &&
      this.#link === other.#link &&
      this.integration === other.integration &&
      this.decision === other.decision &&
      this.match === other.match &&
      this.resource === other.resource &&
      this.method === other.method &&
      this.stage === other.stage &&
      this.api === other.api &&
      this.source === other.source &&
      this.resourcePolicy === undefined &&
      this.apiKey === undefined &&
      this.#timings === undefined &&
      this.#logs === undefined &&
      other.resourcePolicy === undefined &&
      other.apiKey === undefined &&
      other.#timings === undefined &&
      other.#logs === undefined
    );
  }

  /** @param own of a request that {@link isLike} this one */
  toTrace(own: OwnFacts = this): Trace {
    const { api, stage, method, source, resource, match, resourcePolicy, apiKey, decision } = this;
    const { time, path, authorizer, integrationMs, totalMs } = own;
    const integration = this.#showIntegration(own.route);
    return {
      id: uuidText(own),
      time,
      api,
      stage,
      method,
      path,
      source,
      // `undefined` members would be shown as such.
      ...(resource === undefined ? {} : { resource }),
      ...(match === undefined ? {} : { match }),
      ...(authorizer === undefined ? {} : { authorizer }),
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(decision === undefined ? {} : { decision }),
      ...(integration === undefined ? {} : { integration }),
      timings: {
        ...this.#timings,
        ...(integrationMs === undefined ? {} : { integration: integrationMs }),
        total: totalMs,
      },
      logs: [...(this.#logs ?? [])],
    };
  }

  #showIntegration(route: OwnFacts['route']): IntegrationTrace | undefined {
    if (this.integration === undefined || this.#sent === undefined) return this.integration;
    const { loadBalancer, listener, targetGroup, target, hops } = route ?? {};
    return {
      ...this.integration,
      request: this.#sent,
      ...(this.#link === undefined ? {} : { link: this.#link }),
      ...(loadBalancer === undefined ? {} : { loadBalancer }),
      ...(listener === undefined ? {} : { listener }),
      ...(targetGroup === undefined ? {} : { targetGroup }),
      ...(target === undefined ? {} : { target }),
      ...(hops === undefined ? {} : { network: hops }),
      ...(this.#received === undefined ? {} : { response: this.#received }),
    };
  }
}
