import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { findDamagedFrame } from './check-write-ahead-log.ts';
import { syncDirectory, syncFile, type SyncFile } from './file-sync.ts';
import { StateFailure, type Change, type Collection, type Entry, type State } from './state.ts';

/** `S3M` and a zero byte: tells our files from other SQLite files. */
const applicationId = 0x53334d00;
/** Of the tables below, and of what is in them. A newer engine raises it when an older one could not read them. 2: large objects of S3 stand in files. */
const format = 2;

const schema = `
CREATE TABLE entries (
  collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, content BLOB, checksum INTEGER NOT NULL,
  PRIMARY KEY (collection, key)
) WITHOUT ROWID, STRICT;
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${format};`;

interface Row {
  readonly key: string;
  readonly value: string;
  readonly content: Uint8Array | null;
  readonly checksum: number;
}

interface EncodedChange {
  readonly collection: string;
  readonly key: string;
  /** Undefined for a deletion. */
  readonly value: string | undefined;
  readonly content: Uint8Array | null;
}

interface Write {
  readonly changes: readonly EncodedChange[];
  readonly resolve: () => void;
  readonly reject: (error: StateFailure) => void;
}

export interface SqliteStateOptions {
  /** Told once when writes begin to be refused, and again after one has gone in. */
  readonly onRefused?: (failure: StateFailure) => void;
  readonly sync?: SyncFile;
}

/**
 * Opens what is kept in `directory`, or begins to keep there; both are for this user alone (0700, 0600).
 * @throws StateFailure when another engine uses it, when it is damaged, or was written by a newer S3M
 */
export async function openSqliteState(directory: string, options: SqliteStateOptions = {}): Promise<State> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const file = join(directory, 'state.db');
  // Created with its mode at once; SQLite gives its log the same. A file that exists isn't touched: to close it would end SQLite's locks.
  if (!existsSync(file)) closeSync(openSync(file, 'ax', 0o600));
  const damage = findDamagedFrame(`${file}-wal`);
  if (damage !== undefined) throw damaged(directory, `${file}-wal is damaged at byte ${damage}, and more was written after that`);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    prepare(database, directory);
    await syncDirectory(directory);
    const log = await open(`${file}-wal`, 'r+');
    return new SqliteState(database, directory, log, options);
  } catch (error) {
    database?.close();
    throw asFailure(error, directory);
  }
}

