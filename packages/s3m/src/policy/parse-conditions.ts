import type { ConditionTest, SetModifier } from './condition.ts';
import { isKnownOperator } from './condition-operators.ts';
import { PolicySyntaxError, type PolicyDocument } from './policy-document.ts';

/**
 * Reads a `Condition` block: operators over keys over values. An operator that IAM does not have is kept, as a test whose outcome is
 * never known.
 * @throws PolicySyntaxError
 */
export function parseConditions(block: unknown, path: string, version: PolicyDocument['version']): ConditionTest[] {
  if (block === undefined) return [];
  if (!isObject(block)) throw new PolicySyntaxError(path, 'must be an object of operators');
  return Object.entries(block).flatMap(([name, keys]) => {
    if (!isObject(keys)) throw new PolicySyntaxError(`${path}.${name}`, 'must be an object of condition keys');
    const operator = parseOperator(name);
    return Object.entries(keys).map(([key, values]) => ({
      ...operator,
      key: key.toLowerCase(),
      values: parseValues(values, `${path}.${name}.${key}`),
      variables: version === '2012-10-17',
    }));
  });
}

/** `ForAnyValue:StringLikeIfExists` in its parts (IAM-018, IAM-021). */
function parseOperator(name: string): Pick<ConditionTest, 'operator' | 'set' | 'ifExists' | 'known'> {
  let operator = name;
  let set: SetModifier = 'single';
  if (operator.startsWith('ForAllValues:')) set = 'all';
  if (operator.startsWith('ForAnyValue:')) set = 'any';
  if (set !== 'single') operator = operator.slice(operator.indexOf(':') + 1);
  const ifExists = operator.endsWith('IfExists') && operator !== 'Null';
  if (ifExists) operator = operator.slice(0, -'IfExists'.length);
  return { operator, set, ifExists, known: isKnownOperator(operator) };
}

function parseValues(values: unknown, path: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(values) ? values : [values];
  return list.map((value) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new PolicySyntaxError(path, 'must be a string, a number or a boolean, or a list of them');
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
