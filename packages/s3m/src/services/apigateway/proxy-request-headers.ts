import { asVariable, oddName } from '../../gateway/cgi-variable.ts';
import { nominatedBy } from '../../gateway/nominated-headers.ts';
import { HeaderText, LineStart } from '../../http/header-text.ts';
import { headerValue, type HeaderLines } from '../../http/message.ts';
import { NameLists } from '../../gateway/name-lists.ts';
import type { IntegrationTrace } from '../../trace/trace.ts';
import type { Source } from './context-variables.ts';
import { configurationError, Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { hiddenHeaders } from './mapping/hidden-headers.ts';
import { isHeaderText } from './gateway-responses.ts';
import { traceIdOf } from './trace-id.ts';

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

/** Header lines for the backend, and the names of the client's that were left out. */
export interface ProxyHeaders {
  readonly text: HeaderText;
  /** Names, for the trace: the gateway's own, and the client's that were left out. */
  readonly sent: NonNullable<IntegrationTrace['request']>;
}

/** What becomes of a client's header of one name, as far as the name alone decides. */
type Verdict =
  | { readonly kind: 'dropped'; readonly shown: string; readonly nominates: boolean }
  | { readonly kind: 'passes'; readonly start: LineStart; readonly group: NameGroup }
  /** Depends on the other headers. */
  | { readonly kind: 'odd' };

/** Names that differ in case only. */
interface NameGroup {
  readonly isUserAgent: boolean;
  readonly isAuthorization: boolean;
  /** The last request that had one. */
  seenBy: number;
}

/** Names that verdicts are kept of; clients use some dozens. */
const maxVerdicts = 1000;

const traceIdStart = new LineStart('X-Amzn-Trace-Id');
const forwardedForStart = new LineStart('X-Forwarded-For');

/** How an integration's requests get their headers, worked out at deployment. */
export class ProxyHeaderPlan {
  readonly #added: readonly string[];
  readonly #removed = new NameLists();
  #sent: ProxyHeaders['sent'];
  /** What the client's request may not bring: by name in lower case, the name for the trace. */
  readonly #dropped: ReadonlyMap<string, string>;
  readonly #mapped: readonly { readonly name: string; readonly start: LineStart; readonly source: Source }[];
  readonly #fixed = new HeaderText();
  readonly #userAgent = new HeaderText();
  readonly #writesForwarded: boolean;
  readonly #forbidden: string | undefined;
  /** By name as it is written. */
  readonly #verdicts = new Map<string, Verdict>();
  readonly #groups = new Map<string, NameGroup>();
  #turn = 0;

  constructor(mappings: readonly (readonly [string, Source])[], authority: string, apiId: string) {
    const names = new Set(mappings.map(([name]) => name.toLowerCase()));
    this.#forbidden = [...names].find((name) => forbiddenTargets.has(name));
    const mapped = mappings.map(([name]) => name);
    const taken = [...dropped, ...written, ...mapped];
    this.#dropped = new Map(taken.flatMap((name) => [name.toLowerCase(), asVariable(name)].map((key) => [key, name] as const)));
    this.#mapped =
      this.#forbidden === undefined
        ? mappings
            .filter(([name]) => !ineffectiveTargets.has(name.toLowerCase()))
            .map(([name, source]) => ({ name, start: new LineStart(name), source }))
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

  /** Client's headers that pass, then the gateway's own. A mapped value that could break out of its header is answered with 500. */
  build(request: GatewayRequest): ProxyHeaders | Refused {
    if (this.#forbidden !== undefined)
      return new Refused(configurationError, `The integration maps a value to ${this.#forbidden}, which the gateway writes itself`);
    const { text, removed, userAgent } = this.#passEach(request.headers) ?? this.#passCombined(request.headers);
    text.addText(this.#fixed);
    text.add(traceIdStart, traceIdOf(request));
    if (this.#writesForwarded) text.add(forwardedForStart, forwardedFor(request));
    if (!userAgent) text.addText(this.#userAgent);
    for (const { name, start, source } of this.#mapped) {
      const value = source(request);
      if (value === undefined) continue; // AG-331
      if (!isHeaderText(value))
        return new Refused(configurationError, `The value for header ${name} has a control character, or one that is not ASCII, in it`);
      text.add(start, value);
    }
    return { text, sent: this.#toSent(removed) };
  }

  /** What the trace tells, one object for all requests that are treated alike. */
  #toSent(removed: readonly string[]): ProxyHeaders['sent'] {
    const shared = this.#removed.share(removed);
    if (shared !== this.#sent.removed) this.#sent = { added: this.#added, removed: shared };
    return this.#sent;
  }

  /** Most requests: each name comes once, and by itself says what becomes of the header. Undefined for other requests. */
  #passEach(headers: HeaderLines): Passed | undefined {
    const text = new HeaderText();
    const removed: string[] = [];
    const turn = ++this.#turn;
    let userAgent = false;
    for (let index = 0; index < headers.length; index += 2) {
      const verdict = this.#verdicts.get(headers[index]!) ?? this.#judge(headers[index]!);
      if (verdict.kind === 'odd') return undefined;
      if (verdict.kind === 'dropped') {
        if (verdict.nominates && nominatedBy(headers[index + 1]!) !== undefined) return undefined;
        removed.push(verdict.shown);
        continue;
      }
      const { group } = verdict;
      if (group.seenBy === turn) return undefined;
      group.seenBy = turn;
      if (group.isAuthorization && isSignature(headers[index + 1]!)) return undefined;
      if (group.isUserAgent) userAgent = true;
      text.addRead(verdict.start, headers[index + 1]!);
    }
    return { text, removed, userAgent };
  }

  #judge(name: string): Verdict {
    const verdict = this.#verdictOn(name);
    // A text of its own: the name is a piece of a request's head.
    if (this.#verdicts.size < maxVerdicts) this.#verdicts.set(Buffer.from(name, 'latin1').toString('latin1'), verdict);
    return verdict;
  }

  #verdictOn(name: string): Verdict {
    const lower = name.toLowerCase();
    const shown = this.#dropped.get(lower);
    if (shown !== undefined) return { kind: 'dropped', shown, nominates: lower === 'connection' };
    if (oddName.test(lower)) return { kind: 'odd' };
    let group = this.#groups.get(lower);
    if (group === undefined) {
      group = { isUserAgent: lower === 'user-agent', isAuthorization: lower === 'authorization', seenBy: 0 };
      if (this.#groups.size < maxVerdicts) this.#groups.set(Buffer.from(lower, 'latin1').toString('latin1'), group);
      else return { kind: 'odd' };
    }
    return { kind: 'passes', start: new LineStart(Buffer.from(name, 'latin1').toString('latin1')), group };
  }

  /** Headers that come more than once, or whose fate depends on others. */
  #passCombined(headers: HeaderLines): Passed {
    const lines: string[] = [];
    const removed: string[] = [];
    let userAgent = false;
    let nominated: string | undefined;
    for (let index = 0; index < headers.length; index += 2) {
      const name = headers[index]!;
      const lower = name.toLowerCase();
      const refused = this.#dropped.get(lower) ?? (oddName.test(lower) ? this.#lookalike(headers, lower) : undefined);
      if (refused !== undefined) {
        removed.push(refused);
        if (lower === 'connection') nominated = nominated === undefined ? headers[index + 1]! : `${nominated},${headers[index + 1]!}`;
        continue;
      }
      if (lower === 'authorization' && isSignature(headers[index + 1]!)) {
        removed.push('Authorization');
        continue;
      }
      if (lower === 'user-agent') userAgent = true;
      if (!join(lines, lower, headers[index + 1]!)) lines.push(name, headers[index + 1]!);
    }
    if (nominated !== undefined) removeNominated(lines, nominated, removed);
    const text = new HeaderText();
    for (let index = 0; index < lines.length; index += 2) text.add(new LineStart(lines[index]!), lines[index + 1]!);
    return { text, removed, userAgent };
  }

  /** The header that a backend may take this odd name for: one that the gateway writes or drops, or another one of this request. */
  #lookalike(headers: HeaderLines, lower: string): string | undefined {
    const variable = asVariable(lower);
    const taken = this.#dropped.get(variable);
    if (taken !== undefined) return taken;
    return headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === variable) ? lower : undefined;
  }
}

/** The client's headers, and whether its User-Agent is among them. */
interface Passed {
  readonly text: HeaderText;
  readonly removed: readonly string[];
  readonly userAgent: boolean;
}

/** AG-222 */
function isSignature(authorization: string): boolean {
  return authorization.startsWith('AWS4-HMAC-SHA256 ');
}

/** Takes out what the client's Connection names. */
function removeNominated(lines: string[], connection: string, removed: string[]): void {
  const names = nominatedBy(connection);
  if (names === undefined) return;
  for (let index = lines.length - 2; index >= 0; index -= 2) {
    if (names.has(lines[index]!.toLowerCase())) removed.push(...lines.splice(index, 2).slice(0, 1));
  }
}

/** Repeated headers go on as one, joined with commas (AG-233), cookies with semicolons (RFC 9110 section 5.3, RFC 6265 section 5.4). */
function join(lines: string[], lower: string, value: string): boolean {
  for (let index = 0; index < lines.length; index += 2) {
    if (lines[index]!.length === lower.length && lines[index]!.toLowerCase() === lower) {
      lines[index + 1] = `${lines[index + 1]!}${lower === 'cookie' ? '; ' : ','}${value}`;
      return true;
    }
  }
  return false;
}

/** The peer's address after what the client sent (AG-225, AG-903). */
export function forwardedFor({ headers, peer }: GatewayRequest): string {
  const given = headerValue(headers, 'X-Forwarded-For');
  return given === undefined || given === '' ? peer : `${given}, ${peer}`;
}
