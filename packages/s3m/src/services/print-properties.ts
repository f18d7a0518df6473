import { isObject } from './known-value.ts';
import type { Properties, Value } from './resource-type.ts';

/** Makes of a template's value what an API answers. Undefined leaves the member out. */
export type Print = (value: Value) => unknown;

/** Members of an answer: where each comes from, how it is printed, and what it is when the template has none. */
export type Form = Readonly<Record<string, readonly [property: string, print: Print, otherwise?: unknown]>>;

export const asText: Print = (value) => (value === null ? undefined : String(value));

/** Templates have numbers and flags as text, too. */
export const asNumber: Print = (value) => Number(value);

export const asFlag: Print = (value) => value === true || value === 'true';

export const asTexts: Print = (value) => (Array.isArray(value) ? value : [value]).map(String);

export const asTextMap: Print = (value) => asMap(asText)(value);

export const asFlagMap: Print = (value) => asMap(asFlag)(value);

/** `[{Key, Value}]`, or the map that V2 types have. */
export const asTags: Print = (value) => {
  if (!Array.isArray(value)) return asTextMap(value);
  return Object.fromEntries((value as readonly Properties[]).map(({ Key: key, Value: text }) => [String(key), String(text)]));
};

export function asMap(print: Print): Print {
  return (value) => (isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, print(each)])) : undefined);
}

export function asForm(form: Form): Print {
  return (value) => (isObject(value) ? printProperties(form, value) : undefined);
}

/** A list as a map by one member of its items. */
export function asMapBy(key: string, form: Form): Print {
  return (value) =>
    Array.isArray(value)
      ? Object.fromEntries((value as readonly Properties[]).map((each) => [String(each[key]), printProperties(form, each)]))
      : undefined;
}

/** A resource's properties as an API of its service tells them, its members in the form's order. */
export function printProperties(form: Form, properties: Properties): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, [property, print, otherwise]] of Object.entries(form)) {
    const value = properties[property];
    const printed = value === undefined || value === null ? otherwise : print(value);
    if (printed !== undefined) members[name] = printed;
  }
  return members;
}
