import { FunctionFailure, within } from '../function-failure.ts';
import { isJsonArray, isJsonObject, type Json } from '../json.ts';
import { scalarText } from '../scalar-text.ts';
import type { IntrinsicFunction } from '../scope.ts';
import { concatenate, isUnresolved } from '../unresolved.ts';

const malformed =
  'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.';

/** `{"Fn::Join": ["delimiter", [values]]}` */
export const join: IntrinsicFunction = {
  name: 'Fn::Join',
  check(argument) {
    const [delimiter, list] = isJsonArray(argument) && argument.length === 2 ? argument : [];
    if (typeof delimiter !== 'string' || !(isJsonArray(list) || isJsonObject(list))) throw new FunctionFailure(malformed);
  },
  resolve(argument, scope) {
    const [delimiter, list] = argument as readonly [string, Json];
    const items = within(1, () => scope.resolve(list));
    if (isUnresolved(items)) return items;
    if (!isJsonArray(items)) throw new FunctionFailure(malformed);
    const parts: string[] = [];
    for (const item of items) {
      const text = scalarText(item);
      if (text === undefined) throw new FunctionFailure(malformed);
      if (parts.length > 0) parts.push(delimiter);
      parts.push(text);
    }
    return concatenate(parts);
  },
};
