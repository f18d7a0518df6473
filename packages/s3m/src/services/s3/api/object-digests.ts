import { createHash } from 'node:crypto';
import type { Checksum, ChecksumAlgorithm } from '../../../capabilities/bucket.ts';
import { runningDigest, type RunningDigest } from './checksums.ts';

/** All that is to be known of bytes that go by once: their MD5, and checksums of some algorithms. */
export class ObjectDigests {
  readonly #md5 = createHash('md5');
  readonly #running: ReadonlyMap<ChecksumAlgorithm, RunningDigest>;
  readonly #digests = new Map<ChecksumAlgorithm, Buffer>();
  #md5Digest: Buffer | undefined;

  constructor(algorithms: Iterable<ChecksumAlgorithm>) {
    this.#running = new Map([...algorithms].map((algorithm) => [algorithm, runningDigest(algorithm)]));
  }

  update(bytes: Uint8Array): void {
    this.#md5.update(bytes);
    for (const digest of this.#running.values()) digest.update(bytes);
  }

  /** At the end. */
  get md5(): Buffer {
    return (this.#md5Digest ??= this.#md5.digest());
  }

  /** Quoted, as of an object in one part. */
  get etag(): string {
    return `"${this.md5.toString('hex')}"`;
  }

  /** At the end, of an algorithm that was asked for. */
  digest(algorithm: ChecksumAlgorithm): Buffer {
    let digest = this.#digests.get(algorithm);
    if (digest !== undefined) return digest;
    const running = this.#running.get(algorithm);
    if (running === undefined) throw new Error(`no ${algorithm} was computed`);
    this.#digests.set(algorithm, (digest = running.digest()));
    return digest;
  }

  /** At the end, of an algorithm that was asked for. */
  checksum(algorithm: ChecksumAlgorithm): Checksum {
    return { algorithm, type: 'FULL_OBJECT', value: this.digest(algorithm).toString('base64') };
  }
}
