import { entryMethods, itemAt, keyOf, listMethods, mapMethods } from './collection-methods.ts';
import type { Frame } from './frame.ts';
import { JavaEntry, JavaList, JavaMap, type JavaValue } from './java-value.ts';
import type { Methods } from './methods.ts';
import { booleanMethods, doubleMethods, integerMethods } from './number-methods.ts';
import { stringMethods } from './string-methods.ts';

/** `$target.name(args)`. Null for a method that is not there, as for one of null. */
export function callMethod(frame: Frame, target: JavaValue, name: string, args: readonly JavaValue[]): JavaValue {
  frame.spend();
  switch (typeof target) {
    case 'string':
      return call(stringMethods, frame, target, name, args);
    case 'bigint':
      return call(integerMethods, frame, target, name, args);
    case 'number':
      return call(doubleMethods, frame, target, name, args);
    case 'boolean':
      return call(booleanMethods, frame, target, name, args);
    case 'undefined':
      return undefined;
    default:
      if (target instanceof JavaMap) return call(mapMethods, frame, target, name, args);
      if (target instanceof JavaList) return call(listMethods, frame, target, name, args);
      if (target instanceof JavaEntry) return call(entryMethods, frame, target, name, args);
      return target.invoke(name, args, frame);
  }
}

/** `$target.name`: a map's value, or what `getName()` or `isName()` answers. */
export function readProperty(frame: Frame, target: JavaValue, name: string): JavaValue {
  if (target instanceof JavaMap) {
    frame.spend();
    return target.get(name);
  }
  if (typeof target === 'object' && 'kind' in target) return target.property(name);
  const capital = name[0]!.toUpperCase() + name.slice(1);
  return callMethod(frame, target, `get${capital}`, []) ?? callMethod(frame, target, `is${capital}`, []);
}

/** `$target[index]` */
export function readIndex(frame: Frame, target: JavaValue, index: JavaValue): JavaValue {
  frame.spend();
  if (target instanceof JavaMap) return target.get(keyOf(index, frame));
  if (target instanceof JavaList) return itemAt(target, index);
  return typeof target === 'object' && 'kind' in target ? target.property(frame.print(index)) : undefined;
}

/** `#set($target[index] = value)` */
export function writeIndex(frame: Frame, target: JavaValue, index: JavaValue, value: JavaValue): void {
  frame.spend();
  if (target instanceof JavaMap) target.put(keyOf(index, frame), value);
  else if (target instanceof JavaList) callMethod(frame, target, 'set', [index, value]);
}

function call<T>(methods: Methods<T>, frame: Frame, target: T, name: string, args: readonly JavaValue[]): JavaValue {
  return methods.get(name)?.(target, args, frame);
}
