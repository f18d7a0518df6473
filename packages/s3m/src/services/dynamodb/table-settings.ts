import type { DynaliteEngine } from './dynalite-engine.ts';
import type { Outcome } from './outcome.ts';

type Input = Readonly<Record<string, unknown>>;

/** Parameters that would change what clients see, and that nothing here stands behind. */
const unsupported: Readonly<Record<string, readonly string[]>> = {
  // PutResourcePolicy is served; a policy that is only half there would let callers in.
  CreateTable: ['StreamSpecification', 'ResourcePolicy', 'DeletionProtectionEnabled', 'VectorIndexes'],
  UpdateTable: ['StreamSpecification', 'DeletionProtectionEnabled', 'ReplicaUpdates', 'GlobalTableWitnessUpdates', 'VectorIndexUpdates'],
};

/** Parameters of UpdateTable that change nothing here, as in templates; dynalite knows none of them. */
const inert = [
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'SSESpecification',
  'StreamSpecification',
  'TableClass',
  'WarmThroughput',
];
const known = ['BillingMode', 'GlobalSecondaryIndexUpdates', 'ProvisionedThroughput'];

/** The first parameter of a request that is not supported; a stream or a protection that is switched off is none. */
export function unsupportedParameter(operation: string, input: Input): string | undefined {
  return unsupported[operation]?.find((name) => {
    const value = input[name];
    if (value === undefined || value === null || value === false) return false;
    return name !== 'StreamSpecification' || (value as { readonly StreamEnabled?: unknown }).StreamEnabled !== false;
  });
}

/** Whether an UpdateTable asks only for what changes nothing here. */
export function asksForNothing(input: Input): boolean {
  return inert.some((name) => isGiven(input[name])) && !known.some((name) => isGiven(input[name]));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A table as it is, in the words of UpdateTable. @throws an error of which `refusal` knows the answer */
export async function unchangedTable(engine: DynaliteEngine, input: Input): Promise<Outcome> {
  const { Table: table } = await engine.perform('DescribeTable', engine.check('DescribeTable', { TableName: input['TableName'] }));
  return { status: 200, text: JSON.stringify({ TableDescription: table }) };
}

/** DescribeContinuousBackups: AWS has backups of every table, and restores from points in time only where that is switched on. */
export async function continuousBackups(engine: DynaliteEngine, input: Input): Promise<Outcome> {
  await engine.perform('DescribeTable', engine.check('DescribeTable', { TableName: input['TableName'] }));
  const description = {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
  };
  return { status: 200, text: JSON.stringify({ ContinuousBackupsDescription: description }) };
}

/** DescribeLimits: an account's as AWS gives them at first; none is enforced. */
export const limits: Outcome = {
  status: 200,
  text: JSON.stringify({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  }),
};
