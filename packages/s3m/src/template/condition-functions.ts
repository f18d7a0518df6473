import { FunctionFailure, within } from './function-failure.ts';
import { isJsonArray, isJsonObject, type Json } from './json.ts';
import { noValue } from './no-value.ts';
import type { Scope } from './scope.ts';

/** A function that is true or false (CFN-001). */
interface ConditionFunction {
  readonly operands: { readonly least: number; readonly most: number };
  readonly malformed: string;
  evaluate(operands: readonly Json[], scope: Scope): boolean;
}

const functions: Readonly<Record<string, ConditionFunction>> = {
  'Fn::Equals': {
    operands: { least: 2, most: 2 },
    malformed: 'Template error: every Fn::Equals object requires a list of 2 string parameters.', // CFN-021
    evaluate: ([left, right], scope) => same(scope.resolve(left!), scope.resolve(right!)),
  },
  'Fn::And': {
    operands: { least: 2, most: 10 },
    malformed: 'Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.',
    evaluate: (operands, scope) => operands.every((operand, index) => within(index, () => evaluateCondition(operand, scope))),
  },
  'Fn::Or': {
    operands: { least: 2, most: 10 },
    malformed: 'Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.',
    evaluate: (operands, scope) => operands.some((operand, index) => within(index, () => evaluateCondition(operand, scope))),
  },
  'Fn::Not': {
    operands: { least: 1, most: 1 },
    malformed: 'Template error: every Fn::Not object requires one boolean parameter.',
    evaluate: ([operand], scope) => !within(0, () => evaluateCondition(operand!, scope)),
  },
  // The next three in Rules only.
  'Fn::Contains': {
    operands: { least: 2, most: 2 },
    malformed: 'Template error: every Fn::Contains object requires a list of strings and a string.',
    evaluate: ([list, value], scope) => contains(scope.resolve(list!), scope.resolve(value!)),
  },
  'Fn::EachMemberEquals': {
    operands: { least: 2, most: 2 },
    malformed: 'Template error: every Fn::EachMemberEquals object requires a list of strings and a string.',
    evaluate: ([list, value], scope) => {
      const wanted = scope.resolve(value!);
      return items(scope.resolve(list!)).every((item) => same(item, wanted));
    },
  },
  'Fn::EachMemberIn': {
    operands: { least: 2, most: 2 },
    malformed: 'Template error: every Fn::EachMemberIn object requires two lists of strings.',
    evaluate: ([list, allowed], scope) => {
      const among = scope.resolve(allowed!);
      return items(scope.resolve(list!)).every((item) => contains(among, item));
    },
  },
};

export function isConditionFunction(name: string): boolean {
  return Object.hasOwn(functions, name);
}

/** Looks at the number of operands without evaluating. @throws FunctionFailure */
export function checkConditionOperands(name: string, argument: Json): readonly Json[] {
  const { operands, malformed } = functions[name]!;
  if (!isJsonArray(argument) || argument.length < operands.least || argument.length > operands.most) throw new FunctionFailure(malformed);
  return argument;
}

/**
 * Evaluates a condition: a condition function, `{"Condition": "Name"}`, or a value that is `true` or `false`.
 * @throws FunctionFailure
 */
export function evaluateCondition(value: Json, scope: Scope): boolean {
  if (isJsonObject(value) && Object.keys(value).length === 1) {
    const [name, argument] = Object.entries(value)[0]!;
    if (name === 'Condition' && typeof argument === 'string') return scope.condition(argument);
    if (isConditionFunction(name)) {
      return within(name, () => functions[name]!.evaluate(checkConditionOperands(name, argument), scope));
    }
  }
  const plain = scope.resolve(value);
  if (plain === true || plain === 'true') return true;
  if (plain === false || plain === 'false') return false;
  throw new FunctionFailure('Template format error: Conditions can only be boolean operations on parameters and other conditions');
}

/** `1` equals `"1"`, since CloudFormation compares texts. */
function same(left: unknown, right: unknown): boolean {
  return left !== noValue && right !== noValue && comparable(left) === comparable(right);
}

function comparable(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function contains(list: unknown, value: unknown): boolean {
  return items(list).some((item) => same(item, value));
}

function items(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [list];
}
