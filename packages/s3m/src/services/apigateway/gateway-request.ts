import type { Exchange, HttpAnswer } from '../../http/exchange.ts';
import type { ApiFacts } from '../../gateway/api-facts.ts';
import { plainArrival, type Arrival } from '../../gateway/arrival.ts';
import type { ClientCertificate } from '../../gateway/backend-tls.ts';
import type { HeaderLines, MessageBody } from '../../http/message.ts';
import { RequestTrace } from './request-trace.ts';
import type { ExchangeRecord } from './logging/exchange-record.ts';
import type { Failure, Refused } from './failures.ts';
import type { RequestIds } from '../../gateway/request-ids.ts';
import type { Caller } from './access/caller.ts';
import type { PolicyDocument } from '../../policy/policy-document.ts';
import type { JsonDocument } from './mapping/json-document.ts';
import { factsOf, RequestFacts } from './request-facts.ts';
import type { RequestTarget } from './request-target.ts';

/** What a custom domain makes of a request. */
export interface DomainRequest {
  readonly basePath: string;
  readonly target: RequestTarget;
}

/** One request on its way through the gateway: what came, and what the steps have found out about it so far. */
export class GatewayRequest {
  readonly api: ApiFacts;
  /** What its head says by itself. */
  readonly facts: RequestFacts;
  readonly headers: HeaderLines;
  readonly body: MessageBody;
  readonly hasBody: boolean;
  readonly peer: string;
  readonly arrival: Arrival;
  /** The verb that counts: the client's, or what `X-HTTP-Method-Override` makes of it (AG-057). */
  readonly verb: string;
  /** The client's own. */
  readonly method: string;
  readonly target: RequestTarget;
  /** As it came. */
  readonly rawTarget: string;
  readonly ids: RequestIds;
  readonly id: string;
  readonly extendedId: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** On the monotonic clock. */
  readonly startedAt: number;
  readonly trace: RequestTrace;
  /** When its turn came, after all checks that may wait. */
  admittedAt: number | undefined = undefined;
  /** When the integration had its outcome, where that was passed on at once. */
  settledAt: number | undefined = undefined;
  /** Of the stage. */
  variables: Readonly<Record<string, string>> = {};
  /** `X-Amzn-Trace-Id`, once it is asked for: see traceIdOf. */
  traceId: string | undefined = undefined;
  /** A backend was told it without asking for it here. */
  traceIsTold = false;
  /** Of the stage. */
  tracing = false;
  /** Of the stage: what HTTPS backends are shown. */
  clientCertificate: ClientCertificate | undefined = undefined;
  resourcePath = '';
  resourceId = '';
  /** Names and values in turn, undecoded. */
  pathParameters: readonly string[] = [];
  deploymentId = '';
  /** Undefined where the stage has no canary (AG-461). */
  isCanary: boolean | undefined = undefined;
  /** What the gateway says in the integration's place. */
  failure: Failure | undefined = undefined;
  /** Of the backend or function, for access logs (AG-475). */
  integrationStatus: string | undefined = undefined;
  /** Of Lambda's own API, where a function is the backend (AG-475). */
  serviceStatus: string | undefined = undefined;
  /** `$context.integrationErrorMessage`, where it is no line of the execution log (AG-297). */
  integrationError: string | undefined = undefined;
  /** What the authorizer was asked about, for the execution log, which masks it. */
  identity: string | undefined = undefined;
  /** Filled by integrations where it is there. */
  exchange: ExchangeRecord | undefined = undefined;
  /** The body once it is asked for, see readRequestBody. */
  wholeBody: Promise<Buffer | HttpAnswer | Refused> | undefined = undefined;
  /** Who signed it, once the signature is known to be right. */
  caller: Caller | undefined = undefined;
  /** The API key that let it in, where the method requires one. */
  apiKey: { readonly id: string; readonly value: string } | undefined = undefined;
  /** The body for mappings, once it was read. */
  document: JsonDocument | undefined = undefined;
  /** `$context.authorizer`, with `principalId`. */
  authorizer: ReadonlyMap<string, string> | undefined = undefined;
  /** What the authorizer allows. */
  authorizerPolicy: PolicyDocument | undefined = undefined;
  /** Milliseconds that the authorizer took; 0 when a kept result was used (AG-146). Undefined when none was asked. */
  authorizerLatencyMs: number | undefined = undefined;
  /** The value of an API key that an authorizer gave (AG-148). */
  usageIdentifierKey: string | undefined = undefined;

  /** Base path of the custom domain that it came by; empty for the mapping of everything else. Undefined at the API's own host. */
  readonly basePath: string | undefined;

  constructor(
    api: ApiFacts,
    { head, body, peer, receivedAt }: Pick<Exchange, 'head' | 'body' | 'peer' | 'receivedAt'>,
    domain?: DomainRequest,
    arrival: Arrival = plainArrival,
  ) {
    const address = peer.address.startsWith('::ffff:') ? peer.address.slice(7) : peer.address;
    const facts = domain === undefined ? factsOf(head, address) : new RequestFacts(head, address, domain.target);
    this.api = api;
    this.arrival = arrival;
    this.facts = facts;
    this.headers = facts.headers;
    this.body = body;
    this.hasBody = facts.hasBody;
    this.peer = address;
    this.verb = facts.verb;
    this.method = facts.method;
    this.target = facts.target;
    this.basePath = domain?.basePath;
    this.rawTarget = facts.rawTarget;
    const ids = api.nextIds();
    this.ids = ids;
    this.id = ids.requestId;
    this.extendedId = ids.extendedRequestId;
    this.time = api.clock.now();
    this.startedAt = receivedAt;
    const { stage, verb, path } = facts.shown;
    this.trace = new RequestTrace(ids, this.time, api.id, stage, verb, path, address);
  }

  /** As events tell it: with the base path of a custom domain (AG-020), never with the stage. */
  get eventPath(): string {
    return this.basePath === undefined ? this.target.path : this.target.contextPath;
  }

  pathParameter(name: string): string | undefined {
    for (let index = 0; index < this.pathParameters.length; index += 2) {
      if (this.pathParameters[index] === name) return this.pathParameters[index + 1];
    }
    return undefined;
  }

  /** Milliseconds since the request came. */
  elapsed(): number {
    return this.api.clock.monotonic() - this.startedAt;
  }
}
