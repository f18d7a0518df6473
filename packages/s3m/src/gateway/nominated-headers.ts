import { headerValues, type HeaderLines } from '../http/message.ts';

/** Values of `Connection` that name no header. */
const hopOnly = /^(?:keep-alive|close)$/i;

/** What a `Connection` nominates was meant for this hop only (RFC 9110 section 7.6.1): header names in lower case. */
export function nominatedBy(connection: string): ReadonlySet<string> | undefined {
  if (hopOnly.test(connection)) return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

/** The client's headers without those that its `Connection` nominates. */
export function withoutNominated(headers: HeaderLines): HeaderLines {
  const names = nominatedBy(headerValues(headers, 'Connection').join(','));
  if (names === undefined) return headers;
  return headers.filter((_, index) => !names.has(headers[index - (index % 2)]!.toLowerCase()));
}
