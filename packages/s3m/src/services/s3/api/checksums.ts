import { createHash } from 'node:crypto';
import type { Checksum, ChecksumAlgorithm } from '../../../capabilities/bucket.ts';
import { crc32, crc32c, Crc64Nvme } from './crc.ts';
import type { XmlNode } from '../../print-xml.ts';
import { invalidRequest, S3Error } from './s3-error.ts';

/** By their headers, in the order in which S3 looks. */
export const checksumHeaders: readonly (readonly [header: string, algorithm: ChecksumAlgorithm])[] = [
  ['x-amz-checksum-crc32', 'CRC32'],
  ['x-amz-checksum-crc32c', 'CRC32C'],
  ['x-amz-checksum-crc64nvme', 'CRC64NVME'],
  ['x-amz-checksum-sha1', 'SHA1'],
  ['x-amz-checksum-sha256', 'SHA256'],
];

/** A digest of bytes as they come. */
export interface RunningDigest {
  update(bytes: Uint8Array): unknown;
  /** Called once. */
  digest(): Buffer;
}

const digests: Readonly<Record<ChecksumAlgorithm, () => RunningDigest>> = {
  CRC32: () => runningWord(crc32),
  CRC32C: () => runningWord(crc32c),
  CRC64NVME: () => new Crc64Nvme(),
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
};

/** Bytes of each. */
const lengths: Readonly<Record<ChecksumAlgorithm, number>> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

function runningWord(add: (bytes: Uint8Array, before: number) => number): RunningDigest {
  let value = 0;
  return {
    update: (bytes) => (value = add(bytes, value)),
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes;
    },
  };
}

export function runningDigest(algorithm: ChecksumAlgorithm): RunningDigest {
  return digests[algorithm]();
}

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(digests, name);
}

function digestOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Buffer {
  const digest = runningDigest(algorithm);
  digest.update(bytes);
  return digest.digest();
}

/** The checksum of all of an object's bytes. */
export function fullChecksum(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Checksum {
  return { algorithm, type: 'FULL_OBJECT', value: digestOf(algorithm, bytes).toString('base64') };
}

/** The checksum of the parts' checksums, as an object in parts has it (S3 User Guide, "Checking object integrity", composite checksums). */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly Checksum[]): Checksum {
  const bytes = Buffer.concat(parts.map(({ value }) => Buffer.from(value, 'base64')));
  return { algorithm, type: 'COMPOSITE', value: `${digestOf(algorithm, bytes).toString('base64')}-${parts.length}` };
}

/**
 * Whether the bytes are those that the client computed a checksum of; `given` is by header, or by trailer. Undefined when none is given.
 * @throws S3Error
 */
export function verifyChecksum(
  given: (header: string) => string | undefined,
  computed: (algorithm: ChecksumAlgorithm) => Checksum,
): Checksum | undefined {
  const values = checksumHeaders.flatMap(([header, algorithm]) => {
    const value = given(header);
    return value === undefined ? [] : [{ header, algorithm, value }];
  });
  if (values.length > 1) throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  const [only] = values;
  if (only === undefined) return undefined;
  const { header, algorithm, value } = only;
  const decoded = Buffer.from(value, 'base64');
  if (decoded.length !== lengths[algorithm] || decoded.toString('base64') !== value)
    throw invalidRequest(`Value for ${header} header is invalid.`);
  const checksum = computed(algorithm);
  if (checksum.value !== value) throw badDigest(`The ${algorithm} you specified did not match the calculated checksum.`);
  return checksum;
}

export function badDigest(message: string, details: readonly XmlNode[] = []): S3Error {
  return new S3Error(400, 'BadDigest', message, details);
}

/** As answers have it. */
export function checksumResponseHeaders(checksum: Checksum | undefined): readonly (readonly [string, string])[] {
  if (checksum === undefined) return [];
  return [
    [headerOfAlgorithm(checksum.algorithm), checksum.value],
    ['x-amz-checksum-type', checksum.type],
  ];
}

export function headerOfAlgorithm(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** As documents have it: `<ChecksumCRC32>`. */
export function checksumElements(checksum: Checksum | undefined): readonly XmlNode[] {
  return checksum === undefined ? [] : [[`Checksum${checksum.algorithm}`, checksum.value]];
}
