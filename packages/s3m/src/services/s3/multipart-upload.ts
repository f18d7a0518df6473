import type { Checksum, ChecksumAlgorithm, NewObject } from '../../capabilities/bucket.ts';
import type { Held } from './storage/body-sink.ts';

/** One uploaded part. */
export interface UploadedPart extends Held {
  /** Quoted. */
  readonly etag: string;
  readonly lastModified: Date;
  /** What the client is told; absent where neither it nor its upload has one. */
  readonly checksum?: Checksum;
  /** By which the object's own is computed. */
  readonly digest: Checksum;
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
