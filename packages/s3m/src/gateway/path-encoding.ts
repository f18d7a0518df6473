/** unreserved, sub-delims, `:`, `@`, `/`: what stands for itself in a path (RFC 3986 section 3.3). */
const pathBytes: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9\-._~!$&'()*+,;=:@/]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/**
 * A path parameter as a backend gets it: decoded (a client's `%2F` is a slash, AG-208), then what may not stand in a path encoded again
 * (AG-210). Undefined for text that is no UTF-8, and for `.` and `..` as segments however they were written: the authorizer saw
 * another path than a backend that resolves them would.
 */
export function reencodePath(value: string): string | undefined {
  const plain = value.includes('%') ? tryDecode(value) : value;
  return plain === undefined ? undefined : encodePlainPath(plain);
}

/** A path that has been decoded already as a backend gets it: a `%` in it is a character like others. Undefined for `.` and `..` as segments. */
export function encodePlainPath(plain: string): string | undefined {
  if (plain.includes('.') && /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/.test(plain)) return undefined;
  for (let index = 0; index < plain.length; index++) {
    const code = plain.charCodeAt(index);
    if (code > 0xff || pathBytes[code] === 0) return encodePath(plain);
  }
  return plain;
}

function encodePath(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    encoded += pathBytes[byte] === 1 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function tryDecode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
