import type { Frame } from './frame.ts';
import { JavaEntry, JavaList, JavaMap, type JavaValue } from './java-value.ts';
import { VtlFailure } from './vtl-problem.ts';

const maxDepth = 200;

/** `Object.equals()` */
export function equalValues(frame: Frame, left: JavaValue, right: JavaValue, depth = 0): boolean {
  if (left === right) return true;
  frame.spend();
  if (depth > maxDepth) throw new VtlFailure(`A value is nested more than ${maxDepth} deep`);
  const same = (one: JavaValue, other: JavaValue): boolean => equalValues(frame, one, other, depth + 1);
  if (left instanceof JavaList && right instanceof JavaList) {
    return left.items.length === right.items.length && left.items.every((item, index) => same(item, right.items[index]));
  }
  if (left instanceof JavaMap && right instanceof JavaMap) {
    return (
      left.entries.size === right.entries.size &&
      [...left.entries].every(([key, value]) => right.entries.has(key) && same(value, right.get(key)))
    );
  }
  return left instanceof JavaEntry && right instanceof JavaEntry && left.key === right.key && same(left.value, right.value);
}
