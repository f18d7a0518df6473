import type { Done, Found, Item, Part, Store } from 'dynalite/db/index.js';

/** What an operation of dynalite that throws out of reach of its caller is told, and what it holds. */
interface Running {
  readonly fail: (error: unknown) => void;
  /** The locks of items that it has. */
  readonly releases: (() => void)[];
}

/** Operations on a guarded store. */
export interface Guard {
  readonly store: Store;
  /** Runs the beginning of an operation; what it throws later, in its callbacks, goes to `fail`, once it has given back its locks. */
  run(fail: (error: unknown) => void, work: () => void): void;
}

/**
 * dynalite's operations go on in callbacks of its store. What they throw there would end the engine, and the lock of the item would stay: each callback
 * is called on behalf of the operation that asked for it.
 */
export function guardStore(store: Store): Guard {
  let current: Running | undefined;

  const parts = new WeakMap<Part, Part>();
  const onBehalf = (running: Running | undefined, work: () => void): void => {
    const before = current;
    current = running;
    try {
      work();
    } catch (error) {
      if (running === undefined) throw error;
      for (const release of running.releases.splice(0)) attempt(release);
      running.fail(error);
    } finally {
      current = before;
    }
  };
  const guarded = <A extends readonly unknown[]>(done: (...all: A) => void): ((...all: A) => void) => {
    const running = current;
    return (...all) => onBehalf(running, () => done(...all));
  };
  const { db } = store;
  const [get, put, del, batch] = [db.get.bind(db), db.put.bind(db), db.del.bind(db), db.batch.bind(db)];
  db.get = (key, done?: Found<Item>) => get(key, done && guarded(done));
  db.put = (key, value, done?: Done) => put(key, value, done && guarded(done));
  db.del = (key, done?: Done) => del(key, done && guarded(done));
  db.batch = (operations, done?: Done) => batch(operations, done && guarded(done));

  const withLocks = (part: Part): Part => {
    const known = parts.get(part);
    if (known !== undefined) return known;
    const own: Part = { ...part, lock: lockOf(part) };
    parts.set(part, own);
    return own;
  };
  const lockOf =
    (part: Part): Part['lock'] =>
    (key, work) => {
      const running = current;
      part.lock(key, (release) =>
        onBehalf(running, () => {
          running?.releases.push(release(() => {}));
          work(release);
        }),
      );
    };
  return {
    store: { ...store, getItemDb: (table) => withLocks(store.getItemDb(table)) },
    run: (fail, work) => onBehalf({ fail, releases: [] }, work),
  };
}

/** A lock that was given back already says so. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // It is free, which is what was wanted.
  }
}
