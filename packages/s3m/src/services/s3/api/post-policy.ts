import { accessDenied, S3Error } from './s3-error.ts';

/** Sizes that a policy allows, in bytes. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

/** Fields that no condition has to name (S3 API Reference, "Creating a POST policy"). */
const free = new Set(['x-amz-signature', 'file', 'policy', 'bucket']);

/**
 * Whether a form is one that its policy allows: in time, each condition met, each field named by one. Answers the sizes that the file may have.
 * @param fields with `bucket`, the bucket that is asked @throws S3Error
 */
export function checkPostPolicy(policy: string, fields: ReadonlyMap<string, string>, now: number): SizeRange | undefined {
  const { expiration, conditions } = parse(policy);
  const expires = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(expires)) throw invalidPolicy('Policy missing or invalid expiration.');
  if (!Array.isArray(conditions)) throw invalidPolicy('Policy missing conditions.');
  if (expires <= now) throw refused('Policy expired.');
  const named = new Set<string>();
  let range: SizeRange | undefined;
  for (const condition of conditions as readonly unknown[]) {
    if (Array.isArray(condition) && String(condition[0]).toLowerCase() === 'content-length-range') {
      range = readRange(condition);
      continue;
    }
    for (const { operator, name: written, value } of readCondition(condition)) {
      const name = written.toLowerCase();
      named.add(name);
      const given = fields.get(name) ?? '';
      if (operator === 'eq' ? given !== value : !given.startsWith(value))
        throw refused(`Policy Condition failed: [${[operator, `$${written}`, value].map((part) => JSON.stringify(part)).join(', ')}]`);
    }
  }
  const extra = [...fields.keys()].find((name) => !named.has(name) && !free.has(name) && !name.startsWith('x-ignore-'));
  if (extra !== undefined) throw refused(`Extra input fields: ${extra}`);
  return range;
}

interface FieldCondition {
  readonly operator: 'eq' | 'starts-with';
  /** As the policy writes it, without the dollar sign. */
  readonly name: string;
  readonly value: string;
}

function readCondition(condition: unknown): readonly FieldCondition[] {
  if (isObject(condition)) {
    return Object.entries(condition).map(([name, value]) => {
      if (typeof value !== 'string') throw invalidPolicy('Invalid Simple-Condition: Simple-Conditions must have a string value.');
      return { operator: 'eq', name, value };
    });
  }
  const [operator, name, value, ...others] = Array.isArray(condition) ? (condition as readonly unknown[]) : [];
  const kind = String(operator).toLowerCase();
  if (
    (kind !== 'eq' && kind !== 'starts-with') ||
    typeof name !== 'string' ||
    !name.startsWith('$') ||
    typeof value !== 'string' ||
    others.length > 0
  )
    throw invalidPolicy(`Invalid Condition: ${JSON.stringify(condition)}`);
  return [{ operator: kind, name: name.slice(1), value }];
}

function readRange(condition: readonly unknown[]): SizeRange {
  const [, min, max] = condition.map(Number);
  if (condition.length !== 3 || !Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min! < 0)
    throw invalidPolicy(`Invalid content-length-range: ${JSON.stringify(condition)}`);
  return { min: min!, max: max! };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(policy: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(policy, 'base64').toString());
    if (isObject(value)) return value;
  } catch {
    // Told below, as what is no object.
  }
  throw invalidPolicy('Invalid JSON.');
}

function invalidPolicy(why: string): S3Error {
  return new S3Error(400, 'InvalidPolicyDocument', `Invalid Policy: ${why}`);
}

function refused(why: string): S3Error {
  return accessDenied(`Invalid according to Policy: ${why}`);
}
