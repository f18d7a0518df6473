/** The modules that functions may require (CloudFront Developer Guide, "JavaScript runtime features"). Compiled in their context, as defineGlobals is. */
export function defineModules(ask, outside, Buffer) {
  'use strict';
  const { hash, hmac, unescape: unescapeOutside } = outside;

  const latin1 = (data, encoding) => Buffer.from(data, encoding).toString('latin1');

  class Digest {
    #compute;
    #bytes = '';
    #over = false;

    constructor(compute) {
      this.#compute = compute;
    }

    update(data, encoding) {
      if (this.#over) throw new Error('Digest already called');
      this.#bytes += latin1(data, encoding);
      return this;
    }

    digest(encoding) {
      if (this.#over) throw new Error('Digest already called');
      this.#over = true;
      const bytes = Buffer.from(this.#compute(this.#bytes), 'latin1');
      return encoding === undefined || encoding === 'buffer' ? bytes : bytes.toString(encoding);
    }
  }

  const checked = (bytes) => {
    if (bytes === undefined) throw new Error('Digest method not supported');
    return bytes;
  };
  const crypto = {
    createHash: (algorithm) => {
      checked(ask(hash, `${algorithm}`, ''));
      return new Digest((bytes) => checked(ask(hash, `${algorithm}`, bytes)));
    },
    createHmac: (algorithm, key) => {
      const secret = latin1(key);
      checked(ask(hmac, `${algorithm}`, '', secret));
      return new Digest((bytes) => checked(ask(hmac, `${algorithm}`, bytes, secret)));
    },
  };

  const escape = (value) => encodeURIComponent(`${value}`);
  const unescape = (value) => ask(unescapeOutside, `${value}`);
  const asText = (value) => (['string', 'number', 'bigint', 'boolean'].includes(typeof value) ? `${value}` : '');
  const parse = (text, separator = '&', equals = '=', { maxKeys = 1000, decodeURIComponent: decode = unescape } = {}) => {
    const values = Object.create(null);
    const parts = `${text}`.split(separator).filter((part) => part !== '');
    for (const part of maxKeys > 0 ? parts.slice(0, maxKeys) : parts) {
      const at = part.indexOf(equals);
      const [name, value] = [at === -1 ? part : part.slice(0, at), at === -1 ? '' : part.slice(at + equals.length)].map((piece) =>
        decode(piece.replaceAll('+', '%20')),
      );
      values[name] = name in values ? [].concat(values[name], value) : value;
    }
    return values;
  };
  const stringify = (values, separator = '&', equals = '=', { encodeURIComponent: encode = escape } = {}) =>
    Object.entries(values ?? {})
      .flatMap(([name, value]) => [].concat(value).map((item) => `${encode(name)}${equals}${encode(asText(item))}`))
      .join(separator);

  return new Map([
    ['crypto', crypto],
    ['querystring', { parse, stringify, escape, unescape, decode: parse, encode: stringify }],
    ['buffer', { Buffer }],
  ]);
}
