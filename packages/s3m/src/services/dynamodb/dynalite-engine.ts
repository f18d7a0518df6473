import type { Found, Store } from 'dynalite/db/index.js';
import type { Custom, Data, Types } from 'dynalite/validations/index.js';
import type { Collection } from '../../state/state.ts';
import type { KeptTables } from './kept-tables.ts';
import { dynaliteOperations } from './table-operations.ts';

/** What an operation gives: an output, or an error with its `__type`. */
export interface Outcome {
  readonly status: number;
  /** JSON. */
  readonly text: string;
}

/** One operation of dynalite: what it takes, and what it does. */
interface Action {
  readonly types: Types;
  readonly custom: Custom | undefined;
  readonly run: (store: Store, data: Data, done: Found<object>) => void;
}

type Check = (data: unknown, action: Action, store: Store) => Data;

/**
 * dynalite's operations on its store, without its HTTP server: that throws from event handlers when a client goes away, which would end the whole
 * engine, would give web pages of any origin leave to use the tables, and costs more than reading an item does.
 */
export class DynaliteEngine {
  readonly #store: Store;
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #check: Check;
  readonly #kept: KeptTables | undefined;

  private constructor(store: Store, actions: ReadonlyMap<string, Action>, check: Check, kept: KeptTables | undefined) {
    this.#store = store;
    this.#actions = actions;
    this.#check = check;
    this.#kept = kept;
  }

  /** Loads dynalite with a store in memory, some 35 ms, once; with `kept`, the store has what that has, and each write goes there first. */
  static async load(kept?: Collection): Promise<DynaliteEngine> {
    const [{ default: db }, { default: validations }] = await Promise.all([
      import('dynalite/db/index.js'),
      import('dynalite/validations/index.js'),
    ]);
    const store = db.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    const loaded = await Promise.all(dynaliteOperations.map(async (name) => [name, await loadAction(name)] as const));
    const check: Check = (given, { types, custom }, of) => {
      const data = validations.checkTypes(given, types);
      validations.checkValidations(data, types, custom, of);
      return data;
    };
    const keep = kept === undefined ? undefined : await import('./kept-tables.ts');
    const tables = keep === undefined ? undefined : await keep.keepTables(store, kept!);
    return new DynaliteEngine(store, new Map(loaded), check, tables);
  }

  /** Runs `work`, whose writes are kept all together when it is done, or not at all. One at a time. */
  async asOne<T>(work: () => Promise<T>): Promise<T> {
    return this.#kept === undefined ? work() : this.#kept.asOne(work);
  }

  /** Runs one operation on what the client sent, which it may change. Never rejects. */
  run(operation: string, input: unknown): Promise<Outcome> {
    return new Promise((resolve) => {
      const action = this.#actions.get(operation);
      if (action === undefined) return resolve(unknownOperation);
      let data: Data;
      try {
        data = this.#check(input, action, this.#store);
      } catch (error) {
        // Its checks stumble over what has no value at all.
        return resolve(error instanceof TypeError ? notSerialized : failed(error));
      }
      try {
        // As text at once: dynalite changes the record of a table after it has handed it out.
        action.run(this.#store, data, (error, output) => resolve(error ? failed(error) : { status: 200, text: JSON.stringify(output) }));
      } catch (error) {
        resolve(failed(error));
      }
    });
  }
}

async function loadAction(operation: string): Promise<Action> {
  const file = `${operation[0]!.toLowerCase()}${operation.slice(1)}.js`;
  const [{ default: run }, { default: checks }] = (await Promise.all([
    import(`dynalite/actions/${file}`),
    import(`dynalite/validations/${file}`),
  ])) as [{ readonly default: Action['run'] }, { readonly default: Omit<Action, 'run'> }];
  return { types: checks.types, custom: checks.custom, run };
}

/** dynalite's errors say what the client is to hear; any other is its own, or the disk's. */
function failed(error: unknown): Outcome {
  const { statusCode, body } = error as { readonly statusCode?: number; readonly body?: object };
  return statusCode === undefined || body === undefined ? internalFailure : { status: statusCode, text: JSON.stringify(body) };
}

const notSerialized: Outcome = { status: 400, text: '{"__type":"com.amazon.coral.service#SerializationException"}' };
const unknownOperation: Outcome = { status: 400, text: '{"__type":"com.amazon.coral.service#UnknownOperationException"}' };

const internalFailure: Outcome = {
  status: 500,
  text: '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"}',
};
