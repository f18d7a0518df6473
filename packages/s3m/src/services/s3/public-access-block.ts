import type { PropertyReader } from '../property-reader.ts';

/** S3 Block Public Access. Object ACLs are not simulated: the two settings for them are only told. */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  /** A public policy cannot be put. */
  readonly blockPublicPolicy: boolean;
  /** A public policy does not let strangers in. */
  readonly restrictPublicBuckets: boolean;
}

/** Of a new bucket (S3W-020). */
export const everythingBlocked: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};

export const nothingBlocked: PublicAccessBlock = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
};

/** Reads `PublicAccessBlockConfiguration`: all on when it is absent (S3W-020); what a configuration leaves out is off. */
export function readPublicAccessBlock(configuration: PropertyReader | undefined): PublicAccessBlock {
  if (configuration === undefined) return everythingBlocked;
  return {
    blockPublicAcls: configuration.boolean('BlockPublicAcls', false),
    ignorePublicAcls: configuration.boolean('IgnorePublicAcls', false),
    blockPublicPolicy: configuration.boolean('BlockPublicPolicy', false),
    restrictPublicBuckets: configuration.boolean('RestrictPublicBuckets', false),
  };
}
