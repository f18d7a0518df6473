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

/** A file that holds some of an object's bytes, by its name in the folder of such files. */
export interface BodyPiece {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
}

/** Bytes that stand in files, one after the other, since they are many. */
export interface FileBody {
  readonly length: number;
  readonly pieces: readonly BodyPiece[];
  /** The bytes from `first` to `last`, both included, as they are read. What is read must be held. */
  read(first: number, last: number): AsyncIterable<Buffer>;
  /** Keeps the files until what is answered is called, whatever becomes of the object. */
  hold(): () => void;
}

/** An object's bytes, which never change; up to one mebibyte they are in memory. */
export type ObjectBody = Buffer | FileBody;

/** All bytes at once: for what is known to be small, or has to be there as a whole. */
export async function readBody(body: ObjectBody): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body;
  const release = body.hold();
  try {
    return Buffer.concat(await Array.fromAsync(body.read(0, body.length - 1)));
  } finally {
    release();
  }
}

/** An object in a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly body: ObjectBody;
  readonly contentType: string;
  /** Quoted, as in the `ETag` header. */
  readonly etag: string;
  readonly lastModified: Date;
  /** `Cache-Control`, `Content-Encoding`, ... as stored, names in lower case. */
  readonly systemMetadata: Readonly<Record<string, string>>;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
  /** Of an object in a bucket that keeps versions, or has kept some. */
  readonly versionId?: string;
  /** Bytes of each part, of an object that was uploaded in parts. */
  readonly partSizes?: readonly number[];
}

/** An object as it is put: its time is the clock's, its ETag the digest of its bytes unless it is given; of bytes in files it must be. */
export type NewObject = Omit<StoredObject, 'etag' | 'lastModified' | 'versionId'> & { readonly etag?: string };

/** An S3 bucket. */
export interface Bucket {
  readonly name: string;
  get(key: string): StoredObject | undefined;
  /** Resolves when it would survive a kill, as far as anything does, and can be read. @throws StateFailure; then nothing has changed */
  put(object: NewObject): Promise<StoredObject>;
  /** As `put`. */
  delete(key: string): Promise<unknown>;
  /** Puts and deletes many as one change: who reads sees all of it or nothing. @throws StateFailure; then nothing has changed */
  apply(change: { readonly put: readonly NewObject[]; readonly delete: readonly string[] }): Promise<void>;
  /** Deletes everything, all versions too. */
  empty(): Promise<unknown>;
  /** In the order in which S3 lists them: by their bytes in UTF-8. */
  keys(): readonly string[];
}
