import type { Frame } from './frame.ts';
import { equalValues } from './equal-values.ts';
import { JavaEntry, JavaList, JavaMap, type JavaValue } from './java-value.ts';

/** `#if`: null and false are false, all else is true, empty texts as well. */
export function isTrue(value: JavaValue): boolean {
  return value !== undefined && value !== false;
}

/** `==`. Null equals the empty text (AG-351, AG-909); values of different classes are compared by their texts. */
export function isEqual(frame: Frame, left: JavaValue, right: JavaValue): boolean {
  if (left === undefined || right === undefined) return (left ?? '') === (right ?? '');
  if (isNumber(left) && isNumber(right)) return left === right || Number(left) === Number(right);
  if (classOf(left) === classOf(right)) return equalValues(frame, left, right);
  return frame.print(left) === frame.print(right);
}

/** `<` and the like: numbers only. */
export function compareNumbers(operator: '<' | '<=' | '>' | '>=', left: JavaValue, right: JavaValue): boolean {
  if (!isNumber(left) || !isNumber(right)) return false;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** Java's arithmetic: integers stay integers, a division by zero and what is no number come to null. `+` joins texts. */
export function calculate(frame: Frame, operator: '+' | '-' | '*' | '/' | '%', left: JavaValue, right: JavaValue): JavaValue {
  frame.spend();
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string')) {
    return frame.sized((left === undefined ? '' : frame.print(left)) + (right === undefined ? '' : frame.print(right)));
  }
  if (!isNumber(left) || !isNumber(right)) return undefined;
  if ((operator === '/' || operator === '%') && Number(right) === 0) return undefined;
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (operator === '*') frame.spend((left.toString(16).length * right.toString(16).length) >> 4);
    return onIntegers(operator, left, right);
  }
  return onDoubles(operator, Number(left), Number(right));
}

function onIntegers(operator: '+' | '-' | '*' | '/' | '%', left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function onDoubles(operator: '+' | '-' | '*' | '/' | '%', left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function isNumber(value: JavaValue): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function classOf(value: JavaValue): unknown {
  if (value instanceof JavaList) return JavaList;
  if (value instanceof JavaMap) return JavaMap;
  return value instanceof JavaEntry ? JavaEntry : typeof value;
}
