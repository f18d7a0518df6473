import type { Finding, Properties, ResourceType, Value } from '../resource-type.ts';
import { createTable, forgetTable } from './create-table.ts';
import { checkTableKeys } from './table-check.ts';
import { SHARED_TABLE_PROPERTIES } from './table.ts';

const NOT_LIMITED = { inert: 'throughput is not limited' } as const;

/** A global table (CDK's TableV2) with its one replica in the account's own region. */
export const globalTable: ResourceType = {
  type: 'AWS::DynamoDB::GlobalTable',
  scope: 'simulated',
  properties: {
    ...SHARED_TABLE_PROPERTIES,
    AttributeDefinitions: 'simulated',
    GlobalSecondaryIndexes: 'simulated',
    KeySchema: 'simulated',
    LocalSecondaryIndexes: 'simulated',
    TableName: 'simulated',
    'Replicas.Region': 'simulated',
    'Replicas.ResourcePolicy.PolicyDocument': 'simulated',
    'Replicas.ContributorInsightsSpecification': { inert: 'there are no metrics' },
    'Replicas.DeletionProtectionEnabled': { inert: 'local data: a table goes with its template' },
    'Replicas.GlobalSecondaryIndexes': { inert: 'throughput and metrics of an index have no effect' },
    'Replicas.PointInTimeRecoverySpecification': { inert: 'no backups are made of local data' },
    'Replicas.ReadOnDemandThroughputSettings': NOT_LIMITED,
    'Replicas.ReadProvisionedThroughputSettings': NOT_LIMITED,
    'Replicas.SSESpecification': { inert: 'readers see no difference' },
    'Replicas.TableClass': { inert: 'a price class' },
    'Replicas.Tags': { inert: 'tags have no effect' },
    WriteOnDemandThroughputSettings: NOT_LIMITED,
    WriteProvisionedThroughputSettings: NOT_LIMITED,
  },
  required: ['AttributeDefinitions', 'KeySchema', 'Replicas'],
  localMetadata: ['roles', 'seed'],
  attributes: ['Arn', 'TableId'],
  replacedBy: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  check: (properties) => [...checkTableKeys(properties), ...checkReplicas(properties['Replicas'])],
  create: (context) =>
    createTable(context, 'global-table', (arn) => ({ Arn: arn, TableId: uuidOf(context.physicalId(32, 'hex', 'table')) })),
  forget: forgetTable,
};

function checkReplicas(replicas: Value | undefined): Finding[] {
  if (!Array.isArray(replicas) || replicas.length <= 1) return [];
  const regions = replicas.map((replica: Value) => String((replica as Properties)['Region'])).join(', ');
  return [
    {
      property: 'Replicas',
      kind: 'unsupported',
      message: `Replicas in several regions (${regions}) are not kept here: an account has one region`,
      fix: 'Leave the replicas of other regions out when running locally.',
    },
  ];
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