function prepare(database: DatabaseSync, directory: string): void {
  // EXCLUSIVE: one engine at a time, and no shared memory beside the file. NORMAL: SQLite makes its log safe before it moves pages; that
  // a single write is safe before it is acknowledged is up to `SqliteState`, which doesn't stop everything else meanwhile.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  const { application_id: id } = database.prepare('PRAGMA application_id').get() as { readonly application_id: number };
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { readonly user_version: number };
  const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { readonly tables: number };
  if (id !== applicationId && (id !== 0 || tables > 0)) {
    throw new StateFailure('StateForeign', `${directory} holds a database that S3M did not write`, 'Move it away, and start again.');
  }
  if (version > format) {
    throw new StateFailure(
      'StateNewer',
      `${directory} was written by a newer S3M: its format is ${version}, this one knows ${format}`,
      'Use that version again, or begin anew without what is kept: s3m reset',
    );
  }
  if (tables === 0) database.exec(`BEGIN; ${schema} COMMIT;`);
  // Takes the lock also where nothing had to be created, and writes the log's first bytes.
  else database.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${format}; COMMIT;`);
  const found = database.prepare('PRAGMA quick_check(1)').get() as { readonly quick_check: string };
  if (found.quick_check !== 'ok') throw damaged(directory, found.quick_check);
}

class SqliteState implements State {
  readonly durable = true;
  readonly #database: DatabaseSync;
  readonly directory: string;
  readonly #log: FileHandle;
  readonly #sync: SyncFile;
  readonly #select: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #collections = new Map<string, Collection>();
  #pending: Write[] = [];
  #writing: Promise<void> | undefined;
  readonly #onRefused: (failure: StateFailure) => void;
  #refusing = false;
  /** Why nothing can be written any more. */
  #end: StateFailure | undefined;

  constructor(database: DatabaseSync, directory: string, log: FileHandle, { onRefused = () => {}, sync = syncFile }: SqliteStateOptions) {
    this.#database = database;
    this.directory = directory;
    this.#log = log;
    this.#sync = sync;
    this.#onRefused = onRefused;
    this.#select = database.prepare('SELECT key, value, content, checksum FROM entries WHERE collection = ? ORDER BY key');
    this.#put = database.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)');
    this.#delete = database.prepare('DELETE FROM entries WHERE collection = ? AND key = ?');
  }

  collection(name: string): Collection {
    let collection = this.#collections.get(name);
    if (collection === undefined) {
      collection = {
        entries: () => this.#entries(name),
        put: (key, value, content) => this.#write(name, [{ kind: 'put', key, value, ...(content === undefined ? {} : { content }) }]),
        delete: (key) => this.#write(name, [{ kind: 'delete', key }]),
        write: (changes) => this.#write(name, changes),
      };
      this.#collections.set(name, collection);
    }
    return collection;
  }

  async close(): Promise<void> {
    this.#end ??= new StateFailure('StateClosed', 'The engine has stopped', 'Start it again.');
    await this.#writing;
    await this.#log.close();
    if (this.#database.isOpen) this.#database.close();
  }

  *#entries(collection: string): Iterable<Entry> {
    const rows = this.#select.iterate(collection) as IterableIterator<unknown> as IterableIterator<Row>;
    try {
      for (const { key, value, content, checksum } of rows) {
        if (checksumOf(collection, key, value, content) !== checksum)
          throw damaged(this.directory, `the entry ${JSON.stringify(key)} of ${collection} is not what was written`);
        yield { key, value: JSON.parse(value) as unknown, ...(content === null ? {} : { content: Buffer.from(content) }) };
      }
    } catch (error) {
      throw asFailure(error, this.directory);
    }
  }

  #write(collection: string, changes: readonly Change[]): Promise<void> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    // Values are taken as they are now: their owner may change them before they are written.
    const encoded = changes.map((change): EncodedChange => {
      if (change.kind === 'delete') return { collection, key: change.key, value: undefined, content: null };
      return { collection, key: change.key, value: JSON.stringify(change.value) ?? 'null', content: change.content ?? null };
    });
    return new Promise((resolve, reject) => {
      this.#pending.push({ changes: encoded, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** What comes in while one group of writes is made safe is the next group: they share one wait for the disk. */
  async #writeAll(): Promise<void> {
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const written = this.#commitGroup(this.#pending.splice(0));
      if (written.length === 0) continue;
      try {
        // The next transaction is begun when this one is safe: that is how damage and an unfinished write are told apart.
        await this.#sync(this.#log);
      } catch (error) {
        // Nobody knows what the disk has now, and asking again would not tell.
        this.#end = notWritten(error, 'Stop S3M and see to the disk; then start it again: what was acknowledged is there.');
        this.#refuse([...written, ...this.#pending.splice(0)], this.#end);
        break;
      }
      this.#refusing = false;
      for (const { resolve } of written) resolve();
    }
    this.#writing = undefined;
  }

  /** Answers those that went in. One that can't doesn't keep the others out. */
  #commitGroup(group: readonly Write[]): readonly Write[] {
    try {
      this.#commit(group.flatMap(({ changes }) => changes));
      return group;
    } catch (error) {
      if (group.length > 1) return group.flatMap((write) => this.#commitGroup([write]));
      this.#refuse(group, notWritten(error, 'Free some space on the disk that holds the folder .s3m, and try again.'));
      return [];
    }
  }

  #refuse(writes: readonly Write[], failure: StateFailure): void {
    if (!this.#refusing) this.#onRefused(failure);
    this.#refusing = true;
    for (const { reject } of writes) reject(failure);
  }

  #commit(changes: readonly EncodedChange[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { collection, key, value, content } of changes) {
        if (value === undefined) this.#delete.run(collection, key);
        else this.#put.run(collection, key, value, content, checksumOf(collection, key, value, content));
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      // A full disk has ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function checksumOf(collection: string, key: string, value: string, content: Uint8Array | null): number {
  const text = crc32(JSON.stringify([collection, key, value]));
  return content === null ? text : crc32(content, text);
}

function damaged(directory: string, what: string): StateFailure {
  return new StateFailure(
    'StateDamaged',
    `What is kept in ${directory} is damaged: ${what}`,
    `Nothing was changed. Put a copy of the folder in its place, or begin anew without what is kept: s3m reset`,
  );
}

function notWritten(error: unknown, fix: string): StateFailure {
  return new StateFailure('StateNotWritten', `Could not be kept: ${error instanceof Error ? error.message : String(error)}`, fix, {
    cause: error,
  });
}

/** SQLite's own result codes, https://www.sqlite.org/rescode.html */
function asFailure(error: unknown, directory: string): unknown {
  const code = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
  if (code === 5) {
    return new StateFailure('StateInUse', `Another process uses ${directory}`, 'Stop the other S3M, or run this one in another folder.', {
      cause: error,
    });
  }
  if (code === 11 || code === 26) return damaged(directory, error instanceof Error ? error.message : String(error));
  return error;
}
