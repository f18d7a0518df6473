/** The same values in the two forms that events have them in: the last one of each name, and all in order (AG-052). */
export interface EventValues {
  readonly single: Record<string, string>;
  readonly multi: Record<string, string[]>;
}

/**
 * Groups names and values that come in turn. With `ignoreCase` a name that comes in several spellings counts as one, in the first of them.
 */
export function groupValues(pairs: readonly string[], ignoreCase: boolean): EventValues {
  // Without a prototype: a name may be `__proto__`.
  const single = Object.create(null) as Record<string, string>;
  const multi = Object.create(null) as Record<string, string[]>;
  const spellings = ignoreCase ? new Map<string, string>() : undefined;
  for (let index = 0; index < pairs.length; index += 2) {
    const name = spellings === undefined ? pairs[index]! : firstSpelling(spellings, pairs[index]!);
    const value = pairs[index + 1]!;
    single[name] = value;
    const all = multi[name];
    if (all === undefined) multi[name] = [value];
    else all.push(value);
  }
  return { single, multi };
}

function firstSpelling(spellings: Map<string, string>, name: string): string {
  const lower = name.toLowerCase();
  const known = spellings.get(lower);
  if (known !== undefined) return known;
  spellings.set(lower, name);
  return name;
}
