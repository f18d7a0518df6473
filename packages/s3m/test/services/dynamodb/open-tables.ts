import * as client from '@aws-sdk/client-dynamodb';
import { table } from '../../../src/services/dynamodb/table.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import { clientOf } from '../aws-client.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';

/** Tables with the key `id`, and the official client. */
export interface OpenTables extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly api: client.DynamoDBClient;
  put(TableName: string, Item: Record<string, client.AttributeValue>): Promise<void>;
  get(TableName: string, id: string): Promise<Record<string, client.AttributeValue> | undefined>;
}

/** Makes a table of each name, with properties beside those that each has. */
export async function openTables(
  names: readonly string[],
  { properties = {}, ...options }: FakeAccountOptions & { readonly properties?: Properties } = {},
): Promise<OpenTables> {
  const account = await fakeAccount({ sockets: true, ...options });
  for (const TableName of names) {
    const own = {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      ...properties,
    };
    await table.create(createContext(account, table, { logicalId: TableName, properties: own }));
  }
  const api = clientOf(account, client.DynamoDBClient);
  return {
    account,
    api,
    put: async (TableName, Item) => void (await api.send(new client.PutItemCommand({ TableName, Item }))),
    get: async (TableName, id) => (await api.send(new client.GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item,
    async [Symbol.asyncDispose]() {
      api.destroy();
      await account[Symbol.asyncDispose]();
    },
  };
}

/** What a state has of tables, and the end of both. */
export interface KeptTables {
  readonly open: OpenTables;
  stop(): Promise<void>;
}

/** Begins with what the state in a directory has. */
export async function openKeptTables(directory: string): Promise<KeptTables> {
  const state = await openSqliteState(directory);
  const open = await openTables([], { state });
  return {
    open,
    stop: async () => {
      await state.close();
      await open[Symbol.asyncDispose]();
    },
  };
}
