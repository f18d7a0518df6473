import type { Table, CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { core, dynamodb } from './cdk.ts';

/** Attribute with the token's `sub`, and the one with that caller's roles: a list or set of strings. */
export const rolesLayout = { subject: 'subject', roles: 'roles' } as const;

/** Callers that `s3m up` puts into the table, so that `s3m token` has someone to speak for. On AWS nobody is put there. */
const localCallers = [
  { subject: 'local-admin', roles: ['administrator'] },
  { subject: 'local-user', roles: ['user'] },
] as const;

/** Who has which roles. Nobody at first; see the output `RolesTableName` for how to add someone. */
export function createRolesTable(scope: Construct, removalPolicy: RemovalPolicy): Table {
  const table = new dynamodb.Table(scope, 'Roles', {
    partitionKey: { name: rolesLayout.subject, type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: removalPolicy === core.RemovalPolicy.RETAIN,
    removalPolicy,
  });
  (table.node.defaultChild as CfnTable).addMetadata('S3M', { seed: localCallers, roles: rolesLayout });
  return table;
}
