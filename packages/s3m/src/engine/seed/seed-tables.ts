import type { Item } from '../../capabilities/table.ts';
import { toItem } from '../../services/dynamodb/attribute-value.ts';
import { dynamoDbOf, DynamoDbError, type DynamoDbService } from '../../services/dynamodb/dynamodb-service.ts';
import { isObject, nameByLogicalId, namesThere, shown, type SeedGround, type SeedPart } from './seed-part.ts';

const types = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** Items that are written, or tried, at a time. */
const together = 100;

/** `tables: {NAME: [{...}, ...]}`: items as in a table's Metadata, plain or in DynamoDB's own form. */
export async function planTables(ground: SeedGround, tables: Readonly<Record<string, unknown>>): Promise<SeedPart[]> {
  const { account, resources, seed, report } = ground;
  const service = dynamoDbOf(account);
  const parts: SeedPart[] = [];
  for (const [given, list] of Object.entries(tables)) {
    const path = ['tables', given];
    const name = (await service.hasTable(given)) ? given : nameByLogicalId(resources, types, given);
    if (name === undefined) {
      report(seed.problem(path, `there is no table "${given}"`, namesThere(resources, types, given, 'table')));
      continue;
    }
    if (!Array.isArray(list)) {
      report(seed.problem(path, `expected a list of items, got ${shown(list)}`, 'Write [{"id": "a"}, ...].'));
      continue;
    }
    const roles = account.directory.find('table', name)?.roles;
    const items: Item[] = [];
    const check = async (plain: unknown, index: number): Promise<void> => {
      if (!isObject(plain)) return report(seed.problem([...path, index], `expected an object, got ${shown(plain)}`));
      const item = toItem(plain, roles === undefined ? [] : [roles.roles]);
      const wrong = await whatIsWrong(service, name, item);
      if (wrong === undefined) items[index] = item;
      else report(seed.problem([...path, index], wrong, `DynamoDB refuses the item ${shown(plain)}.`));
    };
    await inGroups(list, check);
    parts.push({
      counts: { tables: 1, items: items.length },
      apply: () => inGroups(items, async (item) => void (await service.call('PutItem', { TableName: name, Item: item }))),
    });
  }
  return parts;
}

/** Puts the item on a condition that nothing meets: DynamoDB looks at the item first. */
async function whatIsWrong(service: DynamoDbService, table: string, item: Item): Promise<string | undefined> {
  try {
    await service.call('PutItem', {
      TableName: table,
      Item: item,
      ConditionExpression: 'attribute_exists(#name) AND attribute_not_exists(#name)',
      ExpressionAttributeNames: { '#name': 'name' },
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof DynamoDbError)) throw error;
    return error.code === 'ConditionalCheckFailedException' ? undefined : error.message;
  }
}

async function inGroups<T>(list: readonly T[], work: (each: T, index: number) => Promise<void>): Promise<void> {
  for (let first = 0; first < list.length; first += together) {
    await Promise.all(list.slice(first, first + together).map((each, index) => work(each, first + index)));
  }
}
