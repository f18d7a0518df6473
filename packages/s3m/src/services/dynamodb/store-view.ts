import type { Item, Operation, Part, Store } from 'dynalite/db/index.js';

/** dynalite's store as one operation sees it. */
export interface StoreView {
  readonly store: Store;
  /** The item that was read last; undefined when there was none. */
  lastRead(): Item | undefined;
}

/** A view that remembers what is read. With `writes`, what would be written is put there instead, and nothing waits for another's lock. */
export function viewStore(store: Store, writes?: Operation[]): StoreView {
  let last: Item | undefined;
  const watched = (part: Part): Part => ({
    lock: (key, work) => part.lock(key, work),
    get: (key, done) =>
      part.get(key, (error, item) => {
        last = item;
        done(error, item);
      }),
    put: (key, value, done) => part.put(key, value, done),
    del: (key, done) => part.del(key, done),
  });
  const collecting = (prefix: string, part: Part): Part =>
    writes === undefined
      ? part
      : {
          lock: (_key, work) => work((done) => done),
          get: (key, done) => part.get(key, done),
          put: (key, value, done) => {
            writes.push({ type: 'put', key: `${prefix}~${key}`, value });
            done();
          },
          del: (key, done) => {
            writes.push({ type: 'del', key: `${prefix}~${key}` });
            done();
          },
        };
  return {
    store: {
      ...store,
      getItemDb: (table) => watched(collecting(`item-${table}`, store.getItemDb(table))),
      getIndexDb: (kind, table, index) => collecting(`index-${kind.toLowerCase()}~${table}~${index}`, store.getIndexDb(kind, table, index)),
    },
    lastRead: () => last,
  };
}
