import { isDeepStrictEqual } from 'node:util';
import type { Item, RolesLayout, Table } from '../../capabilities/table.ts';
import { ResourceFailure } from '../resource-type.ts';
import { DynamoDbError, type DynamoDbService } from './dynamodb-service.ts';
import type { IndexDefinition, TableDefinition } from './table-definition.ts';

/** A table that exists. */
export class LiveTable implements Table {
  readonly name: string;
  readonly arn: string;
  roles?: RolesLayout;
  readonly #service: DynamoDbService;
  #definition: TableDefinition;

  private constructor(service: DynamoDbService, definition: TableDefinition, arn: string) {
    this.#service = service;
    this.#definition = definition;
    this.name = definition.TableName;
    this.arn = arn;
  }

  /** @throws ResourceFailure with DynamoDB's text */
  static async create(service: DynamoDbService, definition: TableDefinition, arn: string): Promise<LiveTable> {
    await asResourceFailure(() => service.exclusively((call) => createActive(call, definition)));
    return new LiveTable(service, definition, arn);
  }

  /** A table that was kept, with the definition that it was made from. */
  static adopt(service: DynamoDbService, definition: TableDefinition, arn: string): LiveTable {
    return new LiveTable(service, definition, arn);
  }

  /** Says that this table holds roles, or no longer does. */
  describeRoles(layout: RolesLayout | undefined): void {
    if (layout === undefined) delete this.roles;
    else this.roles = layout;
  }

  async put(item: Item): Promise<void> {
    await this.#service.call('PutItem', { TableName: this.name, Item: item });
  }

  scan(): Promise<readonly Item[]> {
    return scanAll((operation, input) => this.#service.call(operation, input), this.name);
  }

  /** Puts the items of the template's Metadata. @throws ResourceFailure that says which one DynamoDB refused */
  async seed(items: readonly Item[]): Promise<void> {
    const put = (item: Item, index: number): Promise<void> =>
      asResourceFailure(() => this.put(item), `Item ${index} of Metadata S3M.seed: `);
    // Together they wait for the disk once.
    for (let first = 0; first < items.length; first += 100) {
      await Promise.all(items.slice(first, first + 100).map((item, index) => put(item, first + index)));
    }
  }

  /**
   * Takes on a changed definition and keeps the items. dynalite has no UpdateTable for indexes, so the table is made anew behind
   * closed doors: calls wait meanwhile. @throws ResourceFailure
   */
  async update(definition: TableDefinition): Promise<void> {
    if (isDeepStrictEqual(definition, this.#definition)) return;
    checkIndexChanges(this.#definition.GlobalSecondaryIndexes ?? [], definition.GlobalSecondaryIndexes ?? []);
    const previous = this.#definition;
    await asResourceFailure(() =>
      this.#service.asOne(async (call) => {
        const items = await scanAll(call, this.name);
        await call('DeleteTable', { TableName: this.name });
        await untilGone(call, this.name);
        try {
          await createActive(call, definition);
        } catch (error) {
          await createActive(call, previous);
          await putAll(call, this.name, items);
          throw error;
        }
        await putAll(call, this.name, items);
      }),
    );
    this.#definition = definition;
  }

  /** Takes all items out. Answers how many there were. */
  empty(): Promise<number> {
    return this.#service.asOne(async (call) => {
      const { length } = await scanAll(call, this.name);
      await call('DeleteTable', { TableName: this.name });
      await untilGone(call, this.name);
      await createActive(call, this.#definition);
      return length;
    });
  }

  delete(): Promise<void> {
    return dropTable(this.#service, this.name);
  }
}

/** Deletes a table and waits until it is gone; one that isn't there is gone already. */
export async function dropTable(service: DynamoDbService, name: string): Promise<void> {
  await service.exclusively(async (call) => {
    try {
      await call('DeleteTable', { TableName: name });
    } catch (error) {
      if (error instanceof DynamoDbError && error.code === 'ResourceNotFoundException') return;
      throw error;
    }
    await untilGone(call, name);
  });
}

type Call = DynamoDbService['call'];

/** One index at a time, as CloudFormation has it. */
function checkIndexChanges(before: readonly IndexDefinition[], after: readonly IndexDefinition[]): void {
  const isSame = (one: IndexDefinition, other: IndexDefinition): boolean =>
    one.IndexName === other.IndexName && isDeepStrictEqual([one.KeySchema, one.Projection], [other.KeySchema, other.Projection]);
  const created = after.filter((index) => !before.some((each) => isSame(each, index))).length;
  const deleted = before.filter((index) => !after.some((each) => isSame(each, index))).length;
  if (created + deleted <= 1) return;
  throw new ResourceFailure('Cannot perform more than one GSI creation or deletion in a single update', {
    property: 'GlobalSecondaryIndexes',
    fix: 'Add or remove one index per deployment; a changed index is removed first and added afterwards under another name.',
  });
}

async function createActive(call: Call, definition: TableDefinition): Promise<void> {
  await call('CreateTable', definition);
  for (;;) {
    const { Table: table } = (await call('DescribeTable', { TableName: definition.TableName })) as {
      readonly Table: { readonly TableStatus: string };
    };
    if (table.TableStatus === 'ACTIVE') return;
    await nextTurn();
  }
}

async function untilGone(call: Call, name: string): Promise<void> {
  for (;;) {
    try {
      await call('DescribeTable', { TableName: name });
    } catch (error) {
      if (error instanceof DynamoDbError && error.code === 'ResourceNotFoundException') return;
      throw error;
    }
    await nextTurn();
  }
}

async function scanAll(call: Call, name: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: unknown;
  do {
    const page = await call('Scan', { TableName: name, ...(start === undefined ? {} : { ExclusiveStartKey: start }) });
    items.push(...(page['Items'] as readonly Item[]));
    start = page['LastEvaluatedKey'];
  } while (start !== undefined);
  return items;
}

async function putAll(call: Call, name: string, items: readonly Item[]): Promise<void> {
  for (const item of items) await call('PutItem', { TableName: name, Item: item });
}

/** dynalite changes a table's status in a timer of no delay. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function asResourceFailure<T>(work: () => Promise<T>, before = ''): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DynamoDbError) throw new ResourceFailure(`${before}${error.message}`, { cause: error });
    throw error;
  }
}
