import { crc32 } from 'node:zlib';

/** Running values are unsigned; the first is 0. */
export { crc32 };

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82_f6_3b_78 : value >>> 1;
  return value;
});

/** CRC-32C (Castagnoli, RFC 3720 appendix B.4), from a running value on. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let value = (before ^ 0xff_ff_ff_ff) >>> 0;
  for (const byte of bytes) value = crc32cTable[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return (value ^ 0xff_ff_ff_ff) >>> 0;
}

/** Bytes that are taken at once: a table for each of their places. */
const slices = 8;
const nvmePolynomial = 0x9a_6c_93_29_ac_4b_c9_b5n;
const nvmeHigh = new Uint32Array(256 * slices);
const nvmeLow = new Uint32Array(256 * slices);
for (let byte = 0; byte < 256; byte++) {
  let value = BigInt(byte);
  for (let slice = 0; slice < slices; slice++) {
    for (let bit = 0; bit < 8; bit++) value = (value & 1n) === 1n ? (value >> 1n) ^ nvmePolynomial : value >> 1n;
    nvmeHigh[slice * 256 + byte] = Number(value >> 32n);
    nvmeLow[slice * 256 + byte] = Number(value & 0xff_ff_ff_ffn);
  }
}

/** CRC-64/NVME (NVM Express Command Set Specification), byte by byte of what comes. The halves are computed apart: big integers would be far slower. */
export class Crc64Nvme {
  #high = 0xff_ff_ff_ff;
  #low = 0xff_ff_ff_ff;

  update(bytes: Uint8Array): void {
    let [high, low] = [this.#high, this.#low];
    let at = 0;
    for (const end = bytes.length - slices; at <= end; at += slices) {
      low ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      high ^= bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
      const a = (low & 0xff) + 1792;
      const b = ((low >>> 8) & 0xff) + 1536;
      const c = ((low >>> 16) & 0xff) + 1280;
      const d = (low >>> 24) + 1024;
      const e = (high & 0xff) + 768;
      const f = ((high >>> 8) & 0xff) + 512;
      const g = ((high >>> 16) & 0xff) + 256;
      const h = high >>> 24;
      low = nvmeLow[a]! ^ nvmeLow[b]! ^ nvmeLow[c]! ^ nvmeLow[d]! ^ nvmeLow[e]! ^ nvmeLow[f]! ^ nvmeLow[g]! ^ nvmeLow[h]!;
      high = nvmeHigh[a]! ^ nvmeHigh[b]! ^ nvmeHigh[c]! ^ nvmeHigh[d]! ^ nvmeHigh[e]! ^ nvmeHigh[f]! ^ nvmeHigh[g]! ^ nvmeHigh[h]!;
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ bytes[at]!) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ nvmeLow[index]!;
      high = (high >>> 8) ^ nvmeHigh[index]!;
    }
    this.#high = high >>> 0;
    this.#low = low >>> 0;
  }

  /** In 8 bytes. */
  digest(): Buffer {
    const result = Buffer.alloc(8);
    result.writeUInt32BE((this.#high ^ 0xff_ff_ff_ff) >>> 0, 0);
    result.writeUInt32BE((this.#low ^ 0xff_ff_ff_ff) >>> 0, 4);
    return result;
  }
}

/** Of bytes that are there. */
export function crc64nvme(bytes: Uint8Array): Buffer {
  const crc = new Crc64Nvme();
  crc.update(bytes);
  return crc.digest();
}
