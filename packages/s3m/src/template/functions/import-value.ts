import { FunctionFailure } from '../function-failure.ts';
import { scalarText } from '../scalar-text.ts';
import type { IntrinsicFunction } from '../scope.ts';

/** `{"Fn::ImportValue": "export name"}` */
export const importValue: IntrinsicFunction = {
  name: 'Fn::ImportValue',
  resolve(argument, scope) {
    const name = scalarText(scope.resolve(argument));
    if (name === undefined)
      throw new FunctionFailure('Template error: the attribute in Fn::ImportValue must be a string or a function that returns a string');
    return scope.importValue(name);
  },
};
