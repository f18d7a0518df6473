import type { JsonPath } from './json-path.ts';
import type { JavaValue } from './java-value.ts';

/** Whether an element is taken. */
export type Filter = (element: JavaValue, root: JavaValue) => boolean;
type Operand = (element: JavaValue, root: JavaValue) => JavaValue;

/** Reads the inside of `[?( ... )]` from `at` on; undefined for what is not simulated. */
export function compileFilter(
  text: string,
  at: number,
  compilePath: (path: string) => JsonPath,
): { readonly filter: Filter; readonly end: number } | undefined {
  const reader = new FilterReader(text, at, compilePath);
  const filter = reader.either();
  return filter === undefined || !reader.take(/\s*\)\s*\]/y) ? undefined : { filter, end: reader.at };
}

class FilterReader {
  readonly #text: string;
  readonly #compilePath: (path: string) => JsonPath;
  at: number;

  constructor(text: string, at: number, compilePath: (path: string) => JsonPath) {
    this.#text = text;
    this.at = at;
    this.#compilePath = compilePath;
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.at += match[0].length;
    return match;
  }

  either(): Filter | undefined {
    let left = this.#both();
    while (left !== undefined && this.take(/\s*\|\|/y)) {
      const [first, second] = [left, this.#both()];
      left = second === undefined ? undefined : (element, root) => first(element, root) || second(element, root);
    }
    return left;
  }

  #both(): Filter | undefined {
    let left = this.#comparison();
    while (left !== undefined && this.take(/\s*&&/y)) {
      const [first, second] = [left, this.#comparison()];
      left = second === undefined ? undefined : (element, root) => first(element, root) && second(element, root);
    }
    return left;
  }

  #comparison(): Filter | undefined {
    if (this.take(/\s*!(?!=)/y)) {
      const negated = this.#comparison();
      return negated === undefined ? undefined : (element, root) => !negated(element, root);
    }
    if (this.take(/\s*\(/y)) {
      const inner = this.either();
      return this.take(/\s*\)/y) === undefined ? undefined : inner;
    }
    const left = this.#operand();
    if (left === undefined) return undefined;
    const operator = this.take(/\s*(==|!=|<=|>=|<|>)/y)?.[1];
    if (operator === undefined) return (element, root) => left(element, root) !== undefined;
    const right = this.#operand();
    return right === undefined ? undefined : (element, root) => compare(operator, left(element, root), right(element, root));
  }

  #operand(): Operand | undefined {
    const path = this.take(/\s*([@$](?:\.\.?[\w-]+|\[\s*(?:-?\d+|'[^']*'|"[^"]*")\s*\])*)/y)?.[1];
    if (path !== undefined) {
      const compiled = this.#compilePath(path);
      return path.startsWith('$') ? (_, root) => compiled(root) : (element) => compiled(element);
    }
    const text = this.take(/\s*(?:'([^']*)'|"([^"]*)")/y);
    if (text !== undefined) return () => text[1] ?? text[2];
    const number = this.take(/\s*(-?\d+(\.\d+)?)/y);
    if (number !== undefined) return () => (number[2] === undefined ? BigInt(number[1]!) : Number(number[1]));
    const word = this.take(/\s*(true|false|null)/y)?.[1];
    return word === undefined ? undefined : () => (word === 'null' ? undefined : word === 'true');
  }
}

function compare(operator: string, left: JavaValue, right: JavaValue): boolean {
  if (operator === '==') return isSame(left, right);
  if (operator === '!=') return !isSame(left, right);
  if (typeof left === 'string' ? typeof right !== 'string' : !isNumber(left) || !isNumber(right)) return false;
  const [first, second] = [left as string | number, right as string | number];
  switch (operator) {
    case '<':
      return first < second;
    case '<=':
      return first <= second;
    case '>':
      return first > second;
    default:
      return first >= second;
  }
}

function isSame(left: JavaValue, right: JavaValue): boolean {
  return isNumber(left) && isNumber(right) ? Number(left) === Number(right) : left === right;
}

function isNumber(value: JavaValue): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}
