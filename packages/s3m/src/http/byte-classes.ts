/** Bytes that a method, a header name or a parameter name may consist of: tchar, RFC 9110 section 5.6.2. */
export const tokenBytes: Uint8Array = classOf((byte) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)));

/** Bytes of a header value: visible ASCII, blank, tab and obs-text, RFC 9110 section 5.5. No other control byte. */
export const fieldBytes: Uint8Array = classOf((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f));

/** Bytes of a request target: visible ASCII without `#`, since a target has no fragment (RFC 9112 section 3.2). */
export const targetBytes: Uint8Array = classOf((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x23);

export const tab = 0x09;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;
export const space = 0x20;
export const colon = 0x3a;

function classOf(belongs: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (belongs(byte) ? 1 : 0));
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const beyondField = /[^\t\x20-\x7e\x80-\xff]/;

/** Whether all of a text is a token. */
export function isToken(text: string): boolean {
  return token.test(text);
}

/** Whether all of a text may stand in a header value. */
export function isFieldValue(text: string): boolean {
  return !beyondField.test(text);
}

/** Whether all of a text may stand in a request target. */
export function isTarget(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff || targetBytes[code] === 0) return false;
  }
  return text.length > 0;
}
