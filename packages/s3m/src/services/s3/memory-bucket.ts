import { createHash } from 'node:crypto';
import type { Bucket, StoredObject } from '../../capabilities/bucket.ts';
import type { Clock } from '../../clock/clock.ts';
import type { CorsRule } from './cors-rules.ts';
import type { PublicAccessBlock } from './public-access-block.ts';
import type { BucketPolicyDocument } from './bucket-policy-document.ts';

/** A bucket whose objects live in memory, with the settings that decide who may read it. */
export class MemoryBucket implements Bucket {
  readonly name: string;
  readonly arn: string;
  publicAccessBlock: PublicAccessBlock;
  /** Set by AWS::S3::BucketPolicy. */
  policy: BucketPolicyDocument | undefined;
  corsRules: readonly CorsRule[] = [];
  readonly #clock: Clock;
  readonly #objects = new Map<string, StoredObject>();

  constructor(name: string, arn: string, publicAccessBlock: PublicAccessBlock, clock: Clock) {
    this.name = name;
    this.arn = arn;
    this.publicAccessBlock = publicAccessBlock;
    this.#clock = clock;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  put(object: Omit<StoredObject, 'etag' | 'lastModified'>): void {
    const etag = `"${createHash('md5').update(object.body).digest('hex')}"`;
    this.#objects.set(object.key, { ...object, etag, lastModified: new Date(this.#clock.now()) });
  }

  delete(key: string): void {
    this.#objects.delete(key);
  }

  keys(): readonly string[] {
    return [...this.#objects.keys()].toSorted();
  }
}
