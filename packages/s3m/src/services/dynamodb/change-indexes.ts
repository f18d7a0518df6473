import db, { type Index, type Item, type Operation, type TableRecord } from 'dynalite/db/index.js';
import type { Data } from 'dynalite/validations/index.js';
import { Refusal, type DynaliteEngine } from './dynalite-engine.ts';
import { errorOutcome, type Outcome } from './outcome.ts';

interface Attribute {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

interface IndexRecord extends Index {
  readonly Projection: unknown;
  readonly IndexStatus: string;
  readonly ProvisionedThroughput?: Throughput;
}

/** A table as dynalite has it. */
interface Table extends TableRecord {
  readonly AttributeDefinitions: readonly Attribute[];
  readonly GlobalSecondaryIndexes?: readonly IndexRecord[];
  readonly BillingModeSummary?: { readonly BillingMode: string };
  readonly ProvisionedThroughput?: Throughput;
  readonly TableArn: string;
}

type Wanted = Omit<IndexRecord, 'IndexStatus'>;

interface IndexUpdate {
  readonly Create?: Wanted;
  readonly Update?: object;
  readonly Delete?: { readonly IndexName: string };
}

/** Of an UpdateTable: the one index that it makes or deletes; undefined when it does neither. @throws Refusal */
export function indexChangeOf(data: Data): IndexUpdate | undefined {
  const updates = (data['GlobalSecondaryIndexUpdates'] as readonly IndexUpdate[] | undefined) ?? [];
  const changes = updates.filter(({ Create: create, Delete: gone }) => create !== undefined || gone !== undefined);
  if (changes.length === 0) return undefined;
  if (changes.length > 1 || updates.length > 1) {
    throw new Refusal(
      errorOutcome(
        400,
        'LimitExceededException',
        'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
      ),
    );
  }
  return changes[0];
}

/**
 * Makes or deletes a global index of a table in one go with its entries; dynalite's UpdateTable only changes throughput. Nobody else may use the
 * store meanwhile. The answer has the states that AWS begins with, the table those that it ends with. @throws errors of which `refusal` knows the answer
 */
export async function changeIndex(engine: DynaliteEngine, data: Data, change: IndexUpdate): Promise<Outcome> {
  const { Table: found } = await engine.perform('DescribeTable', { TableName: data['TableName'] });
  const table = found as Table;
  checkSettled(table);
  const { record, shown, writes } =
    change.Create === undefined
      ? await withoutIndex(engine, table, change.Delete!.IndexName)
      : await withIndex(engine, table, change.Create, (data['AttributeDefinitions'] as readonly Attribute[] | undefined) ?? []);
  await new Promise<void>((resolve, reject) => {
    const all: readonly Operation[] = [{ type: 'put', key: `table~${table.TableName}`, value: record }, ...writes];
    void engine.store.db.batch(all, (error) => (error ? reject(error) : resolve()));
  });
  return { status: 200, text: JSON.stringify({ TableDescription: { ...shown, TableStatus: 'UPDATING' } }) };
}

interface Changed {
  readonly record: Table;
  /** What the answer says. */
  readonly shown: Table;
  readonly writes: readonly Operation[];
}

async function withIndex(engine: DynaliteEngine, table: Table, wanted: Wanted, definitions: readonly Attribute[]): Promise<Changed> {
  const { IndexName: name } = wanted;
  const existing = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  if (existing.some((index) => index.IndexName === name)) throw invalid('Attempting to create an index which already exists');
  const known = table.AttributeDefinitions;
  const added = definitions.filter((each) => !known.some((other) => other.AttributeName === each.AttributeName));
  checkDefinition(engine, table, [...known, ...added], wanted);
  const index: IndexRecord = {
    ...wanted,
    ProvisionedThroughput: { ...(wanted.ProvisionedThroughput ?? { ReadCapacityUnits: 0, WriteCapacityUnits: 0 }), ...counted },
    ...({ IndexArn: `${table.TableArn}/index/${name}`, IndexSizeBytes: 0, ItemCount: 0 } as object),
    IndexStatus: 'ACTIVE',
  };
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const record: Table = { ...table, AttributeDefinitions: [...known, ...added], GlobalSecondaryIndexes: [...indexes, index] };
  const writes: Operation[] = [];
  for (const [, item] of await entries(engine, `item-${table.TableName}~`)) {
    if (!fits(item as Item, index, record)) continue;
    const { puts } = db.getIndexActions([index], undefined, item, record);
    for (const put of puts) writes.push({ type: 'put', key: `${prefixOf(table, name)}${put.key}`, value: put.item });
  }
  const shown = { ...record, GlobalSecondaryIndexes: [...indexes, { ...index, IndexStatus: 'CREATING', Backfilling: true }] };
  return { record, shown, writes };
}

const counted = { NumberOfDecreasesToday: 0 };

async function withoutIndex(engine: DynaliteEngine, table: Table, name: string): Promise<Changed> {
  const indexes = table.GlobalSecondaryIndexes ?? [];
  if (!indexes.some((index) => index.IndexName === name)) {
    if (table.LocalSecondaryIndexes?.some((index) => index.IndexName === name) === true)
      throw invalid(`Cannot delete an index that is not a GlobalSecondaryIndex: ${name}`);
    const missing = `Requested resource not found: Index ${name} for table ${table.TableName}`;
    throw new Refusal(errorOutcome(400, 'ResourceNotFoundException', missing));
  }
  const rest = indexes.filter((index) => index.IndexName !== name);
  const { GlobalSecondaryIndexes: _, ...bare } = table;
  const kept: Table = rest.length === 0 ? bare : { ...bare, GlobalSecondaryIndexes: rest };
  const keys = new Set(
    [kept, ...rest, ...(kept.LocalSecondaryIndexes ?? [])].flatMap((each) => each.KeySchema.map((key) => key.AttributeName)),
  );
  const record = { ...kept, AttributeDefinitions: kept.AttributeDefinitions.filter((each) => keys.has(each.AttributeName)) };
  const gone = await entries(engine, prefixOf(table, name));
  const writes = gone.map(([key]): Operation => ({ type: 'del', key }));
  const deleting = indexes.map((index) => (index.IndexName === name ? { ...index, IndexStatus: 'DELETING' } : index));
  return { record, shown: { ...table, GlobalSecondaryIndexes: deleting }, writes };
}

/** As if the table were made with the index: the same rules hold, with the same texts. @throws an error of dynalite's */
function checkDefinition(engine: DynaliteEngine, table: Table, definitions: readonly Attribute[], wanted: Wanted): void {
  const onDemand = table.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST';
  const units = ({ ReadCapacityUnits, WriteCapacityUnits }: Throughput): object => ({
    ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits },
  });
  const global = (table.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection, ProvisionedThroughput: throughput }) => ({
    IndexName,
    KeySchema,
    Projection,
    ...(onDemand || throughput === undefined ? {} : units(throughput)),
  }));
  const { IndexName: name, ProvisionedThroughput: wantedUnits } = wanted;
  if (!onDemand && wantedUnits === undefined)
    throw invalid(`One or more parameter values were invalid: ProvisionedThroughput must be specified for index: ${name}`);
  engine.check(
    'CreateTable',
    structuredClone({
      TableName: table.TableName,
      AttributeDefinitions: definitions,
      KeySchema: table.KeySchema,
      ...(onDemand || table.ProvisionedThroughput === undefined ? { BillingMode: 'PAY_PER_REQUEST' } : units(table.ProvisionedThroughput)),
      GlobalSecondaryIndexes: [...global, wanted],
    }),
  );
}

