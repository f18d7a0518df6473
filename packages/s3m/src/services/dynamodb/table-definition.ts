import type { PropertyReader } from '../property-reader.ts';

/** What CreateTable is given. */
export interface TableDefinition {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly unknown[];
  readonly KeySchema: readonly unknown[];
  readonly BillingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly ProvisionedThroughput?: Throughput;
  readonly GlobalSecondaryIndexes?: readonly IndexDefinition[];
  readonly LocalSecondaryIndexes?: readonly IndexDefinition[];
}

export interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly unknown[];
  readonly Projection: unknown;
  readonly ProvisionedThroughput?: Throughput;
}

interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

/** Reads the properties of a table. Global tables say their capacity elsewhere; it isn't enforced, so the smallest will do. */
export function readTableDefinition(properties: PropertyReader, name: string, kind: 'table' | 'global-table'): TableDefinition {
  const billing = properties.oneOf('BillingMode', ['PROVISIONED', 'PAY_PER_REQUEST'], 'PROVISIONED');
  const capacity = (source: PropertyReader): { ProvisionedThroughput?: Throughput } => {
    if (kind === 'global-table')
      return billing === 'PROVISIONED' ? { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } } : {};
    const throughput = source.object('ProvisionedThroughput');
    if (throughput === undefined || billing === 'PAY_PER_REQUEST') return {};
    return {
      ProvisionedThroughput: {
        ReadCapacityUnits: throughput.integer('ReadCapacityUnits'),
        WriteCapacityUnits: throughput.integer('WriteCapacityUnits'),
      },
    };
  };
  const global = properties.objects('GlobalSecondaryIndexes').map((index) => Object.assign(readIndex(index), capacity(index)));
  const local = properties.objects('LocalSecondaryIndexes').map((index) => readIndex(index));
  return {
    TableName: name,
    AttributeDefinitions: properties
      .objects('AttributeDefinitions')
      .map((each) => ({ AttributeName: each.string('AttributeName'), AttributeType: each.string('AttributeType') })),
    KeySchema: readKeySchema(properties),
    BillingMode: billing,
    ...capacity(properties),
    ...(global.length === 0 ? {} : { GlobalSecondaryIndexes: global }),
    ...(local.length === 0 ? {} : { LocalSecondaryIndexes: local }),
  };
}

function readIndex(index: PropertyReader): IndexDefinition {
  const projection = index.object('Projection');
  const attributes = projection?.strings('NonKeyAttributes') ?? [];
  return {
    IndexName: index.string('IndexName'),
    KeySchema: readKeySchema(index),
    Projection: {
      ProjectionType: projection?.optionalString('ProjectionType') ?? 'ALL',
      ...(attributes.length === 0 ? {} : { NonKeyAttributes: attributes }),
    },
  };
}

function readKeySchema(source: PropertyReader): readonly unknown[] {
  return source.objects('KeySchema').map((each) => ({ AttributeName: each.string('AttributeName'), KeyType: each.string('KeyType') }));
}
