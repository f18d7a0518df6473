import type { Properties } from '../resource-type.ts';
import type { CorsRule } from './cors-rules.ts';
import type { PublicAccessBlock } from './public-access-block.ts';

/** What is set on a bucket, as data that can be stored; each is absent until somebody sets it. */
export interface BucketSettings {
  /** The policy's JSON, as it was given. */
  readonly policy: string | undefined;
  readonly corsRules: readonly CorsRule[];
  /** Absent: nothing is blocked. */
  readonly publicAccessBlock: PublicAccessBlock | undefined;
  /** A `WebsiteConfiguration` as templates have it. */
  readonly website: Properties | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** `BucketOwnerEnforced`, `BucketOwnerPreferred`, `ObjectWriter` */
  readonly objectOwnership: string | undefined;
  /** Absent until versions are kept for the first time. */
  readonly versioning: 'Enabled' | 'Suspended' | undefined;
}

export const noSettings: BucketSettings = {
  policy: undefined,
  corsRules: [],
  publicAccessBlock: undefined,
  website: undefined,
  tags: undefined,
  objectOwnership: undefined,
  versioning: undefined,
};
