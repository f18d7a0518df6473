/** Operations that dynalite has (DDB-020). */
export const dynaliteOperations: readonly string[] = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
];

/** Operations on dynalite's store that it has not, or has not in full. */
export const ownOperations: ReadonlySet<string> = new Set([
  'DescribeTimeToLive',
  'TransactGetItems',
  'TransactWriteItems',
  'UpdateTimeToLive',
]);

/** Operations that are served: dynalite's, those beside it, and those on policies of tables. */
export const tableOperations: readonly string[] = [
  ...new Set([...dynaliteOperations, ...ownOperations]),
  'DeleteResourcePolicy',
  'GetResourcePolicy',
  'PutResourcePolicy',
].toSorted();

/** Operations that AWS has and that are not served here (DDB-021). */
export const unservedOperations: ReadonlySet<string> = new Set([
  'BatchExecuteStatement',
  'CancelBulkOperation',
  'CreateBackup',
  'CreateGlobalTable',
  'DeleteBackup',
  'DescribeBackup',
  'DescribeBulkOperation',
  'DescribeContinuousBackups',
  'DescribeContributorInsights',
  'DescribeEndpoints',
  'DescribeExport',
  'DescribeGlobalTable',
  'DescribeGlobalTableSettings',
  'DescribeImport',
  'DescribeKinesisStreamingDestination',
  'DescribeLimits',
  'DescribeTableReplicaAutoScaling',
  'DisableKinesisStreamingDestination',
  'EnableKinesisStreamingDestination',
  'ExecuteStatement',
  'ExecuteTransaction',
  'ExportTableToPointInTime',
  'ImportTable',
  'ListBackups',
  'ListBulkOperations',
  'ListContributorInsights',
  'ListExports',
  'ListGlobalTables',
  'ListImports',
  'RestoreTableFromBackup',
  'RestoreTableToPointInTime',
  'SearchVectors',
  'StartBulkPutItems',
  'UpdateContinuousBackups',
  'UpdateContributorInsights',
  'UpdateGlobalTable',
  'UpdateGlobalTableSettings',
  'UpdateKinesisStreamingDestination',
  'UpdateTableReplicaAutoScaling',
]);
