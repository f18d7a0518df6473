import type { Account } from '../account.ts';
import { errorOutcome, type Outcome } from './outcome.ts';

type Given = Readonly<Record<string, unknown>>;

/** A request whose tables have names, and how its answer gets back what it called them. */
export interface NamedTables {
  readonly input: Given;
  readonly restore: (outcome: Outcome) => Outcome;
}

/**
 * Tables may be named by their ARNs wherever their names may stand; dynalite doesn't know that. An ARN of another account or region is of no table
 * here: what is asked of it is refused, with the text of the planes of data or control (DDB-003).
 */
export function nameTables(account: Account, operation: string, input: Given): NamedTables | Outcome {
  const arns = new Map<string, string>();
  let foreign: string | undefined;
  const nameOf = (given: unknown): unknown => {
    if (typeof given !== 'string' || !given.startsWith('arn:')) return given;
    const prefix = `arn:${account.partition}:dynamodb:${account.region}:${account.id}:table/`;
    const name = given.slice(prefix.length);
    if (!given.startsWith(prefix) || !/^[a-zA-Z0-9_.-]+$/.test(name)) foreign ??= given;
    arns.set(name, given);
    return name;
  };
  const named = withNames(input, nameOf);
  if (isForeign(account, input['ResourceArn']))
    return errorOutcome(
      400,
      'ResourceNotFoundException',
      `Requested resource not found: ResourcArn: ${String(input['ResourceArn'])} not found`,
    );
  if (foreign !== undefined) {
    const what = operation.endsWith('Table') || operation.endsWith('TimeToLive') ? `: Table: ${foreign} not found` : '';
    return errorOutcome(400, 'ResourceNotFoundException', `Requested resource not found${what}`);
  }
  return { input: named, restore: arns.size === 0 || !operation.startsWith('Batch') ? asIs : (outcome) => withArns(outcome, arns) };
}

/** A well-formed ARN of DynamoDB's that is of another account or region; what is malformed is refused by the operation. */
function isForeign({ region, id }: Account, arn: unknown): boolean {
  const [, ofRegion, ofAccount] = (typeof arn === 'string' ? /^arn:[^:]+:dynamodb:([^:]+):(\d+):/.exec(arn) : null) ?? [];
  return ofRegion !== undefined && (ofRegion !== region || ofAccount !== id);
}

function asIs(outcome: Outcome): Outcome {
  return outcome;
}

function withNames(input: Given, nameOf: (given: unknown) => unknown): Given {
  const { TableName: table, RequestItems: requests, TransactItems: items } = input;
  if (typeof table === 'string' && table.startsWith('arn:')) return { ...input, TableName: nameOf(table) };
  if (isObject(requests) && Object.keys(requests).some((key) => key.startsWith('arn:'))) {
    return { ...input, RequestItems: Object.fromEntries(Object.entries(requests).map(([key, value]) => [nameOf(key), value])) };
  }
  if (Array.isArray(items)) {
    return {
      ...input,
      TransactItems: items.map((item: unknown) =>
        isObject(item)
          ? Object.fromEntries(Object.entries(item).map(([kind, part]) => [kind, isObject(part) ? withNames(part, nameOf) : part]))
          : item,
      ),
    };
  }
  return input;
}

/** Batches answer by table, as the request names it. */
function withArns(outcome: Outcome, arns: ReadonlyMap<string, string>): Outcome {
  if (outcome.status !== 200) return outcome;
  const output = JSON.parse(outcome.text) as Readonly<Record<string, unknown>>;
  const entries = Object.entries(output).map(([member, value]) => [
    member,
    isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [arns.get(name) ?? name, each])) : value,
  ]);
  return { status: 200, text: JSON.stringify(Object.fromEntries(entries)) };
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
