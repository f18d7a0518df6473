declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An HTTP server that speaks DynamoDB's wire format; it answers `request` events without listening. */
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
    put(key: string, value: unknown, done?: Done): Promise<void> | undefined;
    del(key: string, done?: Done): Promise<void> | undefined;
    batch(operations: readonly Operation[], done?: Done): Promise<void> | undefined;
  }

  export interface Index {
    readonly IndexName: string;
  }

  export interface TableRecord {
    readonly TableName: string;
    readonly TableStatus: string;
    readonly LocalSecondaryIndexes?: readonly Index[];
    readonly GlobalSecondaryIndexes?: readonly Index[];
  }

  export interface Store {
    readonly db: Level;
  }

  const db: {
    create: (options?: object) => Store;
    /** What an index has to take up for an item. */
    getIndexActions(
      indexes: readonly Index[],
      existing: unknown,
      item: unknown,
      table: TableRecord,
    ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: unknown }[] };
  };
  export default db;
}
