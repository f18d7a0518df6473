import type { ResourceType, Scope } from '../resource-type.ts';
import { createTable } from './create-table.ts';
import { checkTableKeys } from './table-check.ts';

/** Properties that both table types share and that change nothing here. */
export const INERT_TABLE_PROPERTIES: Readonly<Record<string, Scope>> = {
  BillingMode: { inert: 'nothing is billed' },
  ContributorInsightsSpecification: { inert: 'there are no metrics' },
  DeletionProtectionEnabled: { inert: 'tables live as long as the engine' },
  PointInTimeRecoverySpecification: { inert: 'tables live as long as the engine' },
  SSESpecification: { inert: 'items stay in memory' },
  TableClass: { inert: 'a price class' },
  Tags: { inert: 'tags have no effect' },
  TimeToLiveSpecification: { inert: 'expired items stay; AWS removes them within days' },
  WarmThroughput: { inert: 'throughput is not limited' },
};

/** A DynamoDB table, in memory. */
export const table: ResourceType = {
  type: 'AWS::DynamoDB::Table',
  scope: 'simulated',
  properties: {
    ...INERT_TABLE_PROPERTIES,
    AttributeDefinitions: 'simulated',
    GlobalSecondaryIndexes: 'simulated',
    KeySchema: 'simulated',
    LocalSecondaryIndexes: 'simulated',
    TableName: 'simulated',
    OnDemandThroughput: { inert: 'throughput is not limited' },
    ProvisionedThroughput: { inert: 'throughput is not limited' },
  },
  required: ['KeySchema'],
  localMetadata: ['roles', 'seed'],
  attributes: ['Arn'],
  replacedBy: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  check: (properties) => checkTableKeys(properties),
  create: (context) => createTable(context, 'table', (arn) => ({ Arn: arn })),
};
