import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { EcrError } from '../ecr-error.ts';
import type { BlobStore } from './blob-store.ts';

/** Bytes of a layer (ECR User Guide, "Amazon ECR service quotas": 52,000 MiB). */
const maxLayerBytes = 52_000 * 1024 * 1024;

/** A blob that comes in parts, one after the other; hashed as it is written, never held in memory. */
export class BlobUpload {
  readonly id: string = randomUUID();
  readonly repository: string;
  /** Milliseconds since the epoch. */
  touchedAt: number;
  readonly #store: BlobStore;
  readonly #draft: string;
  readonly #maxBytes: number;
  readonly #hash = createHash('sha256');
  #size = 0;
  /** One part is written after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: BlobStore, repository: string, options: { readonly now: number; readonly maxBytes?: number }) {
    this.repository = repository;
    this.touchedAt = options.now;
    this.#store = store;
    this.#draft = store.draft();
    this.#maxBytes = options.maxBytes ?? maxLayerBytes;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds what comes. What came before a client went away stays. @throws EcrError when it gets too big, or `from` is not where the last part ended */
  append(content: AsyncIterable<Buffer>, from?: number): Promise<void> {
    return this.#inTurn(async () => {
      if (from !== undefined && from !== this.#size) throw invalidPart(from, this.#size);
      const file = await open(this.#draft, 'a', 0o600);
      try {
        for await (const chunk of content) {
          if (this.#size + chunk.length > this.#maxBytes) throw tooBig(this.#maxBytes);
          await file.appendFile(chunk);
          this.#hash.update(chunk);
          this.#size += chunk.length;
        }
        await file.datasync();
      } finally {
        await file.close();
      }
    });
  }

  /** Makes the blob of it. Nothing is left of the upload, whatever comes of it. @returns its digest @throws EcrError when that is not `expected` */
  finish(expected?: string): Promise<string> {
    return this.#inTurn(async () => {
      try {
        // An upload without any part is of an empty blob.
        await (await open(this.#draft, 'a', 0o600)).close();
        const digest = `sha256:${this.#hash.digest('hex')}`;
        if (expected !== undefined && digest !== expected) throw wrongDigest();
        this.#store.adopt(this.#draft, digest);
        return digest;
      } finally {
        rmSync(this.#draft, { force: true });
      }
    });
  }

  cancel(): Promise<void> {
    return this.#inTurn(async () => rmSync(this.#draft, { force: true }));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

function tooBig(maxBytes: number): EcrError {
  return new EcrError('LimitExceededException', `The layer is larger than ${maxBytes} bytes`);
}

/** ECR API Reference, CompleteLayerUpload. */
function wrongDigest(): EcrError {
  return new EcrError(
    'InvalidLayerException',
    'The layer digest calculation performed by Amazon ECR upon receipt of the image layer does not match the digest specified.',
  );
}

/** ECR API Reference, UploadLayerPart. */
function invalidPart(from: number, size: number): EcrError {
  return new EcrError(
    'InvalidLayerPartException',
    `The layer part size is not valid, or the first byte specified is not consecutive to the last byte of a previous layer part upload. (first byte ${from}, last byte received ${size - 1})`,
  );
}
