import { FunctionFailure } from '../function-failure.ts';
import { isJsonArray, type Json } from '../json.ts';
import type { IntrinsicFunction } from '../scope.ts';

// CFN-021
const malformed = 'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute';

/** `{"Fn::GetAtt": ["LogicalId", "Attribute"]}`, in YAML also `Fn::GetAtt: LogicalId.Attribute`. The attribute may be a function. */
export const getAtt: IntrinsicFunction = {
  name: 'Fn::GetAtt',
  check: (argument) => void attributeReference(argument),
  resolve(argument, scope) {
    const { logicalId, attribute } = attributeReference(argument);
    const name = typeof attribute === 'string' ? attribute : scope.resolve(attribute);
    if (typeof name !== 'string') throw new FunctionFailure(malformed);
    return scope.attribute(logicalId, name);
  },
};

/** @throws FunctionFailure */
export function attributeReference(argument: Json): { readonly logicalId: string; readonly attribute: Json } {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot > 0 && dot < argument.length - 1) return { logicalId: argument.slice(0, dot), attribute: argument.slice(dot + 1) };
  } else if (isJsonArray(argument) && argument.length >= 2) {
    const [logicalId, ...rest] = argument;
    // CloudFormation joins further parts: ["Nested", "Outputs", "Url"].
    const attribute = rest.length === 1 ? rest[0]! : rest.map(String).join('.');
    if (typeof logicalId === 'string' && logicalId !== '' && attribute !== '' && attribute !== null) return { logicalId, attribute };
  }
  throw new FunctionFailure(malformed);
}
