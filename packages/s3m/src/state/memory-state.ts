import type { Collection, State } from './state.ts';

/** Keeps nothing: services have their data in memory anyway. */
const nothing: Collection = {
  entries: () => [],
  put: () => Promise.resolve(),
  delete: () => Promise.resolve(),
  write: () => Promise.resolve(),
};

/** The state of an engine that leaves nothing behind: the default. */
export const memoryState: State = { durable: false, directory: undefined, collection: () => nothing, close: () => Promise.resolve() };
