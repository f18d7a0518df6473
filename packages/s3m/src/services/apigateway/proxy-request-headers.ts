import { HeaderText, LineStart } from '../../http/header-text.ts';
import { headerValue } from '../../http/message.ts';
import { NameLists } from '../../gateway/name-lists.ts';
import type { IntegrationTrace } from '../../trace/trace.ts';
import type { Source } from './context-variables.ts';
import { configurationError, Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { MappedHeader } from './mapped-header.ts';
import { hiddenHeaders } from './mapping/hidden-headers.ts';
import { PassedHeaders } from './passed-headers.ts';
import type { RequestFacts } from './request-facts.ts';
import { backendTraceId } from './trace-id.ts';

/** Never go to a backend from the client's request (AG-219, AG-220, AG-057); Via does (AG-903). */
const dropped: readonly string[] = [...hiddenHeaders, 'Content-Encoding', 'Host', 'Keep-Alive', 'X-HTTP-Method-Override'];

/** Written by the gateway itself (AG-224, AG-225, AG-903). */
const written: readonly string[] = [
  'X-Amzn-Apigateway-Api-Id',
  'X-Amzn-Trace-Id',
  'X-Forwarded-For',
  'X-Forwarded-Port',
  'X-Forwarded-Proto',
];

/** A mapping to one of these makes every call fail (AG-230, AG-231). */
export const forbiddenTargets: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'x-amzn-apigateway-api-id',
  'x-amzn-trace-id',
]);

/** Mappings to these are accepted and never seen by a backend (AG-229). */
export const ineffectiveTargets: ReadonlySet<string> = new Set(['connection', 'expect', 'proxy-authenticate', 'te', 'via']);

/** Header lines for the backend, as far as the client's head alone decides them. */
export interface HeadersOfHead {
  /** What comes before and after the lines that each request has for itself. */
  readonly before: HeaderText;
  readonly after: HeaderText;
  /** Names, for the trace: the gateway's own, and the client's that were left out. */
  readonly sent: NonNullable<IntegrationTrace['request']>;
}

const traceIdStart = new LineStart('X-Amzn-Trace-Id');
const forwardedForStart = new LineStart('X-Forwarded-For');

/** How an integration's requests get their headers, worked out at deployment. */
export class ProxyHeaderPlan {
  readonly #added: readonly string[];
  readonly #removed = new NameLists();
  #sent: HeadersOfHead['sent'];
  readonly #passed: PassedHeaders;
  readonly #mapped: readonly MappedHeader[];
  readonly #fixed = new HeaderText();
  readonly #userAgent = new HeaderText();
  readonly #writesForwarded: boolean;
  readonly #forbidden: string | undefined;

  constructor(mappings: readonly (readonly [string, Source])[], authority: string, apiId: string) {
    const names = new Set(mappings.map(([name]) => name.toLowerCase()));
    this.#forbidden = [...names].find((name) => forbiddenTargets.has(name));
    const mapped = mappings.map(([name]) => name);
    this.#passed = new PassedHeaders([...dropped, ...written, ...mapped]);
    this.#mapped =
      this.#forbidden === undefined
        ? mappings.filter(([name]) => !ineffectiveTargets.has(name.toLowerCase())).map(([name, source]) => new MappedHeader(name, source))
        : [];
    this.#writesForwarded = !names.has('x-forwarded-for');
    if (!names.has('user-agent')) this.#userAgent.add(new LineStart('User-Agent'), `AmazonAPIGateway_${apiId}`); // AG-227
    const fixed: readonly (readonly [string, string])[] = [
      ['Host', authority], // AG-223
      ['X-Forwarded-Port', '443'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Amzn-Apigateway-Api-Id', apiId],
      ['Connection', 'Keep-Alive'],
    ];
    const own = fixed.filter(([name]) => name === 'Connection' || !names.has(name.toLowerCase()));
    for (const [name, value] of own) this.#fixed.add(new LineStart(name), value);
    this.#added = [
      ...own.map(([name]) => name),
      'X-Amzn-Trace-Id',
      ...(this.#writesForwarded ? ['X-Forwarded-For'] : []),
      ...this.#mapped.map(({ name }) => name),
    ];
    this.#sent = { added: this.#added, removed: this.#removed.share([]) };
  }

  /** Client's headers that pass, then the gateway's own that are the same for each request with this head. */
  ofHead(facts: RequestFacts): HeadersOfHead {
    const { text: before, removed, userAgent } = this.#passed.pass(facts.headers);
    before.addText(this.#fixed);
    const after = new HeaderText();
    if (this.#writesForwarded) after.addRead(forwardedForStart, forwardedFor(facts));
    if (!userAgent) after.addText(this.#userAgent);
    const sent = this.#toSent(removed);
    return facts.repeated ? { before: before.inOnePiece(), after: after.inOnePiece(), sent } : { before, after, sent };
  }

  /** All lines. A mapped value that could break out of its header is answered with 500. */
  build(request: GatewayRequest, { before, after }: HeadersOfHead): HeaderText | Refused {
    if (this.#forbidden !== undefined)
      return new Refused(configurationError, `The integration maps a value to ${this.#forbidden}, which the gateway writes itself`);
    const text = new HeaderText();
    text.addText(before);
    if (request.facts.traceId === undefined && !request.tracing) {
      request.traceIsTold = true;
      text.addMade(request.ids.traceLine(request.time));
    } else text.addRead(traceIdStart, backendTraceId(request));
    text.addText(after);
    for (const header of this.#mapped) {
      const refused = header.addTo(text, request);
      if (refused !== undefined) return refused;
    }
    return text;
  }

  /** What the trace tells, one object for all requests that are treated alike. */
  #toSent(removed: readonly string[]): HeadersOfHead['sent'] {
    const shared = this.#removed.share(removed);
    if (shared !== this.#sent.removed) this.#sent = { added: this.#added, removed: shared };
    return this.#sent;
  }
}

/** The peer's address after what the client sent (AG-225, AG-903). */
export function forwardedFor({ headers, peer }: Pick<RequestFacts, 'headers' | 'peer'>): string {
  const given = headerValue(headers, 'X-Forwarded-For');
  return given === undefined || given === '' ? peer : `${given}, ${peer}`;
}
