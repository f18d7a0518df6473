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
}

/** An S3 bucket. */
export interface Bucket {
  readonly name: string;
  get(key: string): StoredObject | undefined;
  put(object: Omit<StoredObject, 'etag' | 'lastModified'>): void;
  delete(key: string): void;
  keys(): readonly string[];
}
