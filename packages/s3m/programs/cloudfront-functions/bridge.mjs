import { createHash, createHmac } from 'node:crypto';
import querystring from 'node:querystring';

/** @param {string[]} texts */
function areTexts(...texts) {
  return texts.every((text) => typeof text === 'string');
}

/**
 * What functions get from outside of their context. Only texts go in and out: whoever holds an object of Node's holds all of Node. Bytes are texts
 * with a character for each. Undefined is the answer to what cannot be done.
 */
export const bridge = {
  decode: (text, encoding) =>
    areTexts(text, encoding) && Buffer.isEncoding(encoding) ? Buffer.from(text, encoding).toString('latin1') : undefined,
  encode: (bytes, encoding) =>
    areTexts(bytes, encoding) && Buffer.isEncoding(encoding) ? Buffer.from(bytes, 'latin1').toString(encoding) : undefined,
  hash: (algorithm, bytes) => digestOf(() => createHash(algorithm), algorithm, bytes),
  hmac: (algorithm, bytes, key) =>
    areTexts(key) ? digestOf(() => createHmac(algorithm, Buffer.from(key, 'latin1')), algorithm, bytes) : undefined,
  unescape: (text) => (areTexts(text) ? querystring.unescape(text) : undefined),
  atob: (text) => converted(atob, text),
  btoa: (text) => converted(btoa, text),
};

function digestOf(create, algorithm, bytes) {
  if (!areTexts(algorithm, bytes)) return undefined;
  try {
    return create().update(Buffer.from(bytes, 'latin1')).digest('latin1');
  } catch {
    return undefined;
  }
}

function converted(convert, text) {
  if (!areTexts(text)) return undefined;
  try {
    return convert(text);
  } catch {
    return undefined;
  }
}
