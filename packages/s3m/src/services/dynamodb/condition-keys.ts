import type { Data } from 'dynalite/validations/index.js';
import type { ConditionKeys } from '../../policy/condition.ts';

type Input = Readonly<Record<string, unknown>>;

/** What a request says can only be read with the rules of its operation, and of its table. */
export interface RequestReader {
  /** Name of the partition key of a table or of an index of it; undefined for one that is not there. */
  hashKeyOf(table: string, index?: string): string | undefined;
  /** The request as its operation reads it, with its expressions taken apart; undefined when it is malformed. */
  read(operation: string, input: Input): Data | undefined;
}

/** A request for one table; those that hold several, transactions and batches, are told apart. */
export interface TableRequest {
  /** `GetItem`; of a part of a transaction or a batch the operation that it stands for. */
  readonly operation: string;
  readonly inputs: readonly Input[];
  readonly table: string;
  /** The operation that holds it. */
  readonly within?: string;
  /** What stands beside the parts, for all of them. */
  readonly whole: Input;
}

/**
 * Condition keys of DynamoDB (Service Authorization Reference; DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access
 * control"). A key that is not here is not known: a condition on it is not met.
 */
export function conditionKeys(request: TableRequest, reader: RequestReader): ConditionKeys {
  return (key) => {
    switch (key) {
      case 'dynamodb:leadingkeys':
        return leadingKeys(request, reader);
      case 'dynamodb:attributes':
        return attributes(request, reader);
      case 'dynamodb:select':
        return select(request);
      case 'dynamodb:returnvalues':
        return /^(Put|Update|Delete)Item$/.test(request.operation) ? [textOf(request.inputs[0]?.['ReturnValues'], 'NONE')] : [];
      case 'dynamodb:returnconsumedcapacity':
        return [textOf(request.whole['ReturnConsumedCapacity'], 'NONE')];
      case 'dynamodb:enclosingoperation':
        return request.within === undefined ? [] : [request.within];
      case 'dynamodb:fulltablescan':
        return [String(request.operation === 'Scan')];
      default:
        return undefined;
    }
  };
}

/** The partition keys of all items that are named, of a query of an index the index's; none for a scan, which names none. */
function leadingKeys({ operation, inputs, table }: TableRequest, reader: RequestReader): readonly string[] | undefined {
  if (operation === 'Scan') return [];
  // Other operations don't look at the name of an index.
  const index = operation === 'Query' ? inputs[0]?.['IndexName'] : undefined;
  const name = reader.hashKeyOf(table, isGiven(index) ? String(index) : undefined);
  if (name === undefined) return undefined;
  const values: string[] = [];
  for (const input of inputs) {
    const value = operation === 'Query' ? queriedValue(reader.read(operation, input), name) : memberOf(itemNamed(operation, input), name);
    const text = scalarOf(value);
    if (text === undefined) return undefined;
    values.push(text);
  }
  return values;
}

/** Only what the operation goes by: what it does not look at says nothing. */
function itemNamed(operation: string, input: Input): unknown {
  return operation === 'PutItem' || (operation === 'BatchWriteItem' && isGiven(input['Item'])) ? input['Item'] : input['Key'];
}

/** The service takes null for nothing. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** What a query's conditions say of the partition key, which must be equality. */
function queriedValue(data: Data | undefined, name: string): unknown {
  const condition = memberOf(data?.['KeyConditions'], name) as
    | { readonly ComparisonOperator?: string; readonly AttributeValueList?: readonly unknown[] }
    | undefined;
  return condition?.ComparisonOperator === 'EQ' ? condition.AttributeValueList?.[0] : undefined;
}

/** The attributes on the first level that a request names anywhere. */
function attributes({ operation, inputs }: TableRequest, reader: RequestReader): readonly string[] | undefined {
  const names = new Set<string>();
  for (const input of inputs) {
    const data = reader.read(operation === 'ConditionCheckItem' ? 'DeleteItem' : operation, input);
    if (data === undefined) return undefined;
    for (const member of ['Key', 'Item', 'Expected', 'AttributeUpdates', 'KeyConditions', 'QueryFilter', 'ScanFilter'])
      for (const name of Object.keys((data[member] as object | undefined) ?? {})) names.add(name);
    for (const name of (data['AttributesToGet'] as readonly string[] | undefined) ?? []) names.add(name);
    for (const member of ['_projection', '_condition', '_filter', '_updates', '_keyCondition']) addPaths(data[member], names);
  }
  return [...names];
}

/** In an expression that is taken apart, a path is a list that begins with a name. */
function addPaths(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    if (typeof node[0] === 'string') names.add(node[0]);
    else for (const each of node) addPaths(each, names);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { expression, paths, sections, path, val, args } = node as Input;
  for (const each of [expression, paths, sections, path, val, args]) addPaths(each, names);
}

function select({ operation, inputs, whole }: TableRequest): readonly string[] {
  if (!/^(GetItem|Query|Scan)$/.test(operation)) return [];
  const input = inputs[0] ?? whole;
  if (isGiven(input['ProjectionExpression']) || isGiven(input['AttributesToGet'])) return ['SPECIFIC_ATTRIBUTES'];
  return [textOf(input['Select'], isGiven(input['IndexName']) ? 'ALL_PROJECTED_ATTRIBUTES' : 'ALL_ATTRIBUTES')];
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Input)[name] : undefined;
}

/** Of a text, a number or bytes. */
function scalarOf(value: unknown): string | undefined {
  const { S: text, N: number, B: bytes } = (typeof value === 'object' && value !== null ? value : {}) as Input;
  const scalar = text ?? number ?? bytes;
  return typeof scalar === 'string' ? scalar : undefined;
}
