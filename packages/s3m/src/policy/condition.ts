import { findOperator } from './condition-operators.ts';
import { fillIn, hasVariable, plainText } from './variables.ts';

/** How a test treats a key with several values: `ForAllValues:`, `ForAnyValue:`, or neither. */
export type SetModifier = 'single' | 'all' | 'any';

/** One key under one operator of a `Condition` block. */
export interface ConditionTest {
  /** Without set modifier and `IfExists`: `StringLike`. */
  readonly operator: string;
  readonly set: SetModifier;
  readonly ifExists: boolean;
  /** False for an operator that IAM does not have. */
  readonly known: boolean;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly string[];
  /** Whether `${...}` in a value is a policy variable: not before 2012-10-17 (IAM-022). */
  readonly variables: boolean;
}

/**
 * Values of a condition key of the request, by its name in lower case. Empty: the request does not have the key.
 * Undefined: this engine does not know, and the test's outcome is not known either.
 */
export type ConditionKeys = (key: string) => readonly string[] | undefined;

/** The outcome of a test; `unknown` never lets anybody in: an Allow needs `true`, a Deny applies unless `false`. */
export type Truth = boolean | 'unknown';

/** All tests of a statement together: every one must hold (IAM-017). */
export function evaluateConditions(tests: readonly ConditionTest[], keys: ConditionKeys): Truth {
  let outcome: Truth = true;
  for (const test of tests) {
    const truth = evaluateCondition(test, keys);
    if (truth === false) return false;
    if (truth === 'unknown') outcome = 'unknown';
  }
  return outcome;
}

export function evaluateCondition(test: ConditionTest, keys: ConditionKeys): Truth {
  if (!test.known) return 'unknown';
  const actual = keys(test.key);
  if (actual === undefined) return 'unknown';
  if (test.operator === 'Null') return evaluateNull(test, actual);
  const operator = findOperator(test.operator);
  if (operator === undefined) return 'unknown';
  if (actual.length === 0) return evaluateAbsent(test, operator.negated);
  if (test.set === 'single' && actual.length > 1) return 'unknown';
  const wanted = test.values.map((value) => resolveValue(test, value, keys));
  const outcomes = actual.map((value) => holdsFor(value, wanted, operator.compare, operator.negated));
  return test.set === 'any' ? anyOf(outcomes) : allOf(outcomes);
}

/** Absent key: false, true for negated operators and `IfExists` (IAM-018); an empty set has all of its values right and none right (IAM-021). */
function evaluateAbsent(test: ConditionTest, negated: boolean): Truth {
  if (test.set === 'all') return true;
  if (test.set === 'any') return false;
  return test.ifExists || negated;
}

/** `"true"`: the key must be absent; `"false"`: it must be there. */
function evaluateNull(test: ConditionTest, actual: readonly string[]): Truth {
  const absent = actual.length === 0;
  return anyOf(test.values.map((value) => (value === 'true' ? absent : value === 'false' ? !absent : 'unknown')));
}

/** Several values of the policy: one must compare as equal, or, negated, none (IAM-017). */
function holdsFor(
  actual: string,
  wanted: readonly (string | undefined)[],
  compare: (actual: string, wanted: string) => boolean | undefined,
  negated: boolean,
): Truth {
  const any = anyOf(wanted.map((value) => (value === undefined ? 'unknown' : (compare(actual, value) ?? 'unknown'))));
  if (any === 'unknown') return 'unknown';
  return negated ? !any : any;
}

function anyOf(outcomes: readonly Truth[]): Truth {
  if (outcomes.includes(true)) return true;
  return outcomes.includes('unknown') ? 'unknown' : false;
}

function allOf(outcomes: readonly Truth[]): Truth {
  if (outcomes.includes(false)) return false;
  return outcomes.includes('unknown') ? 'unknown' : true;
}

/**
 * A value with its variables filled in, as strings and ARNs have them; undefined when what it stands for is not known. What is filled in counts
 * for itself, so that where an operator reads wildcards, a value that has some is not known.
 */
function resolveValue(test: ConditionTest, value: string, keys: ConditionKeys): string | undefined {
  if (!test.variables || !hasVariable(value)) return value;
  if (!/^(String|Arn|Bool)/.test(test.operator)) return undefined;
  const filled = fillIn(value, keys);
  if (filled === undefined) return undefined;
  const plain = plainText(filled);
  return plain !== filled && /Like$|^Arn/.test(test.operator) ? undefined : plain;
}
