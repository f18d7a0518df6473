import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry, State } from '../../src/state/state.ts';

/** A folder for a state, removed with everything in it. */
export function stateDirectory(): Disposable & { readonly path: string } {
  const root = mkdtempSync(join(tmpdir(), 's3m-state-'));
  return { path: join(root, 'state'), [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** Entries of a collection as `[key, value]`. */
export function pairs(state: State, collection: string): readonly (readonly [string, unknown])[] {
  return [...state.collection(collection).entries()].map(({ key, value }: Entry) => [key, value]);
}
