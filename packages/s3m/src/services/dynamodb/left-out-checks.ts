import type { Found, Item, Store, TableRecord } from 'dynalite/db/index.js';
import type { Data } from 'dynalite/validations/index.js';

type Check = (data: Data, table: TableRecord) => string | undefined;

/** What AWS refuses and dynalite does not, by operation; the texts are AWS's (DDB-006). */
const checks: Readonly<Record<string, { readonly concerns: (data: Data) => boolean; readonly check: Check }>> = {
  PutItem: {
    concerns: ({ Item: item }) => Object.values(item as Item).some((value) => emptyKind(value) !== undefined),
    check: ({ Item: item }, table) => whyNoIndexKey(item as Item, table),
  },
  UpdateItem: {
    concerns: (data) => emptiesOf(data).length > 0,
    check: (data, table) => {
      const [kind] = emptiesOf(data).flatMap(({ name, kind: each }) => (indexOf(name, table) === undefined ? [] : [each]));
      return kind === undefined
        ? undefined
        : `One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ${kind} value.`;
    },
  },
};

/** Why AWS refuses an operation on a table that dynalite would do; undefined when it does not. */
export function whyRefused(operation: string, data: Data, table: TableRecord): string | undefined {
  const own = checks[operation];
  return own?.concerns(data) === true ? own.check(data, table) : undefined;
}

type Run = (store: Store, data: Data, done: Found<Data>) => void;

/** An operation of dynalite that refuses what AWS refuses. `toError` makes an error of dynalite's of a text. */
export function withLeftOutChecks(operation: string, run: Run, toError: (message: string) => Error): Run {
  if (operation === 'BatchWriteItem') return batchWithChecks(run, toError);
  const own = checks[operation];
  if (own === undefined) return run;
  return (store, data, done) => {
    if (!own.concerns(data)) return run(store, data, done);
    store.getTable(String(data['TableName']), true, (error, table) => {
      if (table === undefined) return done(error);
      const why = own.check(data, table);
      if (why === undefined) run(store, data, done);
      else done(toError(why));
    });
  };
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
}

/** Each item that is put is looked at as if it were put alone. */
function batchWithChecks(run: Run, toError: (message: string) => Error): Run {
  return (store, data, done) => {
    const puts = Object.entries(data['RequestItems'] as Readonly<Record<string, readonly WriteRequest[]>>).flatMap(([table, requests]) =>
      requests.flatMap(({ PutRequest: put }) => (put === undefined ? [] : [{ TableName: table, Item: put.Item }])),
    );
    const rest = puts.filter((put) => checks['PutItem']!.concerns(put));
    const next = (): void => {
      const put = rest.pop();
      if (put === undefined) return run(store, data, done);
      store.getTable(put.TableName, true, (error, table) => {
        if (table === undefined) return done(error);
        const why = whyNoIndexKey(put.Item, table);
        if (why === undefined) next();
        else done(toError(why));
      });
    };
    next();
  };
}

function whyNoIndexKey(item: Item, table: TableRecord): string | undefined {
  for (const [name, value] of Object.entries(item)) {
    const kind = emptyKind(value);
    const index = kind === undefined ? undefined : indexOf(name, table);
    if (index !== undefined)
      return `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${index}, IndexKey: ${name}`;
  }
  return undefined;
}

/** The first index, by name, that has the attribute in its key. */
function indexOf(
  name: string,
  { GlobalSecondaryIndexes: global = [], LocalSecondaryIndexes: local = [], KeySchema: own }: TableRecord,
): string | undefined {
  if (own.some(({ AttributeName: each }) => each === name)) return undefined;
  const indexes = [...global, ...local].filter(({ KeySchema: keys }) => keys.some(({ AttributeName: each }) => each === name));
  return indexes.map(({ IndexName: index }) => index).toSorted()[0];
}

function emptyKind(value: unknown): 'string' | 'binary' | undefined {
  const { S: text, B: bytes } = value as { readonly S?: unknown; readonly B?: unknown };
  return text === '' ? 'string' : bytes === '' ? 'binary' : undefined;
}

interface Section {
  readonly type: string;
  readonly path: readonly (string | number)[];
  readonly val?: unknown;
}

/** The attributes that an update sets to nothing, and to which kind of it. */
function emptiesOf(data: Data): readonly { readonly name: string; readonly kind: 'string' | 'binary' }[] {
  const { sections = [] } = (data['_updates'] as { readonly sections?: readonly Section[] } | undefined) ?? {};
  const ofExpression = sections.flatMap(({ type, path, val }) =>
    type === 'set' && path.length === 1 ? [[String(path[0]), val] as const] : [],
  );
  const updates = Object.entries((data['AttributeUpdates'] as Readonly<Record<string, { readonly Value?: unknown }>> | undefined) ?? {});
  const ofUpdates = updates.map(([name, { Value: value }]) => [name, value] as const);
  return [...ofExpression, ...ofUpdates].flatMap(([name, value]) => {
    const kind = typeof value === 'object' && value !== null ? emptyKind(value) : undefined;
    return kind === undefined ? [] : [{ name, kind }];
  });
}
