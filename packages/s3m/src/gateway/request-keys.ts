import { headerValue, type HeaderLines } from '../http/message.ts';

/** What the condition keys of a request are made of. */
export interface KeyedRequest {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The caller's address. */
  readonly peer: string;
  readonly headers: HeaderLines;
}

/** Values of a condition key that every request to an API has, named in lower case (AG-160). Undefined for other keys. */
export function requestKey(key: string, { time, peer, headers }: KeyedRequest): readonly string[] | undefined {
  switch (key) {
    case 'aws:currenttime':
      return [new Date(time).toISOString()];
    case 'aws:epochtime':
      return [String(Math.floor(time / 1000))];
    case 'aws:referer':
      return valuesOf(headerValue(headers, 'Referer'));
    case 'aws:securetransport':
      return ['true']; // AG-002
    case 'aws:sourceip':
      return [peer]; // AG-176
    case 'aws:useragent':
      return valuesOf(headerValue(headers, 'User-Agent'));
    default:
      return undefined;
  }
}

/** A key's values where it has one or none. */
export function valuesOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}
