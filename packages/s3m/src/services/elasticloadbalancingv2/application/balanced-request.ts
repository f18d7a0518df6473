import { headerValue, type HeaderLines, type RequestHead } from '../../../http/message.ts';
import type { Client } from './client.ts';

/** A request as rules look at it. */
export interface BalancedRequest {
  readonly method: string;
  /** Without the port. */
  readonly host: string;
  /** As it came, without the query. */
  readonly path: string;
  /** As it came, without the question mark. */
  readonly queryText: string;
  /** Decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: HeaderLines;
  readonly client: Client;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** The listener's. */
  readonly port: number;
}

export function readBalancedRequest(
  { method, target, headers }: Pick<RequestHead, 'method' | 'target' | 'headers'>,
  { client, protocol, port }: Pick<BalancedRequest, 'client' | 'protocol' | 'port'>,
): BalancedRequest {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const queryText = mark < 0 ? '' : target.slice(mark + 1);
  return {
    method,
    host: (headerValue(headers, 'Host') ?? '').replace(/:\d+$/, ''),
    path,
    queryText,
    query: queryText === '' ? [] : [...new URLSearchParams(queryText)],
    headers,
    client,
    protocol,
    port,
  };
}
