import { FunctionFailure } from '../function-failure.ts';
import { isJsonArray } from '../json.ts';
import type { IntrinsicFunction } from '../scope.ts';
import { isUnresolved } from '../unresolved.ts';

/** `{"Fn::Length": list}` */
export const length: IntrinsicFunction = {
  name: 'Fn::Length',
  languageExtension: true,
  resolve(argument, scope) {
    const list = scope.resolve(argument);
    if (isUnresolved(list)) return list;
    if (!isJsonArray(list)) throw new FunctionFailure('Template error: Fn::Length requires a list or a function that returns a list');
    return list.length;
  },
};
