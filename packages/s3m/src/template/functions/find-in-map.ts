import { FunctionFailure, within } from '../function-failure.ts';
import { isJsonArray, isJsonObject, type Json } from '../json.ts';
import { scalarText } from '../scalar-text.ts';
import type { IntrinsicFunction } from '../scope.ts';
import { firstUnresolved } from '../unresolved.ts';

const malformed =
  'Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value';

/** `{"Fn::FindInMap": ["Map", "TopLevelKey", "SecondLevelKey"]}`; with AWS::LanguageExtensions also `{"DefaultValue": ...}` as fourth. */
export const findInMap: IntrinsicFunction = {
  name: 'Fn::FindInMap',
  check(argument) {
    if (!isJsonArray(argument) || argument.length < 3 || argument.length > 4) throw new FunctionFailure(malformed);
    if (argument.length === 4 && !(isJsonObject(argument[3]) && Object.hasOwn(argument[3], 'DefaultValue')))
      throw new FunctionFailure(malformed);
  },
  resolve(argument, scope) {
    const [map, top, second, options] = argument as readonly Json[];
    if (options !== undefined && !scope.languageExtensions)
      throw new FunctionFailure(malformed, 'Add "Transform: AWS::LanguageExtensions"');
    const [mapName, topKey, secondKey] = [map, top, second].map((key, index) => within(index, () => scalarText(scope.resolve(key!))));
    if (mapName === undefined || topKey === undefined || secondKey === undefined) throw new FunctionFailure(malformed);
    const unknown = firstUnresolved(mapName, topKey, secondKey);
    if (unknown !== undefined) return unknown;
    const mapping = scope.mapping(mapName);
    const entry = mapping !== undefined && Object.hasOwn(mapping, topKey) ? mapping[topKey] : undefined;
    if (isJsonObject(entry) && Object.hasOwn(entry, secondKey)) return entry[secondKey]!;
    if (isJsonObject(options)) return scope.resolve(options['DefaultValue']!);
    if (mapping === undefined) {
      throw new FunctionFailure(`Template error: Mapping named '${mapName}' is not present in the 'Mappings' section of template.`);
    }
    throw new FunctionFailure(`Template error: Unable to get mapping for ${mapName}::${topKey}::${secondKey}`); // CFN-022
  },
};
