import type { ChecksumAlgorithm } from '../../../capabilities/bucket.ts';

/** A reflected CRC whose register begins and ends inverted, as all of S3's are. */
interface Crc {
  readonly bits: number;
  readonly polynomial: bigint;
}

const crcs: Readonly<Partial<Record<ChecksumAlgorithm, Crc>>> = {
  CRC32: { bits: 32, polynomial: 0xed_b8_83_20n },
  CRC32C: { bits: 32, polynomial: 0x82_f6_3b_78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a_6c_93_29_ac_4b_c9_b5n },
};

/**
 * The CRC of bytes whose parts' CRCs are known, without the bytes: that of what stands before is multiplied by x to the number of bits behind
 * it, as zlib's crc32_combine does. @throws Error for what is no CRC
 */
export function combineCrcs(algorithm: ChecksumAlgorithm, parts: readonly { readonly crc: Buffer; readonly size: number }[]): Buffer {
  const crc = crcs[algorithm];
  if (crc === undefined) throw new Error(`${algorithm} is no CRC`);
  const powers = new Map<number, bigint>();
  let value = 0n;
  for (const { crc: digest, size } of parts) {
    let power = powers.get(size);
    if (power === undefined) powers.set(size, (power = powerOfX(crc, BigInt(size) * 8n)));
    value = multiply(crc, power, value) ^ BigInt(`0x${digest.toString('hex')}`);
  }
  return Buffer.from(value.toString(16).padStart(crc.bits / 4, '0'), 'hex');
}

/** x^exponent; the highest bit is x^0. */
function powerOfX(crc: Crc, exponent: bigint): bigint {
  let result = 1n << BigInt(crc.bits - 1);
  let square = 1n << BigInt(crc.bits - 2);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = multiply(crc, square, result);
    square = multiply(crc, square, square);
  }
  return result;
}

function multiply({ bits, polynomial }: Crc, one: bigint, other: bigint): bigint {
  let product = 0n;
  let shifted = other;
  for (let bit = 1n << BigInt(bits - 1); bit > 0n && shifted !== 0n; bit >>= 1n) {
    if ((one & bit) !== 0n) product ^= shifted;
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}
