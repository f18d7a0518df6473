import { FunctionFailure, within } from '../function-failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { scalarText } from '../scalar-text.ts';
import type { IntrinsicFunction, Scope } from '../scope.ts';
import { concatenate } from '../unresolved.ts';

const malformed =
  "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string";

/** A piece of a Fn::Sub string. */
export type SubPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'variable'; readonly name: string };

/** `{"Fn::Sub": "text ${Name} ${Name.Attribute} ${!Literal}"}` or with a map of values as second argument. */
export const sub: IntrinsicFunction = {
  name: 'Fn::Sub',
  check: (argument) => void subArguments(argument),
  resolve(argument, scope) {
    const { text, values } = subArguments(argument);
    return concatenate(parseSub(text).map((part) => (part.kind === 'text' ? part.text : variableText(part.name, values, scope))));
  },
};

/** @throws FunctionFailure */
export function subArguments(argument: Json): { readonly text: string; readonly values: JsonObject } {
  if (typeof argument === 'string') return { text: argument, values: {} };
  if (isJsonArray(argument) && argument.length === 2) {
    const [text, values] = argument;
    if (typeof text === 'string' && isJsonObject(values)) return { text, values };
  }
  throw new FunctionFailure(malformed);
}

/** Splits a Fn::Sub string: `${X}` is a variable, `${!X}` the literal `${X}`; a lone `$` is text. */
export function parseSub(text: string): SubPart[] {
  const parts: SubPart[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$\{(!?)([^{}]*)\}/g)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    if (match[1] === '!') parts.push({ kind: 'text', text: `\${${match[2]}}` });
    else parts.push({ kind: 'variable', name: match[2]!.trim() });
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

function variableText(name: string, values: JsonObject, scope: Scope): string {
  const own = Object.hasOwn(values, name);
  const dot = name.indexOf('.');
  const value = own
    ? within(1, () => within(name, () => scope.resolve(values[name]!)))
    : dot > 0
      ? scope.attribute(name.slice(0, dot), name.slice(dot + 1))
      : scope.ref(name);
  const text = scalarText(value);
  if (text !== undefined) return text;
  throw new FunctionFailure(`Template error: variable ${name} in Fn::Sub expression does not resolve to a string`);
}
