import { FunctionFailure, within } from '../function-failure.ts';
import { isJsonArray, type Json } from '../json.ts';
import type { IntrinsicFunction } from '../scope.ts';

const malformed =
  'Template error: Fn::If requires a list argument with three elements: the condition name, a value if true and a value if false';

/** `{"Fn::If": ["Condition", valueIfTrue, valueIfFalse]}`. The branch not taken is never looked at. */
export const fnIf: IntrinsicFunction = {
  name: 'Fn::If',
  check(argument) {
    if (!isJsonArray(argument) || argument.length !== 3 || typeof argument[0] !== 'string') throw new FunctionFailure(malformed);
  },
  resolve(argument, scope) {
    const [condition, whenTrue, whenFalse] = argument as readonly [string, Json, Json];
    return scope.condition(condition) ? within(1, () => scope.resolve(whenTrue)) : within(2, () => scope.resolve(whenFalse));
  },
};
