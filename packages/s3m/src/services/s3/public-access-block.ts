import type { PropertyReader } from '../property-reader.ts';

/** S3 Block Public Access, of which only what concerns policies matters here: object ACLs are not simulated. */
export interface PublicAccessBlock {
  /** A public policy cannot be put. */
  readonly blockPublicPolicy: boolean;
  /** A public policy does not let strangers in. */
  readonly restrictPublicBuckets: boolean;
}

/** Reads `PublicAccessBlockConfiguration`: all on when it is absent (S3W-020); what a configuration leaves out is off. */
export function readPublicAccessBlock(configuration: PropertyReader | undefined): PublicAccessBlock {
  if (configuration === undefined) return { blockPublicPolicy: true, restrictPublicBuckets: true };
  return {
    blockPublicPolicy: configuration.boolean('BlockPublicPolicy', false),
    restrictPublicBuckets: configuration.boolean('RestrictPublicBuckets', false),
  };
}
