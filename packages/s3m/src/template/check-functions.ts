import { checkConditionOperands, isConditionFunction } from './condition-functions.ts';
import { FunctionFailure } from './function-failure.ts';
import { asFunctionCall } from './intrinsic-functions.ts';
import { isJsonArray, isJsonObject, type Json } from './json.ts';
import { appendPointer } from './json-pointer.ts';

/** A function whose form is wrong, and where it stands. */
export interface MalformedFunction {
  readonly pointer: string;
  readonly message: string;
  readonly fix: string | undefined;
}

/**
 * Looks at the form of every function in `value`, whether its branch is taken or not (CFN-021).
 * @param options.conditions whether functions that are true or false may stand here
 */
export function checkFunctions(
  value: Json | undefined,
  pointer: string,
  options: { readonly languageExtensions: boolean; readonly conditions: boolean },
): MalformedFunction[] {
  const found: MalformedFunction[] = [];

  function visit(item: Json, at: string): void {
    if (isJsonArray(item)) item.forEach((inner, index) => visit(inner, appendPointer(at, index)));
    else if (isJsonObject(item) && !visitCondition(item, at)) visitObject(item, at);
  }

  function visitCondition(item: { readonly [key: string]: Json }, at: string): boolean {
    const [name, argument] = Object.entries(item)[0] ?? [];
    if (!options.conditions || name === undefined || !isConditionFunction(name)) return false;
    attempt(at, () => void checkConditionOperands(name, argument!));
    visit(argument!, appendPointer(at, name));
    return true;
  }

  function visitObject(item: { readonly [key: string]: Json }, at: string): void {
    attempt(at, () => {
      const call = asFunctionCall(item, options.languageExtensions);
      call?.called.check?.(call.argument);
    });
    for (const [key, inner] of Object.entries(item)) visit(inner, appendPointer(at, key));
  }

  function attempt(at: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof FunctionFailure)) throw error;
      found.push({ pointer: at, message: error.message, fix: error.fix });
    }
  }

  if (value !== undefined) visit(value, pointer);
  return found;
}
