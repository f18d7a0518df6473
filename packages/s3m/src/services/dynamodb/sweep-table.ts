import type { Item } from '../../capabilities/table.ts';

/** One operation of DynamoDB from within. */
export type Call = (operation: string, input: unknown) => Promise<Record<string, unknown>>;

/** In seconds: what expired longer ago is taken for a mistake (DynamoDB Developer Guide, "Using time to live"). */
const oldest = 5 * 365 * 86_400;

/** Deletes the items of a table whose attribute is a number of seconds since the epoch that has passed, and has not changed meanwhile. */
export async function sweepTable(call: Call, table: string, attribute: string, now: number): Promise<void> {
  const names = { '#expires': attribute };
  const keys = await keysOf(call, table);
  let start: unknown;
  do {
    const page = await call('Scan', {
      TableName: table,
      FilterExpression: '#expires <= :now AND #expires > :oldest',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':now': { N: String(now) }, ':oldest': { N: String(now - oldest) } },
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    for (const item of page['Items'] as readonly Item[]) await deleteUnchanged(call, table, keys, attribute, item);
    start = page['LastEvaluatedKey'];
  } while (start !== undefined);
}

async function keysOf(call: Call, table: string): Promise<readonly string[]> {
  const { Table: described } = (await call('DescribeTable', { TableName: table })) as {
    readonly Table: { readonly KeySchema: readonly { readonly AttributeName: string }[] };
  };
  return described.KeySchema.map(({ AttributeName: name }) => name);
}

async function deleteUnchanged(call: Call, table: string, keys: readonly string[], attribute: string, item: Item): Promise<void> {
  try {
    await call('DeleteItem', {
      TableName: table,
      Key: Object.fromEntries(keys.map((name) => [name, item[name]])),
      ConditionExpression: '#expires = :seen',
      ExpressionAttributeNames: { '#expires': attribute },
      ExpressionAttributeValues: { ':seen': item[attribute] },
    });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
  }
}
