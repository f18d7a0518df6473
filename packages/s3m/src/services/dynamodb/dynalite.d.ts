declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An HTTP server that speaks DynamoDB's wire format. */
  export default function dynalite(options: {
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }): Server;
}

declare module 'dynalite/db/index.js' {
  export type Done = (error?: unknown) => void;
  export type Operation =
    | { readonly type: 'put'; readonly key: string; readonly value: unknown }
    | { readonly type: 'del'; readonly key: string };

  /** The one ordered map in which dynalite has everything: `table~NAME`, `item-NAME~KEY`, `tag-NAME~KEY`, `index-KIND~TABLE~INDEX~KEY`. */
  export interface Level {
    get(key: string, done?: Found<Item>): Promise<unknown> | undefined;
    put(key: string, value: unknown, done?: Done): Promise<void> | undefined;
    del(key: string, done?: Done): Promise<void> | undefined;
    batch(operations: readonly Operation[], done?: Done): Promise<void> | undefined;
    iterator(range: { readonly gte: string; readonly lt: string }): { all(): Promise<(readonly [key: string, value: unknown])[]> };
  }

  export interface Index {
    readonly IndexName: string;
    readonly KeySchema: readonly { readonly AttributeName: string }[];
  }

  export interface TableRecord {
    readonly TableName: string;
    readonly TableStatus: string;
    readonly KeySchema: readonly { readonly AttributeName: string }[];
    readonly LocalSecondaryIndexes?: readonly Index[];
    readonly GlobalSecondaryIndexes?: readonly Index[];
  }

  export type Found<T> = (error: unknown, value?: T) => void;
  export type Item = Readonly<Record<string, unknown>>;

  /** A part of the map with keys of its own. */
  export interface Part {
    /** Runs `work` while it alone has the key; what `release` makes of a callback gives the key back and calls it. */
    lock(key: string, work: (release: <F>(done: F) => F) => void): void;
    get(key: string, done: Found<Item>): void;
    put(key: string, value: unknown, done: Done): void;
    del(key: string, done: Done): void;
  }

  export interface Store {
    readonly db: Level;
    getTable(name: string, active: true, done: Found<TableRecord>): void;
    getItemDb(table: string): Part;
    getIndexDb(kind: 'Local' | 'Global', table: string, index: string): Part;
  }

  const db: {
    create: (options: { readonly createTableMs: number; readonly deleteTableMs: number; readonly updateTableMs: number }) => Store;
    /** What an index has to take up for an item. */
    getIndexActions(
      indexes: readonly Index[],
      existing: unknown,
      item: unknown,
      table: TableRecord,
    ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: unknown }[] };
    validateKey(key: Item, table: TableRecord): Error | null | undefined;
    checkConditional(data: Item, existing: Item | undefined): Error | null | undefined;
    createKey(item: Item, table: TableRecord): string;
    itemSize(item: Item): number;
    capacityUnits(item: Item | undefined, isRead: boolean, isConsistent: boolean): number;
    validationError(message: string): Error;
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';

  export type Data = Record<string, unknown>;
  export type Types = Readonly<Record<string, unknown>>;
  export type Custom = (data: Data, store: Store) => string | undefined;

  const validations: {
    /** Keeps what `types` has, and takes out of `data` what it has not. @throws an error with `statusCode` and `body` */
    checkTypes(data: unknown, types: Types): Data;
    /** @throws an error with `statusCode` and `body` */
    checkValidations(data: Data, types: Types, custom: Custom | undefined, store: Store): void;
  };
  export default validations;
}
