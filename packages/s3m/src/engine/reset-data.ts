import { MemoryLogGroup } from '../services/log-groups.ts';
import { keptLogsOf } from '../services/logs/kept-logs.ts';
import { MemoryBucket } from '../services/s3/memory-bucket.ts';
import { dynamoDbOf } from '../services/dynamodb/dynamodb-service.ts';
import { dropTable } from '../services/dynamodb/live-table.ts';
import { secretsOf } from '../services/secretsmanager/secret-store.ts';
import { parametersOf } from '../services/ssm/parameter-store.ts';
import type { DataCounts } from '../services/resource-type.ts';
import type { DeployedResource } from './deployed-stack.ts';
import type { Account } from '../services/account.ts';

/** What a reset did. */
export interface ResetResult {
  readonly removed: DataCounts;
  /** What calls of the API had made: `table Notes`. */
  readonly deleted: readonly string[];
  /** How many resources of the template are as in the beginning. */
  readonly restored: number;
}

/** Takes the data of all services back to what the template says. `resources` come after those they refer to. */
export async function resetData(account: Account, resources: readonly DeployedResource[]): Promise<ResetResult> {
  const refs = new Set(resources.map(({ resource }) => resource.ref));
  const deleted = await deleteOthers(account, refs);
  const removed = { items: 0, objects: 0, parameters: 0, secrets: 0, events: 0 };
  let restored = 0;
  for (const { resource } of resources) {
    if (resource.reset === undefined) continue;
    restored++;
    for (const [kind, count] of Object.entries(await resource.reset())) removed[kind as keyof DataCounts] += count;
  }
  for (const [name, group] of account.directory.list('logGroup')) {
    // Made by a function's first line, for one: it goes on writing to it.
    if (!refs.has(name) && group instanceof MemoryLogGroup) removed.events += group.empty(account.clock.now());
  }
  await keptLogsOf(account)?.flush();
  const seeds = account.state.collection('seeds');
  await seeds.write([...seeds.entries()].map(({ key }) => ({ kind: 'delete', key })));
  return { removed, deleted, restored };
}

async function deleteOthers(account: Account, refs: ReadonlySet<string>): Promise<readonly string[]> {
  const deleted: string[] = [];
  for (const name of await tablesOf(account)) {
    if (refs.has(name)) continue;
    await dropTable(dynamoDbOf(account), name);
    deleted.push(`table ${name}`);
  }
  for (const [name, bucket] of account.directory.list('bucket')) {
    if (refs.has(name) || !(bucket instanceof MemoryBucket)) continue;
    await bucket.journal?.remove();
    bucket.withdraw?.();
    bucket.discard();
    await bucket.site?.[Symbol.asyncDispose]();
    deleted.push(`bucket ${name}`);
  }
  const parameters = parametersOf(account);
  for (const { name } of parameters.all()) {
    if (!refs.has(name) && (await parameters.delete(name))) deleted.push(`parameter ${name}`);
  }
  const secrets = secretsOf(account);
  for (const secret of secrets.all()) {
    if (refs.has(secret.arn)) continue;
    await secrets.delete(secret);
    deleted.push(`secret ${secret.name}`);
  }
  return deleted;
}

/** A service that nobody has called yet has none. */
async function tablesOf(account: Account): Promise<readonly string[]> {
  if (account.directory.find('awsApi', 'dynamodb') === undefined) return [];
  const names: string[] = [];
  let last: unknown;
  do {
    const page = await dynamoDbOf(account).call('ListTables', last === undefined ? {} : { ExclusiveStartTableName: last });
    names.push(...(page['TableNames'] as readonly string[]));
    last = page['LastEvaluatedTableName'];
  } while (last !== undefined);
  return names;
}
