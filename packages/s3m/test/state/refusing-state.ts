import { setImmediate } from 'node:timers/promises';
import { StateFailure, type Change, type Collection, type Entry, type State } from '../../src/state/state.ts';

export const refusal = 'Could not be kept: database or disk is full';

/** A state that takes its time, as a disk does, and refuses all writes when it is told to, as a full one. */
export class RefusingState implements State {
  readonly durable = true;
  readonly directory: string;
  refuses = false;
  readonly #collections = new Map<string, Map<string, Entry>>();

  constructor(directory = '/nowhere') {
    this.directory = directory;
  }

  collection(name: string): Collection {
    const kept = this.#collections.get(name) ?? new Map<string, Entry>();
    this.#collections.set(name, kept);
    const write = async (changes: readonly Change[]): Promise<void> => {
      await setImmediate();
      if (this.refuses) throw new StateFailure('StateNotWritten', refusal, 'Free some space.');
      for (const change of changes) {
        if (change.kind === 'delete') kept.delete(change.key);
        else {
          const content = change.content === undefined ? {} : { content: Buffer.from(change.content) };
          kept.set(change.key, { key: change.key, value: JSON.parse(JSON.stringify(change.value)) as unknown, ...content });
        }
      }
    };
    return {
      entries: () => [...kept.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1)),
      put: (key, value, content) => write([{ kind: 'put', key, value, ...(content === undefined ? {} : { content }) }]),
      delete: (key) => write([{ kind: 'delete', key }]),
      write,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
