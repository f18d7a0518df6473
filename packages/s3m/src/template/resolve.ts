import { within } from './function-failure.ts';
import { asFunctionCall } from './intrinsic-functions.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.ts';
import { noValue, type Resolved } from './no-value.ts';
import type { Scope } from './scope.ts';

/** Runs every function in `value`. Members and items that come out as AWS::NoValue go away (CFN-002). @throws FunctionFailure */
export function resolveFunctions(value: Json, scope: Scope): Resolved {
  if (isJsonArray(value)) return resolveItems(value, scope);
  if (!isJsonObject(value)) return value;
  const call = asFunctionCall(value, scope.languageExtensions);
  if (call === undefined) return resolveMembers(value, scope);
  return within(call.called.name, () => {
    call.called.check?.(call.argument);
    return call.called.resolve(call.argument, scope);
  });
}

/** Like {@link resolveFunctions} for an object that is not itself a function. */
export function resolveMembers(value: JsonObject, scope: Scope): JsonObject {
  const members: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const resolved = within(key, () => resolveFunctions(item, scope));
    if (resolved !== noValue) members.push([key, resolved]);
  }
  return Object.fromEntries(members);
}

function resolveItems(value: readonly Json[], scope: Scope): Json {
  const items: Json[] = [];
  value.forEach((item, index) => {
    const resolved = within(index, () => resolveFunctions(item, scope));
    if (resolved !== noValue) items.push(resolved);
  });
  return items;
}
