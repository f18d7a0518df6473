import { FunctionFailure } from '../function-failure.ts';
import type { IntrinsicFunction } from '../scope.ts';

/** `{"Ref": "Name"}` */
export const ref: IntrinsicFunction = {
  name: 'Ref',
  check(argument) {
    if (typeof argument !== 'string') throw new FunctionFailure('Template error: every Ref object must have a single String value.');
  },
  resolve: (argument, scope) => scope.ref(String(argument)),
};
