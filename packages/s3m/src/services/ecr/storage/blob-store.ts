import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, type ReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Layers, configurations and manifests as files, each under its own SHA-256: what has its name is whole. */
export class BlobStore {
  readonly #blobs: string;
  readonly #drafts: string;
  #draft = 0;

  constructor(directory: string) {
    this.#blobs = join(directory, 'blobs', 'sha256');
    this.#drafts = join(directory, 'uploads');
    // What an engine that was killed was about to take in.
    rmSync(this.#drafts, { recursive: true, force: true });
    mkdirSync(this.#blobs, { recursive: true, mode: 0o700 });
    mkdirSync(this.#drafts, { recursive: true, mode: 0o700 });
  }

  /** Bytes; undefined when it is not there. */
  size(digest: string): number | undefined {
    return statSync(this.#path(digest), { throwIfNoEntry: false })?.size;
  }

  /** A file that {@link adopt} can take. */
  draft(): string {
    return join(this.#drafts, String((this.#draft += 1)));
  }

  /** Gives a complete draft, whose digest was computed, its name. */
  adopt(draft: string, digest: string): void {
    if (existsSync(this.#path(digest))) rmSync(draft, { force: true });
    else renameSync(draft, this.#path(digest));
  }

  /** Answers the digest. */
  async put(content: Buffer): Promise<string> {
    const digest = digestOf(content);
    if (existsSync(this.#path(digest))) return digest;
    const draft = this.draft();
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.datasync();
    } finally {
      await file.close();
    }
    this.adopt(draft, digest);
    return digest;
  }

  /** @param range first and last byte */
  read(digest: string, range?: { readonly first: number; readonly last: number }): ReadStream {
    return createReadStream(this.#path(digest), range === undefined ? {} : { start: range.first, end: range.last });
  }

  readWhole(digest: string): Promise<Buffer> {
    return readFile(this.#path(digest));
  }

  /** Removes what nobody refers to. */
  sweep(isReferenced: (digest: string) => boolean): void {
    for (const name of readdirSync(this.#blobs)) {
      if (!isReferenced(`sha256:${name}`)) rmSync(join(this.#blobs, name), { force: true });
    }
  }

  #path(digest: string): string {
    const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
    if (hex === undefined) throw new Error(`"${digest}" is no digest`);
    return join(this.#blobs, hex);
  }
}

export function digestOf(content: Buffer | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
