/**
 * A value as Java has it: `bigint` is an Integer or Long, `number` a Double, `undefined` is null. Strings and Booleans are their own.
 */
export type JavaValue = undefined | string | bigint | number | boolean | JavaList | JavaMap | JavaEntry | HostObject;

/** What a map is keyed by: values with an identity of their own; everything else by its text. */
export type MapKey = string | bigint | number | boolean | undefined;

/** A list that prints as `[a, b]`, or as JSON when it came out of a JSON text (AG-350). */
export class JavaList {
  readonly items: JavaValue[];
  readonly printsJson: boolean;

  constructor(items: JavaValue[], printsJson = false) {
    this.items = items;
    this.printsJson = printsJson;
  }
}

/** A map that remembers the order of its keys. */
export class JavaMap {
  readonly entries: Map<MapKey, JavaValue> = new Map();

  get(key: MapKey): JavaValue {
    return this.entries.get(key);
  }

  /** Answers what was there before. */
  put(key: MapKey, value: JavaValue): JavaValue {
    const previous = this.entries.get(key);
    this.entries.set(key, value);
    return previous;
  }
}

/** An element of a map's entry set. */
export class JavaEntry {
  readonly key: MapKey;
  readonly value: JavaValue;

  constructor(key: MapKey, value: JavaValue) {
    this.key = key;
    this.value = value;
  }
}

/** Counts what is done for a template. @throws VtlFailure when it is too much */
export interface Work {
  spend(steps?: number): void;
  /** `toString()` of a value. */
  print(value: JavaValue): string;
  sized(text: string): string;
}

/** Something that the templates' surroundings lend them: `$input`, `$util`, `$foreach`. */
export interface HostObject {
  readonly kind: 'host';
  /** `$object.name`; undefined for what it does not have. */
  property(name: string): JavaValue;
  /** `$object.name(...)`; undefined for what it does not have. */
  invoke(name: string, args: readonly JavaValue[], work: Work): JavaValue;
  /** What `$object` prints. */
  print(): string;
}

export function isHost(value: JavaValue): value is HostObject {
  return typeof value === 'object' && 'kind' in value;
}

/** What a value is as a key. */
export function toKey(value: JavaValue, print: (value: JavaValue) => string): MapKey {
  return typeof value === 'object' ? print(value) : value;
}

/** A map of texts. */
export function mapOf(entries: Iterable<readonly [string, JavaValue]>): JavaMap {
  const map = new JavaMap();
  for (const [key, value] of entries) map.entries.set(key, value);
  return map;
}
