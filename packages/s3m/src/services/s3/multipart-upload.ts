import type { Checksum, ChecksumAlgorithm, NewObject } from '../../capabilities/bucket.ts';

/** One uploaded part. */
export interface UploadedPart {
  readonly body: Buffer;
  /** Quoted. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly checksum?: Checksum;
}

/** An upload in parts that is under way. */
export interface MultipartUpload {
  readonly id: string;
  readonly initiated: Date;
  /** What the object will be, but for its bytes. */
  readonly object: Omit<NewObject, 'body'>;
  /** What the client asked for when it began. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: Checksum['type'] } | undefined;
  readonly parts: Map<number, UploadedPart>;
}
