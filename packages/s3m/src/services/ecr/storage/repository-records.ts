import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageRecord } from '../images/image-record.ts';

/** What is kept of a repository: its images, and of one that the API made also what it was made with. */
export interface RepositoryRecord {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly images: readonly ImageRecord[];
  readonly tags: Readonly<Record<string, string>>;
  /** Input of CreateRepository, with later changes; absent when a template says it. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** Repositories as files, one each, written atomically. */
export class RepositoryRecords {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = join(directory, 'repositories');
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  readAll(): readonly RepositoryRecord[] {
    return readdirSync(this.#directory)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => this.#read(join(this.#directory, file)) ?? []);
  }

  write(record: RepositoryRecord): void {
    const file = this.#file(record.name);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600, flush: true });
    renameSync(draft, file);
  }

  remove(name: string): void {
    rmSync(this.#file(name), { force: true });
  }

  /** A file that cannot be read is as if it were not there. */
  #read(file: string): RepositoryRecord | undefined {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as RepositoryRecord;
    } catch {
      return undefined;
    }
  }

  /** A name has slashes and may be longer than a file's. */
  #file(name: string): string {
    return join(this.#directory, `${createHash('sha256').update(name).digest('hex')}.json`);
  }
}
