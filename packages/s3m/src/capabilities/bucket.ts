/** How an object's bytes can be checked, by S3's names. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** A checksum that is kept with an object. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Of all bytes, or of the checksums of the parts. */
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Base64; of parts with `-N` behind it. */
  readonly value: string;
}

/** An object in a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
  /** Quoted, as in the `ETag` header. */
  readonly etag: string;
  readonly lastModified: Date;
  /** `Cache-Control`, `Content-Encoding`, ... as stored, names in lower case. */
  readonly systemMetadata: Readonly<Record<string, string>>;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
  /** Bytes of each part, of an object that was uploaded in parts. */
  readonly partSizes?: readonly number[];
}

/** An object as it is put: its time is the clock's, its ETag the digest of its bytes unless it came in parts. */
export type NewObject = Omit<StoredObject, 'etag' | 'lastModified'> & { readonly etag?: string };

/** An S3 bucket. */
export interface Bucket {
  readonly name: string;
  get(key: string): StoredObject | undefined;
  put(object: NewObject): StoredObject;
  delete(key: string): void;
  /** In the order in which S3 lists them: by their bytes in UTF-8. */
  keys(): readonly string[];
  /** Resolves when everything that was changed so far would survive a kill, as far as anything does. @throws StateFailure */
  settled(): Promise<void>;
}
