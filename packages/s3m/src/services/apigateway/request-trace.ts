import type { ConnectionRoute } from '../../capabilities/connection.ts';
import type { AuthorizerTrace, IntegrationTrace, ResourcePolicyTrace, Trace } from '../../trace/trace.ts';
import type { TraceRecord } from '../../trace/trace-store.ts';

/**
 * The trace of a request while it is under way, and as it is kept: facts in the form in which the steps have them. What people read is
 * made of them when somebody asks.
 */
export class RequestTrace implements Trace, TraceRecord {
  readonly id: string;
  readonly time: number;
  readonly api: string;
  readonly stage: string;
  readonly method: string;
  readonly path: string;
  readonly source: string;
  resource?: string;
  match?: string;
  authorizer?: AuthorizerTrace;
  resourcePolicy?: ResourcePolicyTrace;
  apiKey?: NonNullable<Trace['apiKey']>;
  decision?: NonNullable<Trace['decision']>;
  integration?: IntegrationTrace;
  integrationMs: number | undefined = undefined;
  totalMs = 0;
  #link: string | undefined;
  #route: Partial<ConnectionRoute> | undefined;
  #sent: IntegrationTrace['request'];
  #received: IntegrationTrace['response'];
  #timings: Record<string, number> | undefined;
  #logs: string[] | undefined;

  constructor(id: string, time: number, api: string, stage: string, method: string, path: string, source: string) {
    this.id = id;
    this.time = time;
    this.api = api;
    this.stage = stage;
    this.method = method;
    this.path = path;
    this.source = source;
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
    route: Partial<ConnectionRoute> | undefined,
    sent: IntegrationTrace['request'],
    received: IntegrationTrace['response'],
  ): void {
    this.#link = link;
    this.#route = route;
    this.#sent = sent;
    this.#received = received;
  }

  toTrace(): Trace {
    const { id, time, api, stage, method, path, source, resource, match, authorizer, resourcePolicy, apiKey, decision } = this;
    const integration = this.#showIntegration();
    return {
      id,
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
        ...(this.integrationMs === undefined ? {} : { integration: this.integrationMs }),
        total: this.totalMs,
      },
      logs: [...(this.#logs ?? [])],
    };
  }

  #showIntegration(): IntegrationTrace | undefined {
    if (this.integration === undefined || this.#sent === undefined) return this.integration;
    const { loadBalancer, listener, targetGroup, target, hops } = this.#route ?? {};
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
