import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { open, readdir, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { BodyPiece, FileBody } from '../../../capabilities/bucket.ts';
import { syncDirectory } from '../../../state/file-sync.ts';
import { StateFailure } from '../../../state/state.ts';
import type { Account } from '../../account.ts';
import { temporaryObjects } from './temporary-objects.ts';

/** Bytes that are read at once. */
const readSize = 256 * 1024;

export interface BodyFilesOptions {
  /** Whether a file must survive a power failure before anything names it. */
  readonly durable: boolean;
  /** Told once when writes begin to be refused. */
  readonly onRefused?: (failure: StateFailure) => void;
}

/** The files of large objects in one folder. Each is written once, and goes when nothing holds it any more. */
export class BodyFiles {
  readonly #directory: string;
  readonly #durable: boolean;
  readonly #onRefused: (failure: StateFailure) => void;
  readonly #holders = new Map<string, number>();
  #refusing = false;
  #made = false;

  constructor(directory: string, { durable, onRefused = () => {} }: BodyFilesOptions) {
    this.#directory = directory;
    this.#durable = durable;
    this.#onRefused = onRefused;
  }

  /** A new file, held by who writes it. @throws StateFailure */
  create(): Promise<BodyWriter> {
    return this.guard(async () => {
      if (!this.#made) mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      this.#made = true;
      const file = randomUUID();
      const handle = await open(join(this.#directory, file), 'wx', 0o600);
      this.#hold(file);
      return new BodyWriter(this, file, handle, () => this.#release(file));
    });
  }

  /** What stands in these files, in this order. */
  body(pieces: readonly BodyPiece[]): FileBody {
    return {
      length: pieces.reduce((sum, { size }) => sum + size, 0),
      pieces,
      read: (first, last) => this.#read(pieces, first, last),
      hold: () => {
        for (const { file } of pieces) this.#hold(file);
        let held = true;
        return () => {
          if (!held) return;
          held = false;
          for (const { file } of pieces) this.#release(file);
        };
      },
    };
  }

  /** The same for files that an earlier engine has written. @throws StateFailure `StateDamaged` when one is not as it was left */
  keptBody(pieces: readonly BodyPiece[]): FileBody {
    for (const { file, size } of pieces) {
      const path = join(this.#directory, file);
      const found = statSync(path, { throwIfNoEntry: false })?.size;
      if (found === size) continue;
      throw new StateFailure(
        'StateDamaged',
        `What is kept in ${this.#directory} is damaged: ${file} ${found === undefined ? 'is gone' : `has ${found} bytes instead of ${size}`}`,
        'Nothing was changed. Put a copy of the folder .s3m/state in its place, or begin anew without what is kept: s3m reset',
      );
    }
    return this.body(pieces);
  }

  /** Removes the files that nothing holds: an engine was killed before it could name them, or after it had forgotten them. */
  async removeOrphans(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    await Promise.all(names.filter((name) => !this.#holders.has(name)).map((name) => this.#remove(name)));
  }

  /** Makes a finished file safe, where anything is. */
  async settle(handle: FileHandle): Promise<void> {
    if (!this.#durable) return;
    await handle.sync();
    await syncDirectory(this.#directory);
  }

  /** Runs what writes; a disk that refuses it is told once. @throws StateFailure */
  async guard<T>(write: () => Promise<T>): Promise<T> {
    try {
      const written = await write();
      this.#refusing = false;
      return written;
    } catch (error) {
      const failure = new StateFailure(
        'StateNotWritten',
        `An object could not be written: ${error instanceof Error ? error.message : String(error)}`,
        'Free some space on the disk that holds the folder .s3m, and see that it can be written; then try again.',
        { cause: error },
      );
      if (!this.#refusing) this.#onRefused(failure);
      this.#refusing = true;
      throw failure;
    }
  }

  async *#read(pieces: readonly BodyPiece[], first: number, last: number): AsyncIterable<Buffer> {
    let start = 0;
    for (const { file, size } of pieces) {
      const [from, to] = [Math.max(first - start, 0), Math.min(last - start, size - 1)];
      start += size;
      if (from <= to) yield* readFile(join(this.#directory, file), from, to);
    }
  }

  #hold(file: string): void {
    this.#holders.set(file, (this.#holders.get(file) ?? 0) + 1);
  }

  #release(file: string): void {
    const left = (this.#holders.get(file) ?? 0) - 1;
    if (left > 0) return void this.#holders.set(file, left);
    this.#holders.delete(file);
    void this.#remove(file);
  }

  /** One that stays is an orphan of the next start. */
  async #remove(file: string): Promise<void> {
    await unlink(join(this.#directory, file)).catch(() => undefined);
  }
}

/** A file that is being written. */
export class BodyWriter {
  readonly #files: BodyFiles;
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #release: () => void;
  #size = 0;

  constructor(files: BodyFiles, file: string, handle: FileHandle, release: () => void) {
    this.#files = files;
    this.#file = file;
    this.#handle = handle;
    this.#release = release;
  }

  /** @throws StateFailure */
  async write(bytes: readonly Buffer[]): Promise<void> {
    await this.#files.guard(async () => {
      for (const each of bytes) {
        // A disk that is nearly full takes a part.
        for (let at = 0; at < each.length;) at += (await this.#handle.write(each, at)).bytesWritten;
        this.#size += each.length;
      }
    });
  }

  /** The whole, once it is safe; held until `release` is called. @throws StateFailure */
  async finish(): Promise<{ readonly body: FileBody; readonly release: () => void }> {
    await this.#files.guard(() => this.#files.settle(this.#handle));
    await this.#handle.close();
    return { body: this.#files.body([{ file: this.#file, size: this.#size }]), release: this.#release };
  }

  /** Leaves nothing of it. */
  async abort(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    this.#release();
  }
}

async function* readFile(path: string, from: number, to: number): AsyncIterable<Buffer> {
  const handle = await open(path, 'r');
  try {
    for (let at = from; at <= to;) {
      const wanted = Math.min(readSize, to - at + 1);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, at);
      if (bytesRead === 0) throw new Error(`${path} ends before its time`);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

const stores = new WeakMap<Account, BodyFiles>();

/** The files of an account: beside what is kept, or for as long as the engine runs. */
export function bodyFilesOf(account: Account): BodyFiles {
  let files = stores.get(account);
  if (files === undefined) {
    const { directory } = account.state;
    files = new BodyFiles(directory === undefined ? temporaryObjects(account.stateDirectory) : join(directory, 'objects'), {
      durable: directory !== undefined,
      onRefused: ({ message, fix }) => account.emit({ event: 'notice', message: `A write was refused. ${message}. ${fix}` }),
    });
    stores.set(account, files);
  }
  return files;
}
