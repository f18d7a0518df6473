import type { Outcome } from './outcome.ts';

/** What to do without an operation, or a parameter, that is not served; the first that fits. */
const instead: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/Statement|ExecuteTransaction/, 'Use GetItem, Query, Scan, PutItem, UpdateItem, DeleteItem, or TransactWriteItems and TransactGetItems'],
  [/Backup|Restore|Export|Import|PointInTime|Bulk/, 'With --persist items outlive the engine; s3m seed and BatchWriteItem fill tables'],
  [/Replica|GlobalTable/, 'An account has one region here; leave replicas out when running locally'],
  [/Stream|Kinesis|Shard|GetRecords/, 'Tables have no streams here; call what would read them from where the items are written'],
  [/Vector/, 'There are no vector indexes here'],
  [/^ResourcePolicy/, 'Put it with PutResourcePolicy once the table is there'],
  [/^DeletionProtectionEnabled/, 'Leave it out: nothing here holds a table against DeleteTable'],
];

/** DDB-021: a status that no SDK tries again. `what` is an operation, or a parameter of one. */
export function notServed(what: string, service = 'dynamodb'): Outcome {
  const advice = instead.find(([pattern]) => pattern.test(what))?.[1];
  const elsewhere = 'AWS_ENDPOINT_URL_DYNAMODB, set before s3m up, has all calls of DynamoDB go elsewhere';
  const message = `${what} of ${service} is not served here; docs/coverage.md lists what is. ${advice ?? elsewhere}`;
  return { status: 501, text: JSON.stringify({ __type: 'UnsupportedOperation', message }) };
}
