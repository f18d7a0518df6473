import type { Types } from 'dynalite/validations/index.js';
import type { InputRules } from '../dynalite-engine.ts';

/** Limits of one transaction (DDB-008). */
const mostItems = 100;
export const mostBytes: number = 4 * 1024 * 1024;

const attributeValues = { type: 'Map<AttributeValue>', children: 'AttrStruct<ValueStruct>' };
const expression = { type: 'String' };
const table: Types = {
  TableName: { type: 'String', notNull: true, regex: '[a-zA-Z0-9_.-]+', lengthGreaterThanOrEqual: 3, lengthLessThanOrEqual: 255 },
};
const names: Types = { ExpressionAttributeNames: { type: 'Map<java.lang.String>', children: 'String' } };
const condition: Types = {
  ...names,
  ConditionExpression: expression,
  ExpressionAttributeValues: attributeValues,
  ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] },
};
const key: Types = { Key: { ...attributeValues, notNull: true } };

function part(name: string, children: Types): object {
  return { type: `FieldStruct<${name}>`, children };
}

function list(name: string, children: Types): object {
  return {
    type: 'List',
    notNull: true,
    lengthGreaterThanOrEqual: 1,
    lengthLessThanOrEqual: mostItems,
    children: { type: `ValueStruct<${name}>`, children },
  };
}

const capacity: Types = { ReturnConsumedCapacity: { type: 'String', enum: ['INDEXES', 'TOTAL', 'NONE'] } };

/** What TransactWriteItems takes, in the form in which dynalite says it of its operations (DynamoDB API Reference). */
export const writeRules: InputRules = {
  types: {
    ...capacity,
    ReturnItemCollectionMetrics: { type: 'String', enum: ['SIZE', 'NONE'] },
    ClientRequestToken: { type: 'String', lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
    TransactItems: list('TransactWriteItem', {
      ConditionCheck: part('ConditionCheck', { ...table, ...key, ...condition, ConditionExpression: { ...expression, notNull: true } }),
      Put: part('Put', { ...table, Item: { ...attributeValues, notNull: true }, ...condition }),
      Delete: part('Delete', { ...table, ...key, ...condition }),
      Update: part('Update', { ...table, ...key, ...condition, UpdateExpression: { ...expression, notNull: true } }),
    }),
  },
  custom: (data) => whyNotOne(data['TransactItems'] as readonly object[]),
};

/** What TransactGetItems takes. */
export const getRules: InputRules = {
  types: {
    ...capacity,
    TransactItems: list('TransactGetItem', {
      Get: { ...part('Get', { ...table, ...key, ...names, ProjectionExpression: expression }), notNull: true },
    }),
  },
  custom: undefined,
};

/** Each item is one action. */
function whyNotOne(items: readonly object[]): string | undefined {
  for (const item of items) {
    const { length } = Object.keys(item);
    if (length > 1) return 'TransactItems can only contain one of Check, Put, Update or Delete';
    if (length === 0) return 'Invalid Request: TransactWriteRequest should contain Delete or Put or Update request';
  }
  return undefined;
}
