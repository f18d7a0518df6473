import type { Types } from 'dynalite/validations/index.js';

const onFailure: Types = { ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] } };

/** Parameters that dynalite doesn't look at (DDB-005, DDB-010). */
const more: Readonly<Record<string, Types>> = {
  DeleteItem: onFailure,
  PutItem: onFailure,
  UpdateItem: onFailure,
  Scan: { ConsistentRead: 'Boolean' },
  UpdateTable: {
    AttributeDefinitions: {
      type: 'List',
      children: {
        type: 'ValueStruct<AttributeDefinition>',
        children: {
          AttributeName: { type: 'String', notNull: true, lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 255 },
          AttributeType: { type: 'String', notNull: true, enum: ['S', 'N', 'B'] },
        },
      },
    },
  },
};

/** What an operation takes: what dynalite says, and what AWS takes since. */
export function amendTypes(operation: string, types: Types): Types {
  return { ...(operation === 'UpdateTable' ? withOnDemandIndexes(types) : types), ...more[operation] };
}

interface Shape {
  readonly children: Readonly<Record<string, Shape>> & Shape;
  readonly notNull?: true;
}

/** An index that is made has no throughput where nothing is provisioned. */
function withOnDemandIndexes(types: Types): Types {
  const updates = types['GlobalSecondaryIndexUpdates'] as Shape;
  const update = updates.children;
  const create = update.children['Create']!;
  const { notNull: _, ...throughput } = create.children['ProvisionedThroughput']!;
  const amended = { ...create, children: { ...create.children, ProvisionedThroughput: throughput } };
  return {
    ...types,
    GlobalSecondaryIndexUpdates: { ...updates, children: { ...update, children: { ...update.children, Create: amended } } },
  };
}
