import type { Json } from './json.ts';

/** What `{"Ref": "AWS::NoValue"}` stands for: the property or list item goes away (CFN-002). */
export const noValue: unique symbol = Symbol('AWS::NoValue');

/** A value after its functions have run. */
export type Resolved = Json | typeof noValue;
