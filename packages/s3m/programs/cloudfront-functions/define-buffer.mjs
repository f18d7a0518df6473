/** Node's `Buffer` as far as CloudFront has it, made of nothing but the language. Compiled in a function's context, as defineGlobals is. */
export function defineBuffer(ask, outside) {
  'use strict';
  const { decode, encode } = outside;

  const named = (encoding) => (encoding === undefined || encoding === null ? 'utf8' : `${encoding}`);
  const known = (text, encoding) => {
    if (text === undefined) throw new TypeError(`Unknown encoding: ${named(encoding)}`);
    return text;
  };
  const bytesOf = (value, encoding) => (typeof value === 'string' ? Buffer.from(value, encoding) : value);
  const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

  class Buffer extends Uint8Array {
    static from(value, encoding, length) {
      if (typeof value === 'string') {
        const bytes = known(ask(decode, value, named(encoding)), encoding);
        const buffer = new Buffer(bytes.length);
        for (let index = 0; index < bytes.length; index++) buffer[index] = bytes.charCodeAt(index);
        return buffer;
      }
      if (value instanceof ArrayBuffer) return new Buffer(value, encoding, length);
      if (typeof value !== 'object' || value === null) throw new TypeError('Buffer.from takes a string, a buffer or an array');
      const items = value.type === 'Buffer' && Array.isArray(value.data) ? value.data : value;
      const buffer = new Buffer(items.length >>> 0);
      for (let index = 0; index < buffer.length; index++) buffer[index] = items[index];
      return buffer;
    }

    static alloc(size, fill, encoding) {
      const buffer = new Buffer(size);
      return fill === undefined ? buffer : buffer.fill(fill, 0, size, encoding);
    }

    static allocUnsafe(size) {
      return new Buffer(size);
    }

    static byteLength(value, encoding) {
      return typeof value === 'string' ? Buffer.from(value, encoding).length : value.byteLength;
    }

    static isBuffer(value) {
      return value instanceof Buffer;
    }

    static isEncoding(name) {
      return typeof name === 'string' && ask(decode, '', name) !== undefined;
    }

    static compare(one, other) {
      for (let index = 0; index < one.length && index < other.length; index++) {
        if (one[index] !== other[index]) return order(one[index], other[index]);
      }
      return order(one.length, other.length);
    }

    static concat(list, total = list.reduce((sum, { length }) => sum + length, 0)) {
      const buffer = new Buffer(total);
      let at = 0;
      for (const part of list) {
        buffer.set(part.length > total - at ? part.subarray(0, total - at) : part, at);
        at = Math.min(total, at + part.length);
      }
      return buffer;
    }

    toString(encoding, start = 0, end = this.length) {
      let bytes = '';
      for (let index = Math.max(0, start); index < end && index < this.length; index++) bytes += String.fromCharCode(this[index]);
      return known(ask(encode, bytes, named(encoding)), encoding);
    }

    toJSON() {
      return { type: 'Buffer', data: Array.from(this) };
    }

    equals(other) {
      return Buffer.compare(this, other) === 0;
    }

    compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
      return Buffer.compare(this.subarray(sourceStart, sourceEnd), target.subarray(targetStart, targetEnd));
    }

    /** The same memory, as in Node. */
    slice(start, end) {
      return this.subarray(start, end);
    }

    copy(target, targetStart = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
      target.set(part, targetStart);
      return part.length;
    }

    write(text, ...where) {
      const encoding = typeof where.at(-1) === 'string' ? where.pop() : undefined;
      const [offset = 0, length = this.length - offset] = where;
      const bytes = Buffer.from(text, encoding).subarray(0, Math.max(0, Math.min(length, this.length - offset)));
      this.set(bytes, offset);
      return bytes.length;
    }

    fill(value, offset, end, encoding) {
      if (typeof offset === 'string') return this.fill(value, undefined, undefined, offset);
      const part = this.subarray(offset, end);
      const bytes = typeof value === 'number' ? [value] : bytesOf(value, encoding);
      for (let index = 0; index < part.length; index++) part[index] = bytes.length === 0 ? 0 : bytes[index % bytes.length];
      return this;
    }

    indexOf(value, from = 0, encoding) {
      if (typeof value === 'number') return super.indexOf(value & 255, from);
      return this.#find(bytesOf(value, encoding), from < 0 ? Math.max(0, this.length + from) : from, 1);
    }

    lastIndexOf(value, from = this.length - 1, encoding) {
      if (typeof value === 'number') return super.lastIndexOf(value & 255, from);
      return this.#find(bytesOf(value, encoding), from < 0 ? this.length + from : from, -1);
    }

    includes(value, from, encoding) {
      return this.indexOf(value, from, encoding) !== -1;
    }

    #find(bytes, from, step) {
      for (let at = Math.min(from, this.length - bytes.length); at >= 0 && at + bytes.length <= this.length; at += step) {
        if (bytes.every((byte, index) => this[at + index] === byte)) return at;
      }
      return -1;
    }

    swap16() {
      return this.#swap(2);
    }

    swap32() {
      return this.#swap(4);
    }

    swap64() {
      return this.#swap(8);
    }

    #swap(size) {
      if (this.length % size !== 0) throw new RangeError(`Buffer size must be a multiple of ${size * 8}-bits`);
      for (let at = 0; at < this.length; at += size) this.subarray(at, at + size).reverse();
      return this;
    }
  }

  const define = (name, value) => Object.defineProperty(Buffer.prototype, name, { value, writable: true, configurable: true });
  const view = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const numbers = [
    ['Int8', 'Int8', 1],
    ['UInt8', 'Uint8', 1],
    ['Int16', 'Int16', 2],
    ['UInt16', 'Uint16', 2],
    ['Int32', 'Int32', 4],
    ['UInt32', 'Uint32', 4],
    ['BigInt64', 'BigInt64', 8],
    ['BigUInt64', 'BigUint64', 8],
    ['Float', 'Float32', 4],
    ['Double', 'Float64', 8],
  ];
  for (const little of [true, false]) {
    const ending = little ? 'LE' : 'BE';
    for (const [name, kind, size] of numbers) {
      const full = size === 1 ? name : `${name}${ending}`;
      define(`read${full}`, function read(offset = 0) {
        return view(this)[`get${kind}`](offset, little);
      });
      define(`write${full}`, function write(value, offset = 0) {
        view(this)[`set${kind}`](offset, value, little);
        return offset + size;
      });
    }
    // Numbers of up to six bytes.
    define(`readUInt${ending}`, function read(offset, size) {
      let value = 0;
      for (let index = 0; index < size; index++) value = value * 256 + this[offset + (little ? size - 1 - index : index)];
      return value;
    });
    define(`readInt${ending}`, function read(offset, size) {
      const value = this[`readUInt${ending}`](offset, size);
      return value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
    });
    for (const name of [`writeUInt${ending}`, `writeInt${ending}`]) {
      define(name, function write(value, offset, size) {
        let left = value < 0 ? value + 2 ** (8 * size) : value;
        for (let index = 0; index < size; index++, left = Math.floor(left / 256)) {
          this[offset + (little ? index : size - 1 - index)] = left % 256;
        }
        return offset + size;
      });
    }
  }
  return Buffer;
}
