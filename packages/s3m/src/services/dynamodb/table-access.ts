import type { Need } from '../../capabilities/access-control.ts';
import type { Account } from '../account.ts';

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
export function needsOf(account: Account, operation: string, input: Readonly<Record<string, unknown>>): readonly Need[] {
  const action = `dynamodb:${operation}`;
  if (onTable.has(operation)) {
    const table = arnOf(account, input['TableName']);
    const index = input['IndexName'];
    return [{ action, resource: typeof index === 'string' ? `${table}/index/${index}` : table }];
  }
  if (onTables.has(operation)) {
    const tables = isObject(input['RequestItems']) ? Object.keys(input['RequestItems']) : [];
    return (tables.length === 0 ? [''] : tables).map((table) => ({ action, resource: arnOf(account, table) }));
  }
  if (onArn.has(operation)) return [{ action, resource: String(input['ResourceArn'] ?? arnOf(account, '')) }];
  if (operation === 'TransactGetItems' || operation === 'TransactWriteItems') return transactionNeeds(account, input['TransactItems']);
  if (operation === 'ListTables') return [{ action, resource: arnOf(account, '*') }];
  return [{ action, resource: '*' }];
}

function transactionNeeds(account: Account, items: unknown): Need[] {
  const list: readonly unknown[] = Array.isArray(items) ? items : [];
  const needs = list.flatMap((item) =>
    Object.entries(isObject(item) ? item : {}).map(([kind, part]) => ({
      action: `dynamodb:${transactions[kind] ?? kind}`,
      resource: arnOf(account, isObject(part) ? part['TableName'] : ''),
    })),
  );
  return needs.length === 0 ? [{ action: 'dynamodb:GetItem', resource: arnOf(account, '') }] : needs;
}

/** A table may be named by its ARN. */
function arnOf({ partition, region, id }: Account, table: unknown): string {
  const name = typeof table === 'string' ? table : '';
  return name.startsWith('arn:') ? name : `arn:${partition}:dynamodb:${region}:${id}:table/${name}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
