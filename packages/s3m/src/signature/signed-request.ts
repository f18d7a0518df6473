/** A request, as far as a signature covers it. */
export interface SignedRequest {
  readonly method: string;
  /** As it came: path, and query behind `?`. */
  readonly target: string;
  /** Names and values in turn, as they came. */
  readonly headers: readonly string[];
}

/** What a request says of its signature, in the header `Authorization` or in its query (presigned). */
export interface SignatureClaim {
  readonly place: 'header' | 'query';
  readonly algorithm: string;
  /** `KEY/20260101/us-east-1/execute-api/aws4_request` */
  readonly credential: string;
  /** In lower case. */
  readonly signedHeaders: readonly string[];
  /** In hex. */
  readonly signature: string;
  /** `20260101T000000Z` */
  readonly timestamp: string;
  readonly sessionToken: string | undefined;
  /** How long a presigned request is good, in seconds. */
  readonly expires: string | undefined;
}

/** All values of a header, joined as a canonical request has them. Undefined when there is none. */
export function signedHeaderValue(headers: readonly string[], name: string): string | undefined {
  let joined: string | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    const header = headers[index]!;
    if (header.length !== name.length || (header !== name && header.toLowerCase() !== name)) continue;
    const value = withSingleBlanks(headers[index + 1]!.trim());
    joined = joined === undefined ? value : `${joined},${value}`;
  }
  return joined;
}

function withSingleBlanks(value: string): string {
  return value.includes('  ') ? value.replaceAll(/ +/g, ' ') : value;
}

/** Names and values of the query, as they came. */
export function rawQuery(target: string): readonly (readonly [string, string])[] {
  const mark = target.indexOf('?');
  if (mark === -1) return [];
  return target
    .slice(mark + 1)
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals === -1 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
    });
}
