import { parseQuery } from '../../../gateway/query-string.ts';
import type { HeaderLines } from '../../../http/message.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import { isTextBody } from './text-body.ts';

/** What a mapping may have changed of a request. */
export interface EventRequest {
  readonly headers: HeaderLines;
  readonly query: string;
  /** With the stage when the URL has one (AG-588). */
  readonly path: string;
}

/** Concern the connection alone, or are written by the gateway. */
const dropped: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** The client's headers and those that the gateway adds before a function gets them (AG-271). */
export function eventHeaders(request: HttpApiRequest, headers: HeaderLines): string[] {
  const lines: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    if (!dropped.has(headers[index]!.toLowerCase())) lines.push(headers[index]!, headers[index + 1]!);
  }
  const forwarded = request.header('X-Forwarded-For');
  const length = request.bytes?.length ?? request.body.length ?? 0;
  lines.push('Content-Length', String(length), 'X-Amzn-Trace-Id', request.traceHeader);
  lines.push('X-Forwarded-For', forwarded === undefined || forwarded === '' ? request.peer : `${forwarded}, ${request.peer}`);
  lines.push('X-Forwarded-Port', '443', 'X-Forwarded-Proto', 'https');
  return lines;
}

/** Names in lower case, values of one name joined with commas; cookies stand by themselves (AG-588). */
export function joinedHeaders(lines: HeaderLines): Record<string, string> {
  const joined: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index]!.toLowerCase();
    const value = lines[index + 1]!;
    if (name !== 'cookie') joined[name] = joined[name] === undefined ? value : `${joined[name]},${value}`;
  }
  return joined;
}

/** Undefined when there are none. */
export function cookiesOf(lines: HeaderLines): string[] | undefined {
  const cookies: string[] = [];
  for (let index = 0; index < lines.length; index += 2) {
    if (lines[index]!.toLowerCase() === 'cookie') cookies.push(...lines[index + 1]!.split(/; */).filter((cookie) => cookie !== ''));
  }
  return cookies.length === 0 ? undefined : cookies;
}

/** Values of one name joined with commas (AG-588); undefined when there are none. */
export function joinedQuery(query: string): Record<string, string> | undefined {
  const values = multiValues(parseQuery(query));
  return values === null ? undefined : Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.join(',')]));
}

/** Names to all their values; null when there are none. */
export function multiValues(pairs: readonly string[]): Record<string, string[]> | null {
  if (pairs.length === 0) return null;
  const values: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (let index = 0; index < pairs.length; index += 2) (values[pairs[index]!] ??= []).push(pairs[index + 1]!);
  return values;
}

/** The last of each name's values. */
export function singleValues(values: Readonly<Record<string, readonly string[]>> | null): Record<string, string> | null {
  return values === null ? null : Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1)!]));
}

/** Undefined when there are none. */
export function pathParametersOf({ pathParameters }: HttpApiRequest): Record<string, string> | undefined {
  if (pathParameters.length === 0) return undefined;
  const pairs: [string, string][] = [];
  for (let index = 0; index < pathParameters.length; index += 2) pairs.push([pathParameters[index]!, pathParameters[index + 1]!]);
  return Object.fromEntries(pairs);
}

/** Undefined when there are none. */
export function stageVariablesOf({ variables }: HttpApiRequest): Readonly<Record<string, string>> | undefined {
  return Object.keys(variables).length === 0 ? undefined : variables;
}

/** The body as text, or in base64 (AG-950). */
export function bodyOf({ bytes, headers }: HttpApiRequest): { readonly body: string | undefined; readonly isBase64Encoded: boolean } {
  if (bytes === undefined || bytes.length === 0) return { body: undefined, isBase64Encoded: false };
  const text = isTextBody(headers, bytes);
  return { body: bytes.toString(text ? 'utf8' : 'base64'), isBase64Encoded: !text };
}
