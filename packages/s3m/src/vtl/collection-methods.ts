import { equalValues } from './equal-values.ts';
import type { Frame } from './frame.ts';
import { JavaEntry, JavaList, JavaMap, toKey, type JavaValue, type MapKey } from './java-value.ts';
import { indexWithin, methodsOf, type Methods } from './methods.ts';
import { VtlFailure } from './vtl-problem.ts';

/** `java.util.Map` */
export const mapMethods: Methods<JavaMap> = methodsOf<JavaMap>({
  clear: (self) => void self.entries.clear(),
  containsKey: (self, [key], frame) => self.entries.has(keyOf(key, frame)),
  containsValue: (self, [value], frame) => includes([...self.entries.values()], value, frame),
  entrySet: (self, _, frame) => listed(frame, self, ([key, value]) => new JavaEntry(key, value)),
  equals: (self, [other], frame) => equalValues(frame, self, other),
  get: (self, [key], frame) => self.get(keyOf(key, frame)),
  getOrDefault: (self, [key, other], frame) => {
    const wanted = keyOf(key, frame);
    return self.entries.has(wanted) ? self.get(wanted) : other;
  },
  isEmpty: (self) => self.entries.size === 0,
  keySet: (self, _, frame) => listed(frame, self, ([key]) => key),
  put: (self, args, frame) => (args.length === 2 ? self.put(keyOf(args[0], frame), args[1]) : undefined),
  putAll: (self, [other], frame) => {
    if (!(other instanceof JavaMap)) return undefined;
    frame.spend(other.entries.size);
    for (const [key, value] of other.entries) self.put(key, value);
    return undefined;
  },
  putIfAbsent: (self, args, frame) => {
    const key = keyOf(args[0], frame);
    const present = self.get(key);
    if (present === undefined) self.put(key, args[1]);
    return present;
  },
  remove: (self, [key], frame) => {
    const wanted = keyOf(key, frame);
    const removed = self.get(wanted);
    self.entries.delete(wanted);
    return removed;
  },
  size: (self) => BigInt(self.entries.size),
  toString: (self, _, frame) => frame.print(self),
  values: (self, _, frame) => listed(frame, self, ([, value]) => value),
});

/** `java.util.List`, for sets and arrays too */
export const listMethods: Methods<JavaList> = methodsOf<JavaList>({
  add: (self, args) => {
    if (args.length === 1) {
      self.items.push(args[0]);
      return true;
    }
    const index = indexWithin(args[0], self.items.length);
    if (index !== undefined) self.items.splice(index, 0, args[1]);
    return undefined;
  },
  addAll: (self, [other], frame) => {
    if (!(other instanceof JavaList)) return undefined;
    frame.spend(other.items.length);
    for (const item of other.items.slice()) self.items.push(item);
    return other.items.length > 0;
  },
  clear: (self) => void self.items.splice(0),
  contains: (self, [value], frame) => includes(self.items, value, frame),
  containsAll: (self, [other], frame) =>
    other instanceof JavaList ? other.items.every((item) => includes(self.items, item, frame)) : undefined,
  equals: (self, [other], frame) => equalValues(frame, self, other),
  get: (self, [at]) => {
    const index = indexWithin(at, self.items.length - 1);
    return index === undefined ? undefined : self.items[index];
  },
  indexOf: (self, [value], frame) => {
    frame.spend(self.items.length);
    return BigInt(self.items.findIndex((item) => equalValues(frame, item, value)));
  },
  isEmpty: (self) => self.items.length === 0,
  iterator: (self) => new JavaList([...self.items]),
  lastIndexOf: (self, [value], frame) => {
    frame.spend(self.items.length);
    return BigInt(self.items.findLastIndex((item) => equalValues(frame, item, value)));
  },
  remove: (self, [which], frame) => {
    frame.spend(self.items.length);
    if (typeof which === 'bigint') return self.items.splice(indexWithin(which, self.items.length - 1)!, 1)[0];
    const index = self.items.findIndex((item) => equalValues(frame, item, which));
    if (index !== -1) self.items.splice(index, 1);
    return index !== -1;
  },
  removeAll: (self, [other], frame) => keepIf(self, other, frame, false),
  retainAll: (self, [other], frame) => keepIf(self, other, frame, true),
  set: (self, [at, value]) => {
    const index = indexWithin(at, self.items.length - 1);
    if (index === undefined) return undefined;
    const previous = self.items[index];
    self.items[index] = value;
    return previous;
  },
  size: (self) => BigInt(self.items.length),
  subList: (self, [from, to], frame) => {
    frame.spend(self.items.length);
    const end = indexWithin(to, self.items.length);
    const start = end === undefined ? undefined : indexWithin(from, end);
    return start === undefined ? undefined : new JavaList(self.items.slice(start, end), self.printsJson);
  },
  toArray: (self) => new JavaList([...self.items]),
  toString: (self, _, frame) => frame.print(self),
});

/** `java.util.Map.Entry` */
export const entryMethods: Methods<JavaEntry> = methodsOf<JavaEntry>({
  equals: (self, [other]) => self === other,
  getKey: ({ key }) => key,
  getValue: ({ value }) => value,
  toString: (self, _, frame) => frame.print(self),
});

/** `$list[-1]` counts from the end. @throws VtlFailure for an index that is out of bounds */
export function itemAt(list: JavaList, at: JavaValue): JavaValue {
  if (typeof at !== 'bigint') return undefined;
  const index = at < 0n ? BigInt(list.items.length) + at : at;
  if (index < 0n || index >= BigInt(list.items.length)) {
    throw new VtlFailure(`Index ${at} is out of bounds for length ${list.items.length}`);
  }
  return list.items[Number(index)];
}

export function keyOf(key: JavaValue, frame: Frame): MapKey {
  return toKey(key, (value) => frame.print(value));
}

function listed(frame: Frame, map: JavaMap, pick: (entry: [MapKey, JavaValue]) => JavaValue): JavaList {
  frame.spend(map.entries.size);
  return new JavaList([...map.entries].map(pick));
}

function includes(items: readonly JavaValue[], value: JavaValue, frame: Frame): boolean {
  frame.spend(items.length);
  return items.some((item) => equalValues(frame, item, value));
}

function keepIf(self: JavaList, other: JavaValue, frame: Frame, kept: boolean): JavaValue {
  if (!(other instanceof JavaList)) return undefined;
  const before = self.items.length;
  const items = self.items.filter((item) => includes(other.items, item, frame) === kept);
  self.items.splice(0, before, ...items);
  return items.length !== before;
}
