import { FunctionFailure, within } from './function-failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.ts';
import { scalarText } from './scalar-text.ts';
import type { Scope } from './scope.ts';

const loopKey = /^Fn::ForEach::[a-zA-Z0-9]+$/;
const malformed =
  'Template error: Fn::ForEach requires a list of three elements: an identifier, a collection and an object with one output key';

/** Writes out every `Fn::ForEach::Name: [identifier, collection, {key: value}]` in `value` (AWS::LanguageExtensions). @throws FunctionFailure */
export function expandLoops(value: Json, scope: Scope): Json {
  if (isJsonArray(value)) return value.map((item, index) => within(index, () => expandLoops(item, scope)));
  if (!isJsonObject(value)) return value;
  const members: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (loopKey.test(key)) members.push(...within(key, () => expandLoop(item, scope)));
    else members.push([key, within(key, () => expandLoops(item, scope))]);
  }
  return Object.fromEntries(members);
}

function expandLoop(loop: Json, scope: Scope): [string, Json][] {
  const [identifier, collection, body] = isJsonArray(loop) && loop.length === 3 ? loop : [];
  if (typeof identifier !== 'string' || collection === undefined || !isJsonObject(body)) throw new FunctionFailure(malformed);
  const items = scope.resolve(collection);
  if (!isJsonArray(items)) throw new FunctionFailure(malformed);
  return items.flatMap((item) => {
    const text = scalarText(item);
    if (text === undefined) throw new FunctionFailure(malformed);
    // Inner loops are expanded after the outer identifier has its value: their collections may name it.
    return Object.entries(expandLoops(replaceIdentifier(body, identifier, text) as JsonObject, scope) as JsonObject);
  });
}

/** `${Id}` becomes the item, `&{Id}` the item without what is not alphanumeric, `{"Ref": "Id"}` the item. */
function replaceIdentifier(value: Json, identifier: string, item: string): Json {
  if (typeof value === 'string') return replaceText(value, identifier, item);
  if (isJsonArray(value)) return value.map((inner) => replaceIdentifier(inner, identifier, item));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === 'Ref' && entries[0]![1] === identifier) return item;
  return Object.fromEntries(
    entries.map(([key, inner]) => [replaceText(key, identifier, item), replaceIdentifier(inner, identifier, item)]),
  );
}

function replaceText(text: string, identifier: string, item: string): string {
  return text.replaceAll(`\${${identifier}}`, item).replaceAll(`&{${identifier}}`, item.replaceAll(/[^a-zA-Z0-9]/g, ''));
}
