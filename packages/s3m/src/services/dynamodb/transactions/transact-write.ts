import db, { type Item, type Operation } from 'dynalite/db/index.js';
import type { Data } from 'dynalite/validations/index.js';
import { Refusal, type DynaliteEngine } from '../dynalite-engine.ts';
import { whyRefused } from '../left-out-checks.ts';
import type { Outcome } from '../outcome.ts';
import { viewStore } from '../store-view.ts';
import { consumedCapacity, checkKeys, checkReasons, invalid, none, reasonOf, tableOf, type Action, type Reason } from './transaction.ts';
import { mostBytes, writeRules } from './transaction-rules.ts';
import { digestOf, type RequestTokens } from './request-tokens.ts';

/** The operation that does what an action says; a check has what a deletion has, and deletes nothing. */
const operations: Readonly<Record<string, string>> = {
  ConditionCheck: 'DeleteItem',
  Delete: 'DeleteItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/**
 * TransactWriteItems: every action is tried on a view of the store; if none fails, all that they would write is written in one go, with the token that
 * keeps it from being done again. Nobody else may use the store meanwhile. @throws errors of which `refusal` knows the answer
 */
export async function transactWrite(engine: DynaliteEngine, tokens: RequestTokens, given: unknown, now: number): Promise<Outcome> {
  const digest = digestOf(given);
  const input = engine.check(writeRules, given);
  const mode = input['ReturnConsumedCapacity'];
  const actions = await readActions(engine, input['TransactItems'] as readonly Readonly<Record<string, Data>>[]);
  const token = input['ClientRequestToken'] as string | undefined;
  const use = token === undefined ? 'new' : tokens.find(token, digest, now);
  if (use === 'mismatch') throw new Refusal(mismatch);
  if (use === 'repeated') return done(consumedCapacity(mode, 'Read', await readUnits(engine, actions)));
  checkKeys(actions, (item, table) => db.createKey(item, table));
  for (const { operation, data, table } of actions) {
    const why = whyRefused(operations[operation]!, data, table);
    if (why !== undefined) throw invalid(why);
  }
  const writes: Operation[] = [];
  const reasons: Reason[] = [];
  const units: (readonly [string, number])[] = [];
  for (const action of actions) {
    const view = viewStore(engine.store, writes);
    try {
      const output =
        action.operation === 'ConditionCheck'
          ? await checkCondition(action, view.store)
          : await engine.perform(operations[action.operation]!, { ...action.data, ReturnConsumedCapacity: 'TOTAL' }, view.store);
      units.push([action.table.TableName, (output['ConsumedCapacity'] as { readonly CapacityUnits: number }).CapacityUnits]);
      reasons.push(none);
    } catch (error) {
      reasons.push(reasonOf(error, action.data['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' ? view.lastRead() : undefined));
    }
  }
  checkReasons(reasons);
  checkSize(writes);
  if (token !== undefined) writes.push(...tokens.use(token, digest, now));
  try {
    await write(engine, writes);
  } catch (error) {
    if (token !== undefined) tokens.forget(token);
    throw error;
  }
  return done(consumedCapacity(mode, 'Write', units));
}

/** @throws Refusal when an action is not well formed, or its table isn't there */
async function readActions(engine: DynaliteEngine, items: readonly Readonly<Record<string, Data>>[]): Promise<readonly Action[]> {
  const checked = items.map((item) => {
    const [operation, given] = Object.entries(item)[0]!;
    const data = engine.check(operations[operation]!, given);
    return { operation, data, key: (data['Item'] ?? data['Key']) as Item };
  });
  return Promise.all(checked.map(async (action) => ({ ...action, table: await tableOf(engine.store, action.data['TableName']) })));
}

async function checkCondition({ data, table, key }: Action, store: DynaliteEngine['store']): Promise<Data> {
  const wrong = db.validateKey(key, table);
  if (wrong) throw wrong;
  const item = await readItem(store, table.TableName, db.createKey(key, table));
  const failed = db.checkConditional(data, item);
  if (failed) throw failed;
  return { ConsumedCapacity: { CapacityUnits: db.capacityUnits(item, false, true) } };
}

function readItem(store: DynaliteEngine['store'], table: string, key: string): Promise<Item | undefined> {
  // What isn't there is told as an error, or not at all.
  return new Promise((resolve) => store.getItemDb(table).get(key, (_error, item) => resolve(item)));
}

async function readUnits(engine: DynaliteEngine, actions: readonly Action[]): Promise<readonly (readonly [string, number])[]> {
  return Promise.all(
    actions.map(async ({ table, key }) => {
      const item = await readItem(engine.store, table.TableName, db.createKey(key, table));
      return [table.TableName, db.capacityUnits(item, true, true)] as const;
    }),
  );
}

/** Of what the items come to; the text is ours. @throws Refusal */
function checkSize(writes: readonly Operation[]): void {
  let bytes = 0;
  for (const each of writes) if (each.type === 'put' && each.key.startsWith('item-')) bytes += db.itemSize(each.value as Item);
  if (bytes > mostBytes) throw invalid('Transaction size has exceeded the maximum allowed size of 4 MB');
}

/** All of it, or nothing: in memory, and before that where it is kept. */
function write({ store }: DynaliteEngine, writes: readonly Operation[]): Promise<void> {
  if (writes.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    void store.db.batch(writes, (error) => (error ? reject(error) : resolve()));
  });
}

function done(output: object): Outcome {
  return { status: 200, text: JSON.stringify(output) };
}

const mismatch: Outcome = {
  status: 400,
  text: JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException',
    Message: 'The request uses the same client token as a previous, but non-identical request.',
  }),
};
