import type { AttributeValue, Item } from '../../capabilities/table.ts';

const DESCRIPTORS = new Set(['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'BOOL', 'NULL']);

/**
 * An item as DynamoDB stores it, from a plain object: strings, numbers, booleans, null, lists and maps. What is one of DynamoDB's own
 * forms already (`{"SS": ["a"]}`) is taken as it is. Attributes named in `sets` become string sets when they are lists of strings.
 */
export function toItem(plain: Readonly<Record<string, unknown>>, sets: readonly string[] = []): Item {
  const item: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(plain)) {
    item[name] = sets.includes(name) && isStringSet(value) ? { SS: value } : toAttributeValue(value);
  }
  return item;
}

function toAttributeValue(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (value === null) return { NULL: true };
      if (Array.isArray(value)) return { L: value.map((each: unknown) => toAttributeValue(each)) };
      return isDescribed(value) ? value : { M: toItem(value as Readonly<Record<string, unknown>>) };
    default:
      throw new TypeError(`a value of type ${typeof value} cannot be stored`);
  }
}

/** A set has at least one element and no two alike; anything else stays a list. */
function isStringSet(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string') && new Set(value).size === value.length
  );
}

function isDescribed(value: object): value is AttributeValue {
  const keys = Object.keys(value);
  return keys.length === 1 && DESCRIPTORS.has(keys[0]!);
}
