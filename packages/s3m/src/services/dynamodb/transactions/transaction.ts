import type { Item, Store, TableRecord } from 'dynalite/db/index.js';
import type { Data } from 'dynalite/validations/index.js';
import { refusal, Refusal } from '../dynalite-engine.ts';
import { errorOutcome } from '../outcome.ts';

/** What became of one action of a transaction that is not done. */
export type Reason =
  | { readonly Code: 'None' }
  | { readonly Code: 'ConditionalCheckFailed' | 'ValidationError'; readonly Message: string; readonly Item?: Item };

export const none: Reason = { Code: 'None' };

/** An action, with its table. */
export interface Action {
  readonly operation: string;
  readonly data: Data;
  readonly table: TableRecord;
  /** The item, or its key. */
  readonly key: Item;
}

export function tableOf(store: Store, name: unknown): Promise<TableRecord> {
  return new Promise((resolve, reject) =>
    store.getTable(String(name), true, (error, table) => (table === undefined ? reject(error) : resolve(table))),
  );
}

/** What is wrong with a request before anything of it is done: a key that is empty, or named twice. @throws Refusal */
export function checkKeys(actions: readonly Action[], createKey: (item: Item, table: TableRecord) => string): void {
  for (const { key, table } of actions) {
    for (const { AttributeName: name } of table.KeySchema) {
      const [type, value] = Object.entries((key[name] as object | undefined) ?? {})[0] ?? [];
      if (value === '' && (type === 'S' || type === 'B')) {
        throw invalid(
          `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value. Key: ${name}`,
        );
      }
    }
  }
  const seen = new Set<string>();
  for (const { key, table } of actions) {
    const place = placeOf(key, table, createKey);
    if (place === undefined) continue;
    if (seen.has(place)) throw invalid('Transaction request cannot include multiple operations on one item');
    seen.add(place);
  }
}

/** Undefined for what is no key of the table, which the action itself will tell. */
function placeOf(key: Item, table: TableRecord, createKey: (item: Item, table: TableRecord) => string): string | undefined {
  try {
    return `${table.TableName}~${createKey(key, table)}`;
  } catch {
    return undefined;
  }
}

/** Why an action can't be done, from what it was refused with. @throws the error, when it is not the request's */
export function reasonOf(error: unknown, item: Item | undefined): Reason {
  const { status, text } = refusal(error);
  if (status !== 400) throw error;
  const { __type: type, message } = JSON.parse(text) as { readonly __type: string; readonly message: string };
  if (type.endsWith('#ValidationException')) return { Code: 'ValidationError', Message: message };
  if (!type.endsWith('#ConditionalCheckFailedException')) throw error;
  return { Code: 'ConditionalCheckFailed', Message: message, ...(item === undefined ? {} : { Item: item }) };
}

/** DDB-007. `Message` and reasons as AWS prints them; the items in the reasons are those that were asked for. @throws Refusal */
export function checkReasons(reasons: readonly Reason[]): void {
  if (reasons.every(({ Code: code }) => code === 'None')) return;
  const codes = reasons.map(({ Code: code }) => code).join(', ');
  throw new Refusal({
    status: 400,
    text: JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      CancellationReasons: reasons,
      Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    }),
  });
}

export function invalid(message: string): Refusal {
  return new Refusal(errorOutcome(400, 'ValidationException', message, 'com.amazon.coral.validate'));
}

/** What the actions have consumed, by table: each twice what it would alone. */
export function consumedCapacity(
  mode: unknown,
  kind: 'Read' | 'Write',
  units: readonly (readonly [table: string, units: number])[],
): { readonly ConsumedCapacity?: readonly object[] } {
  if (mode !== 'TOTAL' && mode !== 'INDEXES') return {};
  const tables = new Map<string, number>();
  for (const [table, each] of units) tables.set(table, (tables.get(table) ?? 0) + 2 * each);
  const sum = (total: number): object => ({ CapacityUnits: total, [`${kind}CapacityUnits`]: total });
  return {
    ConsumedCapacity: [...tables].map(([table, total]) => ({
      TableName: table,
      ...sum(total),
      ...(mode === 'INDEXES' ? { Table: sum(total) } : {}),
    })),
  };
}
