import type { CredentialsOwner } from '../../../capabilities/credentials.ts';
import { createExtendedRequestId, createTraceRoot } from '../../../gateway/request-ids.ts';
import { plainArrival, type Arrival } from '../../../gateway/arrival.ts';
import type { ApiFacts } from '../../../gateway/api-facts.ts';
import type { Exchange } from '../../../http/exchange.ts';
import { headerValue, headerValues, type HeaderLines, type MessageBody } from '../../../http/message.ts';
import type { Trace } from '../../../trace/trace.ts';
import type { Failure } from '../failures.ts';
import type { RequestTarget } from './request-target.ts';

/** A JSON value, as an authorizer's context may hold it (AG-574). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What the route's authorizer found out about the caller. */
export type Caller =
  | { readonly kind: 'anybody' }
  /** Claims as text (AG-567); `scopes` null for a route that asks for none. */
  | { readonly kind: 'jwt'; readonly claims: Readonly<Record<string, string>>; readonly scopes: readonly string[] | null }
  | { readonly kind: 'iam'; readonly owner: CredentialsOwner; readonly accessKeyId: string }
  | { readonly kind: 'lambda'; readonly principalId: string | undefined; readonly context: { readonly [key: string]: Json } | null };

const anybody: Caller = { kind: 'anybody' };
const none: readonly string[] = [];

/** One request on its way through an HTTP API: what came, and what has been found out about it so far. */
export class HttpApiRequest {
  readonly api: ApiFacts;
  readonly method: string;
  readonly headers: HeaderLines;
  readonly body: MessageBody;
  readonly hasBody: boolean;
  readonly peer: string;
  readonly arrival: Arrival;
  /** As it came, for signatures. */
  readonly rawTarget: string;
  readonly target: RequestTarget;
  /** `apigw-requestid`, `$context.requestId` (AG-551). */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** On the monotonic clock. */
  readonly startedAt: number;
  readonly trace: Trace;
  stage = '';
  /** Decoded, without the stage. */
  path: string;
  /** Of the stage. */
  variables: Readonly<Record<string, string>> = {};
  routeKey = '';
  /** Of the route, with its variables; `$default` for the route of that name. */
  routePath = '';
  /** Names and values in turn, decoded. */
  pathParameters: readonly string[] = none;
  caller: Caller = anybody;
  /** The whole body, once it has been read. */
  bytes: Buffer | undefined = undefined;
  /** What the API itself answered, if it did. */
  failure: Failure | undefined = undefined;
  /** Status of the backend, or of the invocation, for logs. */
  integrationStatus: string | undefined = undefined;
  #traceHeader: string | undefined = undefined;

  constructor(
    api: ApiFacts,
    { head, body, peer }: Pick<Exchange, 'head' | 'body' | 'peer'>,
    target: RequestTarget,
    arrival: Arrival = plainArrival,
  ) {
    this.api = api;
    this.arrival = arrival;
    this.method = head.method;
    this.headers = head.headers;
    this.body = body;
    this.hasBody = head.framing.kind !== 'none';
    this.peer = peer.address.startsWith('::ffff:') ? peer.address.slice(7) : peer.address;
    this.rawTarget = head.target;
    this.target = target;
    this.path = target.rawPath;
    this.id = createExtendedRequestId(api.random);
    this.time = api.clock.now();
    this.startedAt = api.clock.monotonic();
    // Without the query: tokens get sent there. A copy: a slice would keep the whole head, with its tokens, alive as long as the trace.
    this.trace = {
      id: this.id,
      time: this.time,
      api: api.id,
      stage: '',
      method: ownCopy(head.method),
      path: ownCopy(target.rawPath),
      source: this.peer,
      timings: {},
      logs: [],
    };
  }

  pathParameter(name: string): string | undefined {
    for (let index = 0; index < this.pathParameters.length; index += 2) {
      if (this.pathParameters[index] === name) return this.pathParameters[index + 1];
    }
    return undefined;
  }

  /** All values of a header, joined with commas; undefined when there is none. */
  header(name: string): string | undefined {
    const values = headerValues(this.headers, name);
    return values.length === 0 ? undefined : values.join(',');
  }

  /** `X-Amzn-Trace-Id`: the client's when it is one, else a new one, the same each time. */
  get traceHeader(): string {
    if (this.#traceHeader === undefined) {
      const given = headerValue(this.headers, 'X-Amzn-Trace-Id');
      const usable = given !== undefined && /(?:^|;\s*)Root=1-[0-9a-f]{8}-[0-9a-f]{24}(?:;|$)/i.test(given);
      this.#traceHeader = usable ? given : createTraceRoot(this.time, this.api.random);
    }
    return this.#traceHeader;
  }

  /** Milliseconds since the request came, for the trace. */
  elapsed(): number {
    return this.api.clock.monotonic() - this.startedAt;
  }
}

/** A string of its own, for what outlives the request; V8 makes a slice of 13 characters or more a view of the text that it was cut from. */
export function ownCopy(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf8').toString('utf8');
}