/** DynamoDB leaves out of an index what is of another type. */
function fits(item: Item, index: Index, { AttributeDefinitions: definitions }: Table): boolean {
  return index.KeySchema.every(({ AttributeName: name }) => {
    const type = definitions.find((each) => each.AttributeName === name)?.AttributeType ?? '';
    const value = (item[name] as Readonly<Record<string, unknown>> | undefined)?.[type];
    return value !== undefined && value !== '';
  });
}

/** @throws Refusal when another change is under way */
function checkSettled(table: Table): void {
  const busy = table.TableStatus !== 'ACTIVE' || table.GlobalSecondaryIndexes?.some((index) => index.IndexStatus !== 'ACTIVE') === true;
  if (!busy) return;
  const message = `Attempt to change a resource which is still in use: Table is being ${table.TableStatus === 'CREATING' ? 'created' : 'updated'}: ${table.TableName}`;
  throw new Refusal(errorOutcome(400, 'ResourceInUseException', message));
}

function prefixOf({ TableName: table }: Table, index: string): string {
  return `index-global~${table}~${index}~`;
}

function entries({ store }: DynaliteEngine, prefix: string): Promise<(readonly [key: string, value: unknown])[]> {
  return store.db.iterator({ gte: prefix, lt: `${prefix}\uFFFF` }).all();
}

function invalid(message: string): Refusal {
  return new Refusal(errorOutcome(400, 'ValidationException', message, 'com.amazon.coral.validate'));
}
