import type { ResourceType, Scope } from '../resource-type.ts';
import { createTable, forgetTable } from './create-table.ts';
import { checkTableKeys } from './table-check.ts';

/** Properties that both table types share beside their keys. */
export const SHARED_TABLE_PROPERTIES: Readonly<Record<string, Scope>> = {
  BillingMode: { inert: 'nothing is billed' },
  ContributorInsightsSpecification: { inert: 'there are no metrics' },
  DeletionProtectionEnabled: { inert: 'local data: a table goes with its template' },
  PointInTimeRecoverySpecification: { inert: 'no backups are made of local data' },
  SSESpecification: { inert: 'readers see no difference' },
  TableClass: { inert: 'a price class' },
  Tags: { inert: 'tags have no effect' },
  'TimeToLiveSpecification.AttributeName': 'simulated',
  'TimeToLiveSpecification.Enabled': 'simulated',
  WarmThroughput: { inert: 'throughput is not limited' },
};

/** A DynamoDB table, in memory; with `--persist` its items outlive the engine. */
export const table: ResourceType = {
  type: 'AWS::DynamoDB::Table',
  scope: 'simulated',
  properties: {
    ...SHARED_TABLE_PROPERTIES,
    AttributeDefinitions: 'simulated',
    GlobalSecondaryIndexes: 'simulated',
    KeySchema: 'simulated',
    LocalSecondaryIndexes: 'simulated',
    'ResourcePolicy.PolicyDocument': 'simulated',
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
  forget: forgetTable,
};
