import type { HeaderLines } from '../../../http/message.ts';
import { headerValue } from '../../../http/message.ts';
import type { BalancedRequest } from '../application/balanced-request.ts';

/** Types of bodies that reach a function as text. */
const textTypes = /^(?:text\/|application\/(?:json|javascript|xml)(?:[;\s]|$))/i;

/**
 * The event of an Application Load Balancer (its user guide, "Lambda functions as targets"), as JSON text. Names of headers are in lower case, the query is as
 * it came. Of several values the last counts, unless `multiValue` asks for all.
 */
export function functionEvent(
  { method, path, queryText, headers: sent }: BalancedRequest,
  headers: HeaderLines,
  body: Buffer,
  { groupArn, multiValue }: { readonly groupArn: string; readonly multiValue: boolean },
): string {
  const lines = pairsOf(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  for (const name of ['connection', 'content-length']) {
    const value = headerValue(sent, name);
    if (value !== undefined) lines.push([name, value]);
  }
  lines.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  const query = queryText === '' ? [] : queryText.split('&').map(splitPair);
  const isText = headerValue(sent, 'Content-Encoding') === undefined && textTypes.test(headerValue(sent, 'Content-Type') ?? '');
  const encoded = body.length > 0 && !isText;
  return JSON.stringify({
    requestContext: { elb: { targetGroupArn: groupArn } },
    httpMethod: method,
    path,
    ...(multiValue
      ? { multiValueQueryStringParameters: allOf(query), multiValueHeaders: allOf(lines) }
      : { queryStringParameters: Object.fromEntries(query), headers: Object.fromEntries(lines) }),
    body: body.toString(encoded ? 'base64' : 'utf8'),
    isBase64Encoded: encoded,
  });
}

function pairsOf(headers: HeaderLines): (readonly [string, string])[] {
  return Array.from({ length: headers.length / 2 }, (_, index) => [headers[2 * index]!, headers[2 * index + 1]!] as const);
}

/** Nothing is decoded. */
function splitPair(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function allOf(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), value]);
  return Object.fromEntries(all);
}
