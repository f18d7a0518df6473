import db, { type Done, type Level, type Operation, type Store, type TableRecord } from 'dynalite/db/index.js';
import { StateFailure, type Change, type Collection } from '../../state/state.ts';

/**
 * Makes dynalite keep its tables: what `collection` has is put into its store, and from then on each write of a table, an item or a tag
 * goes to the collection first, and into memory, and so to its caller, when it is safe there. Indexes are made from the items.
 * @throws StateFailure
 */
export async function keepTables(store: Store, collection: Collection): Promise<KeptTables> {
  await store.db.batch(restored(collection));
  return new KeptTables(store.db, collection);
}

/** Tables and items as they were kept, with their indexes. A table that was being deleted is gone. */
function restored(collection: Collection): readonly Operation[] {
  const entries = [...collection.entries()];
  const tables = new Map<string, TableRecord>();
  for (const { key, value } of entries) {
    const record = value as TableRecord;
    if (key.startsWith('table~') && record.TableStatus !== 'DELETING') tables.set(record.TableName, record);
  }
  const operations: Operation[] = [];
  for (const { key, value } of entries) {
    // Of a request that must not be done twice.
    if (key.startsWith('token~')) operations.push({ type: 'put', key, value });
    const [, kind, name] = /^(table|item|tag)(?:-([^~]*))?~/.exec(key) ?? [];
    const table = kind === 'table' ? tables.get((value as TableRecord).TableName) : tables.get(name ?? '');
    if (table === undefined) continue;
    operations.push({ type: 'put', key, value: kind === 'table' ? active(table) : value });
    if (kind === 'item') operations.push(...indexed(table, value));
  }
  return operations;
}

function active(table: TableRecord): TableRecord {
  const indexes = table.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
  return { ...table, TableStatus: 'ACTIVE', ...(indexes === undefined ? {} : { GlobalSecondaryIndexes: indexes }) };
}

function indexed(table: TableRecord, item: unknown): readonly Operation[] {
  const kinds = [
    ['local', table.LocalSecondaryIndexes ?? []],
    ['global', table.GlobalSecondaryIndexes ?? []],
  ] as const;
  return kinds.flatMap(([kind, indexes]) =>
    db
      .getIndexActions(indexes, undefined, item, table)
      .puts.map((put): Operation => ({ type: 'put', key: `index-${kind}~${table.TableName}~${put.index}~${put.key}`, value: put.item })),
  );
}

/** The writes of dynalite's store on their way to a collection. */
export class KeptTables {
  readonly #collection: Collection;
  /** Writes that are to go together; undefined when each goes by itself. */
  #together: Change[] | undefined;

  constructor(level: Level, collection: Collection) {
    this.#collection = collection;
    const [put, del, batch] = [level.put.bind(level), level.del.bind(level), level.batch.bind(level)];
    level.put = (key, value, done) => this.#first([{ type: 'put', key, value }], done, () => put(key, value, done));
    level.del = (key, done) => this.#first([{ type: 'del', key }], done, () => del(key, done));
    level.batch = (operations, done) => this.#first(operations, done, () => batch(operations, done));
  }

  async asOne<T>(work: () => Promise<T>): Promise<T> {
    const together: Change[] = [];
    this.#together = together;
    try {
      return await work();
    } finally {
      this.#together = undefined;
      await this.#collection.write(together);
    }
  }

  #first(operations: readonly Operation[], done: Done | undefined, then: () => Promise<void> | undefined): undefined {
    const changes = operations.filter(({ key }) => !key.startsWith('index-')).map(toChange);
    if (changes.length === 0 || this.#together !== undefined) {
      this.#together?.push(...changes.map(frozen));
      void then();
      return;
    }
    void this.#keep(changes, done, then);
  }

  async #keep(changes: readonly Change[], done: Done | undefined, then: () => Promise<void> | undefined): Promise<void> {
    try {
      await this.#collection.write(changes);
    } catch (error) {
      if (done !== undefined) setImmediate(done, asServerError(error));
      return;
    }
    await then();
  }
}

function toChange(operation: Operation): Change {
  return operation.type === 'put' ? { kind: 'put', key: operation.key, value: operation.value } : { kind: 'delete', key: operation.key };
}

/** dynalite changes a table's record after it has put it. */
function frozen(change: Change): Change {
  return change.kind === 'put' ? { ...change, value: structuredClone(change.value) } : change;
}

/** dynalite answers an error with these members, and throws any other one out of reach. */
function asServerError(error: unknown): Error {
  const message = error instanceof StateFailure ? error.message : String(error);
  const body = { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'Internal server error' };
  return Object.assign(new Error(message, { cause: error }), { statusCode: 500, body });
}
