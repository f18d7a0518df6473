import type { Properties, Value } from '../resource-type.ts';

/** A statement of a bucket policy; single values have become lists. */
export interface BucketPolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  /** Whether the principal is everybody: `*` or `{"AWS": "*"}`. */
  readonly everybody: boolean;
  /** The statement has NotPrincipal: everybody but those named. */
  readonly notPrincipal: boolean;
  readonly actions: readonly string[] | undefined;
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[] | undefined;
  readonly notResources: readonly string[] | undefined;
  /** By operator, then by condition key. */
  readonly conditions: readonly PolicyCondition[];
}

export interface PolicyCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export type BucketPolicyDocument = readonly BucketPolicyStatement[];

/** A document that S3 refuses; `message` is S3's. */
export class MalformedPolicy extends Error {}

/** Reads a policy document. @throws MalformedPolicy */
export function parseBucketPolicy(document: Value | undefined): BucketPolicyDocument {
  const statements = isObject(document) ? asList(document['Statement']) : undefined;
  if (statements === undefined || statements.length === 0) throw new MalformedPolicy('Missing required field Statement');
  return statements.map(parseStatement);
}

function parseStatement(statement: Value): BucketPolicyStatement {
  if (!isObject(statement)) throw new MalformedPolicy('This policy contains invalid Json');
  const { Effect: effect, Principal: principal, NotPrincipal: notPrincipal } = statement;
  if (effect === undefined) throw new MalformedPolicy('Missing required field Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw new MalformedPolicy(`Invalid effect: ${JSON.stringify(effect)}`);
  exactlyOne(statement, 'Principal', 'NotPrincipal');
  exactlyOne(statement, 'Action', 'NotAction');
  exactlyOne(statement, 'Resource', 'NotResource');
  return {
    effect,
    everybody: isEverybody(principal),
    notPrincipal: notPrincipal !== undefined,
    actions: asStrings(statement['Action']),
    notActions: asStrings(statement['NotAction']),
    resources: asStrings(statement['Resource']),
    notResources: asStrings(statement['NotResource']),
    conditions: parseConditions(statement['Condition']),
  };
}

function exactlyOne(statement: Properties, name: string, negated: string): void {
  if (statement[name] === undefined && statement[negated] === undefined) throw new MalformedPolicy(`Missing required field ${name}`);
  if (statement[name] !== undefined && statement[negated] !== undefined)
    throw new MalformedPolicy(`${name} and ${negated} exclude each other`);
}

function parseConditions(condition: Value | undefined): PolicyCondition[] {
  if (!isObject(condition)) return [];
  return Object.entries(condition).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key: key.toLowerCase(), values: asStrings(values) ?? [] }))
      : [],
  );
}

function isEverybody(principal: Value | undefined): boolean {
  if (principal === '*') return true;
  return isObject(principal) && (asStrings(principal['AWS']) ?? []).includes('*');
}

function asStrings(value: Value | undefined): readonly string[] | undefined {
  return asList(value)?.map(String);
}

function asList(value: Value | undefined): readonly Value[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value : [value];
}

function isObject(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
