import { FunctionFailure } from '../function-failure.ts';
import { scalarText } from '../scalar-text.ts';
import type { IntrinsicFunction } from '../scope.ts';

/** `{"Fn::GetAZs": "region"}`; the empty string is the stack's region (CFN-003). */
export const getAzs: IntrinsicFunction = {
  name: 'Fn::GetAZs',
  resolve(argument, scope) {
    const region = scalarText(scope.resolve(argument));
    if (region === undefined) throw new FunctionFailure('Template error: every Fn::GetAZs object must have a String-typed value.');
    return scope.zones(region === '' ? scope.region : region);
  },
};
