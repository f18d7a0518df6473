import { crc32 } from 'node:zlib';

/** Running values are unsigned; the first is 0. */
export { crc32 };

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82_f6_3b_78 : value >>> 1;
  return value;
});

/** CRC-32C (Castagnoli, RFC 3720 appendix B.4). */
export function crc32c(bytes: Uint8Array): number {
  let value = 0xff_ff_ff_ff;
  for (const byte of bytes) value = crc32cTable[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return (value ^ 0xff_ff_ff_ff) >>> 0;
}

const nvmePolynomial = 0x9a_6c_93_29_ac_4b_c9_b5n;
const nvmeHigh = new Uint32Array(256);
const nvmeLow = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = (value & 1n) === 1n ? (value >> 1n) ^ nvmePolynomial : value >> 1n;
  nvmeHigh[byte] = Number(value >> 32n);
  nvmeLow[byte] = Number(value & 0xff_ff_ff_ffn);
}

/** CRC-64/NVME (NVM Express Command Set Specification), in 8 bytes. The halves are computed apart: big integers would be far slower. */
export function crc64nvme(bytes: Uint8Array): Buffer {
  let [high, low] = [0xff_ff_ff_ff, 0xff_ff_ff_ff];
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = (((low >>> 8) | (high << 24)) ^ nvmeLow[index]!) >>> 0;
    high = ((high >>> 8) ^ nvmeHigh[index]!) >>> 0;
  }
  const result = Buffer.alloc(8);
  result.writeUInt32BE((high ^ 0xff_ff_ff_ff) >>> 0, 0);
  result.writeUInt32BE((low ^ 0xff_ff_ff_ff) >>> 0, 4);
  return result;
}
