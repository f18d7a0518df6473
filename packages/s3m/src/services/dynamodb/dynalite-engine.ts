import type { Found, Store } from 'dynalite/db/index.js';
import type { Custom, Data, Types } from 'dynalite/validations/index.js';
import type { Collection } from '../../state/state.ts';
import type { KeptTables } from './kept-tables.ts';
import { amendTypes } from './amended-types.ts';
import { guardStore, type Guard } from './guard-store.ts';
import { withLeftOutChecks } from './left-out-checks.ts';
import { errorOutcome, type Outcome } from './outcome.ts';
import { viewStore } from './store-view.ts';
import { settleSections } from './update-sections.ts';
import { dynaliteOperations } from './table-operations.ts';

/** What an operation takes. */
export interface InputRules {
  readonly types: Types;
  readonly custom: Custom | undefined;
}

/** One operation of dynalite: what it takes, and what it does. */
interface Action extends InputRules {
  readonly run: (store: Store, data: Data, done: Found<Data>) => void;
}

type Check = (data: unknown, rules: InputRules, store: Store) => Data;

/**
 * dynalite's operations on its store, without its HTTP server: that throws from event handlers when a client goes away, which would end the whole
 * engine, would give web pages of any origin leave to use the tables, and costs more than reading an item does.
 */
export class DynaliteEngine {
  readonly store: Store;
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #check: Check;
  readonly #kept: KeptTables | undefined;
  readonly #guard: Guard;

  private constructor(guard: Guard, actions: ReadonlyMap<string, Action>, check: Check, kept: KeptTables | undefined) {
    this.store = guard.store;
    this.#guard = guard;
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
    const toError = (message: string): Error => db.validationError(message);
    const loaded = await Promise.all(dynaliteOperations.map(async (name) => [name, await loadAction(name, toError)] as const));
    const check: Check = (given, { types, custom }, of) => {
      const data = validations.checkTypes(given, types);
      validations.checkValidations(data, types, custom, of);
      return data;
    };
    const keep = kept === undefined ? undefined : await import('./kept-tables.ts');
    const tables = keep === undefined ? undefined : await keep.keepTables(store, kept!);
    return new DynaliteEngine(guardStore(store), new Map(loaded), check, tables);
  }

  /** Runs `work`, whose writes are kept all together when it is done, or not at all. One at a time. */
  async asOne<T>(work: () => Promise<T>): Promise<T> {
    return this.#kept === undefined ? work() : this.#kept.asOne(work);
  }

  /** Reads what a client sent for an operation, by its rules or by others. @throws an error of which {@link refusal} knows the answer */
  check(rules: string | InputRules, given: unknown): Data {
    const chosen = typeof rules === 'string' ? this.#action(rules) : rules;
    try {
      return this.#check(given, chosen, this.store);
    } catch (error) {
      // Its checks stumble over what has no value at all.
      throw error instanceof TypeError ? new Refusal(notSerialized) : error;
    }
  }

  /** {@link check}, for who only wants to know what a request says. */
  tryRead(operation: string, given: unknown): Data | undefined {
    try {
      return this.check(operation, given);
    } catch {
      return undefined;
    }
  }

  /** Does what was {@link check}ed, on the store or on a view of it. Rejects with an error of which {@link refusal} knows the answer. */
  perform(operation: string, data: Data, store: Store = this.store): Promise<Data> {
    return new Promise((resolve, reject) => {
      const action = this.#action(operation);
      this.#guard.run(reject, () => action.run(store, data, (error, output = {}) => (error ? reject(error) : resolve(output))));
    });
  }

  /** Runs one operation on what the client sent, which it may change. Never rejects. */
  run(operation: string, input: unknown): Promise<Outcome> {
    return new Promise((resolve) => {
      try {
        const action = this.#action(operation);
        const data = this.check(action, input);
        const view = data['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' ? viewStore(this.store) : undefined;
        const done: Found<Data> = (error, output) => {
          if (error) resolve(view === undefined ? refusal(error) : withItem(refusal(error), view.lastRead()));
          // As text at once: dynalite changes the record of a table after it has handed it out.
          else resolve({ status: 200, text: JSON.stringify(output) });
        };
        this.#guard.run(
          (error) => resolve(refusal(error)),
          () => action.run(view?.store ?? this.store, data, done),
        );
      } catch (error) {
        resolve(refusal(error));
      }
    });
  }

  #action(operation: string): Action {
    const action = this.#actions.get(operation);
    if (action === undefined) throw new Refusal(unknownOperation);
    return action;
  }
}

async function loadAction(operation: string, toError: (message: string) => Error): Promise<Action> {
  const file = `${operation[0]!.toLowerCase()}${operation.slice(1)}.js`;
  const [{ default: run }, { default: checks }] = (await Promise.all([
    import(`dynalite/actions/${file}`),
    import(`dynalite/validations/${file}`),
  ])) as [{ readonly default: Action['run'] }, { readonly default: InputRules }];
  const settled: Action['run'] = operation === 'UpdateItem' ? (store, data, done) => run(store, settle(data), done) : run;
  return { types: amendTypes(operation, checks.types), custom: checks.custom, run: withLeftOutChecks(operation, settled, toError) };
}

function settle(data: Data): Data {
  settleSections(data);
  return data;
}

/** What a client is to hear; dynalite's own errors have the same members. */
export class Refusal extends Error {
  readonly statusCode: number;
  readonly body: object;

  constructor({ status, text }: Outcome) {
    super(text);
    this.statusCode = status;
    this.body = JSON.parse(text) as object;
  }
}

/** What a client hears of an error: what dynalite says, or that it is nothing that concerns it. */
export function refusal(error: unknown): Outcome {
  const { statusCode, body } = error as { readonly statusCode?: number; readonly body?: object };
  if (statusCode === undefined || body === undefined) return internalFailure;
  return { status: statusCode, text: JSON.stringify(body).replace(dynaliteEmptyKey, awsEmptyKey) };
}

/** The one text in which dynalite differs where it is known (DDB-006). */
const dynaliteEmptyKey = 'One or more parameter values were invalid: The AttributeValue for a key attribute';
const awsEmptyKey = 'One or more parameter values are not valid. The AttributeValue for a key attribute';

function withItem(outcome: Outcome, item: object | undefined): Outcome {
  if (item === undefined || !outcome.text.includes('#ConditionalCheckFailedException')) return outcome;
  return { ...outcome, text: JSON.stringify({ ...(JSON.parse(outcome.text) as object), Item: item }) };
}

const notSerialized = errorOutcome(400, 'SerializationException', undefined, 'com.amazon.coral.service');
const unknownOperation = errorOutcome(400, 'UnknownOperationException', undefined, 'com.amazon.coral.service');
const internalFailure = errorOutcome(500, 'InternalServerError', 'Internal server error');
