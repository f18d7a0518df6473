import { FunctionFailure, within } from '../function-failure.ts';
import { isJsonArray, isJsonObject, type Json } from '../json.ts';
import { scalarText } from '../scalar-text.ts';
import type { IntrinsicFunction } from '../scope.ts';
import { isUnresolved } from '../unresolved.ts';

// CFN-021
const malformed =
  'Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.';

/** `{"Fn::Split": ["delimiter", "text"]}`. A text that is not known yet stays one unknown value. */
export const split: IntrinsicFunction = {
  name: 'Fn::Split',
  check(argument) {
    const [delimiter, source] = isJsonArray(argument) && argument.length === 2 ? argument : [];
    if (typeof delimiter !== 'string' || !(typeof source === 'string' || isJsonObject(source))) throw new FunctionFailure(malformed);
  },
  resolve(argument, scope) {
    const [delimiter, source] = argument as readonly [string, Json];
    const text = scalarText(within(1, () => scope.resolve(source)));
    if (text === undefined) throw new FunctionFailure(malformed);
    return isUnresolved(text) ? text : text.split(delimiter);
  },
};
