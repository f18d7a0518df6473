import { FunctionFailure } from '../function-failure.ts';
import { scalarText } from '../scalar-text.ts';
import type { IntrinsicFunction } from '../scope.ts';
import { isUnresolved } from '../unresolved.ts';

/** `{"Fn::Base64": "text"}` */
export const base64: IntrinsicFunction = {
  name: 'Fn::Base64',
  resolve(argument, scope) {
    const text = scalarText(scope.resolve(argument));
    if (text === undefined) throw new FunctionFailure('Template error: every Fn::Base64 object must have a String-typed value.');
    return isUnresolved(text) ? text : Buffer.from(text, 'utf8').toString('base64');
  },
};
