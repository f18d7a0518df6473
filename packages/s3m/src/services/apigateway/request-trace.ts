import type { ConnectionRoute } from '../../capabilities/connection.ts';
import type { AuthorizerTrace, IntegrationTrace, ResourcePolicyTrace, Trace } from '../../trace/trace.ts';
import type { TraceRecord } from '../../trace/trace-store.ts';

/** How a request was passed on, and what was done to the headers. */
export interface Forwarded {
  readonly type: string;
  readonly link: string | undefined;
  readonly route: Partial<ConnectionRoute> | undefined;
  readonly request: NonNullable<IntegrationTrace['request']>;
  readonly response: IntegrationTrace['response'] | undefined;
}

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
  decision?: NonNullable<Trace['decision']>;
  integration?: IntegrationTrace;
  /** Takes the place of `integration`. */
  forwarded: Forwarded | undefined = undefined;
  integrationMs: number | undefined = undefined;
  totalMs = 0;
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

  toTrace(): Trace {
    const { id, time, api, stage, method, path, source, resource, match, authorizer, resourcePolicy, decision } = this;
    const integration = this.forwarded === undefined ? this.integration : showForwarded(this.forwarded);
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
}

function showForwarded({ type, link, route, request, response }: Forwarded): IntegrationTrace {
  return {
    type,
    request,
    ...(link === undefined ? {} : { link }),
    ...(route?.loadBalancer === undefined ? {} : { loadBalancer: route.loadBalancer }),
    ...(route?.listener === undefined ? {} : { listener: route.listener }),
    ...(route?.targetGroup === undefined ? {} : { targetGroup: route.targetGroup }),
    ...(route?.target === undefined ? {} : { target: route.target }),
    ...(route?.hops === undefined ? {} : { network: route.hops }),
    ...(response === undefined ? {} : { response }),
  };
}
