import type { Need } from '../../capabilities/access-control.ts';
import type { Account } from '../account.ts';
import { conditionKeys, type RequestReader } from './condition-keys.ts';

type Input = Readonly<Record<string, unknown>>;

/** Operations on one table, or on an index of it that the request names (IAM-036). */
const onTable = new Set([
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeContinuousBackups',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
  'UpdateTable',
  'UpdateTimeToLive',
]);

/** Of those, the ones that are about items. */
const onItems = new Set(['DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem']);

/** Several tables in one request: a need each. */
const onTables = new Set(['BatchGetItem', 'BatchWriteItem']);
const onArn = new Set([
  'DeleteResourcePolicy',
  'GetResourcePolicy',
  'ListTagsOfResource',
  'PutResourcePolicy',
  'TagResource',
  'UntagResource',
]);
const transactions: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/**
 * What a caller needs for an operation (Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB").
 * An operation that is not known here needs leave for everything.
 */
export function needsOf(account: Account, operation: string, input: Input, reader: RequestReader): readonly Need[] {
  const action = `dynamodb:${operation}`;
  if (onTable.has(operation)) {
    const table = input['TableName'];
    const keys = conditionKeys({ operation, inputs: [input], table: nameOf(table), whole: input }, reader);
    const arn = arnOf(account, table);
    // Other operations don't look at the name of an index.
    const index = operation === 'Query' || operation === 'Scan' ? input['IndexName'] : undefined;
    const need = { action, resource: typeof index === 'string' ? `${arn}/index/${index}` : arn, keys };
    const tags = operation === 'CreateTable' && Array.isArray(input['Tags']) && input['Tags'].length > 0;
    return tags ? [need, { action: 'dynamodb:TagResource', resource: arn }] : [need];
  }
  if (onTables.has(operation)) return batchNeeds(account, operation, input, reader);
  if (onArn.has(operation)) return [{ action, resource: String(input['ResourceArn'] ?? arnOf(account, '')) }];
  if (operation === 'TransactGetItems' || operation === 'TransactWriteItems') return transactionNeeds(account, operation, input, reader);
  if (operation === 'ListTables') return [{ action, resource: arnOf(account, '*') }];
  return [{ action, resource: '*' }];
}

/** The names of the tables whose items a request is about. */
export function tablesOf(operation: string, input: Input): readonly string[] {
  if (onItems.has(operation)) return [nameOf(input['TableName'])];
  if (onTables.has(operation)) return isObject(input['RequestItems']) ? Object.keys(input['RequestItems']).map(nameOf) : [];
  if (!operation.startsWith('Transact') || !Array.isArray(input['TransactItems'])) return [];
  const parts = input['TransactItems'].flatMap((item: unknown) => (isObject(item) ? Object.values(item) : []));
  return parts.map((part) => nameOf(isObject(part) ? part['TableName'] : ''));
}

/** For each table once, with all that is asked of it. */
function batchNeeds(account: Account, operation: string, whole: Input, reader: RequestReader): Need[] {
  const tables = isObject(whole['RequestItems']) ? Object.entries(whole['RequestItems']) : [];
  if (tables.length === 0) return [{ action: `dynamodb:${operation}`, resource: arnOf(account, '') }];
  return tables.map(([table, asked]) => {
    const request = { operation, inputs: partsOfBatch(nameOf(table), asked), table: nameOf(table), whole };
    return { action: `dynamodb:${operation}`, resource: arnOf(account, table), keys: conditionKeys(request, partReader(reader)) };
  });
}

/** The parts of a batch for one table as requests of their own: gets, puts and deletions. */
function partsOfBatch(TableName: string, asked: unknown): readonly Input[] {
  if (isObject(asked)) {
    const { Keys: keys, ...rest } = asked;
    return (Array.isArray(keys) ? keys : []).map((Key: unknown) => ({ ...rest, TableName, Key }));
  }
  return (Array.isArray(asked) ? asked : []).map((part: unknown) => {
    const [request] = isObject(part) ? Object.values(part) : [];
    return { ...(isObject(request) ? request : {}), TableName };
  });
}

/** Reads each part of a batch by the operation that it stands for. */
function partReader(reader: RequestReader): RequestReader {
  return {
    hashKeyOf: (table, index) => reader.hashKeyOf(table, index),
    read: (operation, input) =>
      reader.read(operation === 'BatchGetItem' ? 'GetItem' : input['Item'] === undefined ? 'DeleteItem' : 'PutItem', input),
  };
}

function transactionNeeds(account: Account, within: string, whole: Input, reader: RequestReader): Need[] {
  const list: readonly unknown[] = Array.isArray(whole['TransactItems']) ? whole['TransactItems'] : [];
  const needs = list.flatMap((item) =>
    Object.entries(isObject(item) ? item : {}).map(([kind, part]): Need => {
      const operation = transactions[kind] ?? kind;
      const input = isObject(part) ? part : {};
      const request = { operation, inputs: [input], table: nameOf(input['TableName']), within, whole };
      return { action: `dynamodb:${operation}`, resource: arnOf(account, input['TableName']), keys: conditionKeys(request, reader) };
    }),
  );
  return needs.length === 0 ? [{ action: 'dynamodb:GetItem', resource: arnOf(account, '') }] : needs;
}

/** Of a table that may be named by its ARN. */
function nameOf(table: unknown): string {
  return typeof table === 'string' ? table.slice(table.lastIndexOf('/') + 1) : '';
}

/** A table may be named by its ARN. */
function arnOf({ partition, region, id }: Account, table: unknown): string {
  const name = typeof table === 'string' ? table : '';
  return name.startsWith('arn:') ? name : `arn:${partition}:dynamodb:${region}:${id}:table/${name}`;
}

function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
