import { headerValue, type HeaderLines } from '../../http/message.ts';
import type { Source } from './context-variables.ts';
import { configurationError, Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { isHeaderText } from './gateway-responses.ts';
import { traceIdOf } from './trace-id.ts';

/** Never go to a backend from the client's request (AG-219, AG-220, AG-057); Via does (AG-903). */
const dropped: readonly string[] = [
  'Connection',
  'Content-Encoding',
  'Content-Length',
  'Content-MD5',
  'Expect',
  'Host',
  'Keep-Alive',
  'Max-Forwards',
  'Proxy-Authenticate',
  'Server',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'WWW-Authenticate',
  'X-HTTP-Method-Override',
];

/** Written by the gateway itself (AG-224, AG-225, AG-903). */
const written: readonly string[] = [
  'X-Amzn-Apigateway-Api-Id',
  'X-Amzn-Trace-Id',
  'X-Forwarded-For',
  'X-Forwarded-Port',
  'X-Forwarded-Proto',
];

/** A mapping to one of these makes every call fail (AG-230, AG-231). */
const forbiddenTargets = new Set(['content-length', 'transfer-encoding', 'x-amzn-apigateway-api-id', 'x-amzn-trace-id']);

/** Mappings to these are accepted and never seen by a backend (AG-229). */
const ineffectiveTargets = new Set(['connection', 'expect', 'proxy-authenticate', 'te', 'via']);

/** Header lines for the backend, and the names of the client's that were left out. */
export interface ProxyHeaders {
  readonly lines: string[];
  readonly removed: readonly string[];
}

/** How an integration's requests get their headers, worked out at deployment. */
export class ProxyHeaderPlan {
  /** Names that the gateway adds, for the trace. */
  readonly added: readonly string[];
  /** What the client's request may not bring: by name in lower case, the name for the trace. */
  readonly #dropped: ReadonlyMap<string, string>;
  readonly #mapped: readonly { readonly name: string; readonly source: Source }[];
  readonly #fixed: readonly string[];
  readonly #writesForwarded: boolean;
  readonly #userAgent: string | undefined;
  readonly #forbidden: string | undefined;

  constructor(mappings: readonly (readonly [string, Source])[], authority: string, apiId: string) {
    const names = new Set(mappings.map(([name]) => name.toLowerCase()));
    this.#forbidden = [...names].find((name) => forbiddenTargets.has(name));
    const mapped = mappings.map(([name]) => name);
    const taken = [...dropped, ...written, ...mapped];
    this.#dropped = new Map(taken.flatMap((name) => [name.toLowerCase(), asVariable(name)].map((key) => [key, name] as const)));
    this.#mapped = mappings.filter(([name]) => !ineffectiveTargets.has(name.toLowerCase())).map(([name, source]) => ({ name, source }));
    this.#writesForwarded = !names.has('x-forwarded-for');
    this.#userAgent = names.has('user-agent') ? undefined : `AmazonAPIGateway_${apiId}`; // AG-227
    this.#fixed = [
      ...(names.has('host') ? [] : ['Host', authority]), // AG-223
      ...(names.has('x-forwarded-port') ? [] : ['X-Forwarded-Port', '443']),
      ...(names.has('x-forwarded-proto') ? [] : ['X-Forwarded-Proto', 'https']),
      'X-Amzn-Apigateway-Api-Id',
      apiId,
      'Connection',
      'Keep-Alive',
    ];
    this.added = [
      ...this.#fixed.filter((_, index) => index % 2 === 0),
      'X-Amzn-Trace-Id',
      ...(this.#writesForwarded ? ['X-Forwarded-For'] : []),
      ...this.#mapped.map(({ name }) => name),
    ];
  }

  /** Client's headers that pass, then the gateway's own. A mapped value that could break out of its header is answered with 500. */
  build(request: GatewayRequest): ProxyHeaders | Refused {
    if (this.#forbidden !== undefined)
      return new Refused(configurationError, `The integration maps a value to ${this.#forbidden}, which the gateway writes itself`);
    const { headers } = request;
    const lines: string[] = [];
    const removed: string[] = [];
    let userAgent = this.#userAgent;
    let nominated: string | undefined;
    /** A bit for each length of a name that is in `lines`: most headers come once, and are found to without a search. */
    let lengths = 0;
    for (let index = 0; index < headers.length; index += 2) {
      const name = headers[index]!;
      const lower = name.toLowerCase();
      const refused = this.#dropped.get(lower) ?? (oddName.test(lower) ? this.#lookalike(headers, lower) : undefined);
      if (refused !== undefined) {
        removed.push(refused);
        if (lower === 'connection') nominated = nominated === undefined ? headers[index + 1]! : `${nominated},${headers[index + 1]!}`;
        continue;
      }
      // AG-222
      if (lower === 'authorization' && headers[index + 1]!.startsWith('AWS4-HMAC-SHA256 ')) {
        removed.push('Authorization');
        continue;
      }
      if (lower === 'user-agent') userAgent = undefined;
      const bit = 1 << (name.length & 31);
      if ((lengths & bit) !== 0 && join(lines, lower, headers[index + 1]!)) continue;
      lengths |= bit;
      lines.push(name, headers[index + 1]!);
    }
    if (nominated !== undefined && !/^(?:keep-alive|close)$/i.test(nominated)) removeNominated(lines, nominated, removed);
    for (const line of this.#fixed) lines.push(line);
    lines.push('X-Amzn-Trace-Id', traceIdOf(request));
    if (this.#writesForwarded) lines.push('X-Forwarded-For', forwardedFor(request));
    if (userAgent !== undefined) lines.push('User-Agent', userAgent);
    for (const { name, source } of this.#mapped) {
      const value = source(request);
      if (value === undefined) continue; // AG-331
      if (!isHeaderText(value))
        return new Refused(configurationError, `The value for header ${name} has a control character, or one that is not ASCII, in it`);
      lines.push(name, value);
    }
    return { lines, removed };
  }

  /** The header that a backend may take this odd name for: one that the gateway writes or drops, or another one of this request. */
  #lookalike(headers: HeaderLines, lower: string): string | undefined {
    const variable = asVariable(lower);
    const taken = this.#dropped.get(variable);
    if (taken !== undefined) return taken;
    return headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === variable) ? lower : undefined;
  }
}

/** Names with other characters than letters, digits and dashes. */
const oddName = /[^a-z0-9-]/;

/** Servers that hand headers on as CGI variables (RFC 3875 section 4.1.18) make one of `X-User`, `X_User` and `X.User`. */
function asVariable(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
}

/** Takes out what the client's Connection names: it was meant for this hop only (RFC 9110 section 7.6.1). */
function removeNominated(lines: string[], connection: string, removed: string[]): void {
  const names = new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
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
