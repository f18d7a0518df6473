import { headerValue, type HeaderLines } from '../../../http/message.ts';

/** Media types whose bodies functions get as text; all others, forms among them, come in base64 (AG-950). */
const textTypes = /^(?:text\/[^;]*|application\/(?:json|javascript|xml|[^;]*\+(?:json|xml)))\s*(?:;|$)/i;

export function isTextBody(headers: HeaderLines, bytes: Buffer): boolean {
  if (headerValue(headers, 'Content-Encoding') !== undefined) return false;
  const type = headerValue(headers, 'Content-Type');
  return (type === undefined || textTypes.test(type)) && isUtf8(bytes);
}

/** What is no UTF-8 would be damaged as text, whatever its type says. */
function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
