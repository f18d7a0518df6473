import type { FileBody } from './bucket.ts';

/** Who asks a bucket for another service: the service itself, bound to one of its resources; one of its identities; or nobody. */
export type OriginCaller =
  | { readonly kind: 'anonymous' }
  /** `cloudfront.amazonaws.com`, and the ARN that `aws:SourceArn` is. */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string }
  /** An origin access identity, by the two names that a policy may have for it. */
  | { readonly kind: 'identity'; readonly arn: string; readonly canonicalUser: string };

/** A request for an object. Header names are in lower case. */
export interface OriginRequest {
  readonly bucket: string;
  /** Decoded; empty: the bucket itself. */
  readonly key: string;
  readonly method: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly caller: OriginCaller;
}

/** As S3 answers, without the headers of a connection. */
export interface OriginAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly length: number;
  readonly body: Buffer | OriginFile;
}

/** A part of bytes in files, both ends included; held until `release` is called. */
export interface OriginFile {
  readonly file: FileBody;
  readonly first: number;
  readonly last: number;
  readonly release: () => void;
}

/** S3 as other services' origin: what a bucket answers to whom, by its policy. */
export interface BucketOrigin {
  answer(request: OriginRequest): Promise<OriginAnswer>;
}
