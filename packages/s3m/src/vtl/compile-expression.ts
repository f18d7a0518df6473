import { compileParameter, type Evaluate, type Interpolate } from './compile-reference.ts';
import type { Cursor } from './cursor.ts';
import type { Frame } from './frame.ts';
import type { JavaValue } from './java-value.ts';
import { calculate, compareNumbers, isEqual, isTrue } from './operators.ts';

type Operate = (frame: Frame, left: Evaluate, right: Evaluate) => JavaValue;

/** Operators by how they bind, the loosest first. */
const levels: readonly { readonly pattern: RegExp; readonly operators: Readonly<Record<string, Operate>> }[] = [
  {
    pattern: /\|\||or(?![\w@])/y,
    operators: named(['||', 'or'], (frame, left, right) => isTrue(left(frame)) || isTrue(right(frame))),
  },
  {
    pattern: /&&|and(?![\w@])/y,
    operators: named(['&&', 'and'], (frame, left, right) => isTrue(left(frame)) && isTrue(right(frame))),
  },
  {
    pattern: /==|!=|eq(?![\w@])|ne(?![\w@])/y,
    operators: {
      ...named(['==', 'eq'], (frame, left, right) => isEqual(frame, left(frame), right(frame))),
      ...named(['!=', 'ne'], (frame, left, right) => !isEqual(frame, left(frame), right(frame))),
    },
  },
  {
    pattern: /<=?|>=?|[lg][te](?![\w@])/y,
    operators: {
      ...named(['<', 'lt'], (frame, left, right) => compareNumbers('<', left(frame), right(frame))),
      ...named(['<=', 'le'], (frame, left, right) => compareNumbers('<=', left(frame), right(frame))),
      ...named(['>', 'gt'], (frame, left, right) => compareNumbers('>', left(frame), right(frame))),
      ...named(['>=', 'ge'], (frame, left, right) => compareNumbers('>=', left(frame), right(frame))),
    },
  },
  {
    pattern: /\+|-(?!\d)/y,
    operators: {
      '+': (frame, left, right) => calculate(frame, '+', left(frame), right(frame)),
      '-': (frame, left, right) => calculate(frame, '-', left(frame), right(frame)),
    },
  },
  {
    pattern: /[*/%]/y,
    operators: {
      '*': (frame, left, right) => calculate(frame, '*', left(frame), right(frame)),
      '/': (frame, left, right) => calculate(frame, '/', left(frame), right(frame)),
      '%': (frame, left, right) => calculate(frame, '%', left(frame), right(frame)),
    },
  },
];

/** What `#if` and `#set` take: values with operators between them. */
export function compileExpression(cursor: Cursor, interpolate: Interpolate): Evaluate {
  return cursor.nested(() => compileLevel(cursor, interpolate, 0));
}

function compileLevel(cursor: Cursor, interpolate: Interpolate, index: number): Evaluate {
  const level = levels[index];
  if (level === undefined) return compileUnary(cursor, interpolate);
  let left = compileLevel(cursor, interpolate, index + 1);
  for (;;) {
    cursor.skipBlanks();
    const operator = cursor.match(level.pattern)?.[0];
    if (operator === undefined) return left;
    const operate = level.operators[operator]!;
    const [first, second] = [left, compileLevel(cursor, interpolate, index + 1)];
    left = (frame) => operate(frame, first, second);
  }
}

function compileUnary(cursor: Cursor, interpolate: Interpolate): Evaluate {
  cursor.skipBlanks();
  if (cursor.match(/!|not(?![\w@])/y) !== undefined) {
    const operand = cursor.nested(() => compileUnary(cursor, interpolate));
    return (frame) => !isTrue(operand(frame));
  }
  if (!cursor.take('(')) return compileParameter(cursor, interpolate);
  const inner = compileExpression(cursor, interpolate);
  cursor.expect(')', 'after an expression');
  return inner;
}

function named(names: readonly string[], operate: Operate): Record<string, Operate> {
  return Object.fromEntries(names.map((name) => [name, operate]));
}
