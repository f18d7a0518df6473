import { isDeepStrictEqual } from 'node:util';
import type { CaseAnswer, Json } from './conformance-case.ts';

type JsonExpectation = Pick<CaseAnswer, 'json' | 'jsonSubset' | 'jsonAbsent' | 'jsonPresent' | 'jsonKeys' | 'jsonMatches'>;

/** In what a JSON body differs from what is said of it; nothing when nothing is said of it. */
export function compareJson(expected: JsonExpectation, text: string): string[] {
  const { json, jsonSubset, jsonAbsent = [], jsonPresent = [], jsonKeys = {}, jsonMatches = {} } = expected;
  const isAsked = json !== undefined || jsonSubset !== undefined || [jsonAbsent, jsonPresent].some((list) => list.length > 0);
  if (!isAsked && Object.keys({ ...jsonKeys, ...jsonMatches }).length === 0) return [];
  const value = tryParse(text);
  if (value === undefined) return [`body is not JSON: ${JSON.stringify(text.slice(0, 300))}`];
  return [
    ...(json === undefined || isDeepStrictEqual(value, json) ? [] : [`body ${text.slice(0, 600)} instead of ${JSON.stringify(json)}`]),
    ...(jsonSubset === undefined ? [] : compareSubset(jsonSubset, value, '')),
    ...jsonAbsent
      .filter((pointer) => at(value, pointer) !== undefined)
      .map((pointer) => `${pointer} is there: ${show(at(value, pointer))}`),
    ...jsonPresent.filter((pointer) => at(value, pointer) === undefined).map((pointer) => `${pointer} is missing`),
    ...Object.entries(jsonKeys).flatMap(([pointer, keys]) => compareKeys(keys, at(value, pointer), pointer)),
    ...Object.entries(jsonMatches).flatMap(([pointer, pattern]) => {
      const found = at(value, pointer);
      return typeof found === 'string' && new RegExp(pattern).test(found) ? [] : [`${pointer} is ${show(found)} instead of /${pattern}/`];
    }),
  ];
}

/** Every member of `wanted` is in `value`; lists are equal in length. */
function compareSubset(wanted: Json, value: Json | undefined, pointer: string): string[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value) || value.length !== wanted.length) return [`${pointer} is ${show(value)} instead of ${show(wanted)}`];
    return wanted.flatMap((item: Json, index) => compareSubset(item, value[index] as Json, `${pointer}/${index}`));
  }
  if (isObject(wanted)) {
    if (!isObject(value)) return [`${pointer} is ${show(value)} instead of ${show(wanted)}`];
    return Object.entries(wanted).flatMap(([key, item]) => compareSubset(item, value[key], `${pointer}/${key}`));
  }
  return wanted === value ? [] : [`${pointer} is ${show(value)} instead of ${show(wanted)}`];
}

function compareKeys(wanted: readonly string[], value: Json | undefined, pointer: string): string[] {
  const found = isObject(value) ? Object.keys(value).sort() : [];
  return isDeepStrictEqual(found, [...wanted].sort())
    ? []
    : [
        `keys of ${pointer}: missing ${wanted.filter((key) => !found.includes(key)).join(' ') || 'none'}, too many ${found.filter((key) => !wanted.includes(key)).join(' ') || 'none'}`,
      ];
}

/** A JSON pointer (RFC 6901); `/` alone is the whole value too. */
function at(value: Json, pointer: string): Json | undefined {
  if (pointer === '/') return value;
  const steps = pointer.split('/').slice(1);
  return steps.reduce<Json | undefined>((current, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(current)) return current[Number(key)] as Json | undefined;
    return isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
  }, value);
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function show(value: Json | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
