import { FunctionFailure, within } from '../function-failure.ts';
import { isJsonArray, isJsonObject, type Json } from '../json.ts';
import type { IntrinsicFunction } from '../scope.ts';
import { isUnresolved } from '../unresolved.ts';

// CFN-021; the same text for an index that is out of range (recorded: cfn-error-select-out-of-range).
const malformed = 'Template error: Fn::Select requires a list argument with two elements: an integer index and a list';

/** `{"Fn::Select": [index, list]}` */
export const select: IntrinsicFunction = {
  name: 'Fn::Select',
  check(argument) {
    const [index, list] = isJsonArray(argument) && argument.length === 2 ? argument : [];
    if (index === undefined || !(isJsonArray(list) || isJsonObject(list))) throw new FunctionFailure(malformed);
    if (isJsonObject(index)) return;
    const position = toIndex(index);
    if (isJsonArray(list) && position >= list.length) throw new FunctionFailure(malformed);
  },
  resolve(argument, scope) {
    const [index, list] = argument as readonly [Json, Json];
    const items = within(1, () => scope.resolve(list));
    const position = within(0, () => scope.resolve(index));
    if (isUnresolved(items)) return items;
    if (isUnresolved(position)) return position;
    if (!isJsonArray(items)) throw new FunctionFailure(malformed);
    const item = items[toIndex(position)];
    if (item === undefined || item === null) throw new FunctionFailure(malformed);
    return item;
  },
};

function toIndex(value: unknown): number {
  const index = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0) throw new FunctionFailure(malformed);
  return index;
}
