import { base64 } from './functions/base64.ts';
import { cidr } from './functions/cidr.ts';
import { findInMap } from './functions/find-in-map.ts';
import { getAtt } from './functions/get-att.ts';
import { getAzs } from './functions/get-azs.ts';
import { fnIf } from './functions/if.ts';
import { importValue } from './functions/import-value.ts';
import { join } from './functions/join.ts';
import { length } from './functions/length.ts';
import { ref } from './functions/ref.ts';
import { select } from './functions/select.ts';
import { split } from './functions/split.ts';
import { sub } from './functions/sub.ts';
import { toJsonString } from './functions/to-json-string.ts';
import { FunctionFailure } from './function-failure.ts';
import type { Json, JsonObject } from './json.ts';
import type { IntrinsicFunction } from './scope.ts';

/** Every function that gives a value (CFN-001); those that give true or false are in condition-functions.ts. */
const intrinsicFunctions: readonly IntrinsicFunction[] = [
  ref,
  getAtt,
  sub,
  join,
  split,
  select,
  findInMap,
  base64,
  cidr,
  getAzs,
  importValue,
  fnIf,
  length,
  toJsonString,
];

/** Functions of Rules that look values up in AWS. */
const questionsOfRules = new Set(['Fn::RefAll', 'Fn::ValueOf', 'Fn::ValueOfAll']);

const byName = new Map(intrinsicFunctions.map((one) => [one.name, one]));

/** A use of a function: an object whose only member is the function's name. */
export interface FunctionCall {
  readonly called: IntrinsicFunction;
  readonly argument: Json;
}

/**
 * Tells whether `value` is a use of a function.
 * @throws FunctionFailure for a function that CloudFormation does not know, or that this engine does not run
 */
export function asFunctionCall(value: JsonObject, languageExtensions: boolean): FunctionCall | undefined {
  const keys = Object.keys(value);
  const name = keys[0];
  if (name === undefined || (keys.length > 1 && !keys.some((key) => byName.has(key) && key !== 'Ref'))) return undefined;
  if (keys.length > 1) {
    throw new FunctionFailure(
      `Template error: an object with the function ${keys.find((key) => byName.has(key))} must have no other member; it has ${keys.join(', ')}`,
    );
  }
  const called = byName.get(name);
  if (called === undefined) {
    if (name.startsWith('Fn::')) throw unknownFunction(name);
    return undefined;
  }
  if (called.languageExtension === true && !languageExtensions) throw unknownFunction(name);
  return { called, argument: value[name]! };
}

function unknownFunction(name: string): FunctionFailure {
  if (name === 'Fn::Transform') {
    return new FunctionFailure(
      'Fn::Transform runs a macro in the account, which this engine cannot do',
      'Deploy the template that the macro makes instead',
    );
  }
  if (questionsOfRules.has(name)) {
    return new FunctionFailure(
      `${name} is not supported: it asks AWS about things in the account`,
      'Leave the rule out; AWS will check it',
    );
  }
  const supported = intrinsicFunctions.filter((one) => one.languageExtension !== true).map((one) => one.name);
  const extension = byName.get(name)?.languageExtension === true || name.startsWith('Fn::ForEach');
  return new FunctionFailure(
    `Template error: Encountered unsupported function: ${name} Supported functions are: [${supported.join(', ')}]`,
    extension ? 'Add "Transform: AWS::LanguageExtensions" to the template' : undefined,
  );
}
