import db, { type Item } from 'dynalite/db/index.js';
import type { Data } from 'dynalite/validations/index.js';
import type { DynaliteEngine } from '../dynalite-engine.ts';
import type { Outcome } from '../outcome.ts';
import { checkKeys, checkReasons, consumedCapacity, none, reasonOf, tableOf, type Reason } from './transaction.ts';
import { getRules } from './transaction-rules.ts';

/** TransactGetItems: all items as they are at one moment, as nobody else may use the store meanwhile. @throws errors of which `refusal` knows the answer */
export async function transactGet(engine: DynaliteEngine, given: unknown): Promise<Outcome> {
  const input = engine.check(getRules, given);
  const gets = (input['TransactItems'] as readonly { readonly Get: Data }[]).map(({ Get: get }) => engine.check('GetItem', get));
  const actions = await Promise.all(
    gets.map(async (data) => ({
      operation: 'Get',
      data,
      key: data['Key'] as Item,
      table: await tableOf(engine.store, data['TableName']),
    })),
  );
  checkKeys(actions, (item, table) => db.createKey(item, table));
  const reasons: Reason[] = [];
  const responses: object[] = [];
  const units: (readonly [string, number])[] = [];
  for (const { data, table } of actions) {
    try {
      const { Item: item, ConsumedCapacity: consumed } = await engine.perform('GetItem', {
        ...data,
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
      });
      responses.push(item === undefined ? {} : { Item: item });
      units.push([table.TableName, (consumed as { readonly CapacityUnits: number }).CapacityUnits]);
      reasons.push(none);
    } catch (error) {
      reasons.push(reasonOf(error, undefined));
    }
  }
  checkReasons(reasons);
  const output = { Responses: responses, ...consumedCapacity(input['ReturnConsumedCapacity'], 'Read', units) };
  return { status: 200, text: JSON.stringify(output) };
}
