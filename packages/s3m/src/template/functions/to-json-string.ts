import { FunctionFailure } from '../function-failure.ts';
import type { Json } from '../json.ts';
import { noValue } from '../no-value.ts';
import type { IntrinsicFunction } from '../scope.ts';
import { isUnresolved, unresolved } from '../unresolved.ts';

/** `{"Fn::ToJsonString": object or list}` */
export const toJsonString: IntrinsicFunction = {
  name: 'Fn::ToJsonString',
  languageExtension: true,
  resolve(argument, scope) {
    const value = scope.resolve(argument);
    if (value === noValue || typeof value !== 'object')
      throw new FunctionFailure('Template error: Fn::ToJsonString requires an object or a list');
    const text = JSON.stringify(value);
    return holdsUnresolved(value) ? unresolved(text) : text;
  },
};

function holdsUnresolved(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsUnresolved);
  return isUnresolved(value);
}
