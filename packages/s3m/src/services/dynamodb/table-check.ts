import type { Finding, Properties, Value } from '../resource-type.ts';
import { isUnresolved } from '../known-value.ts';

/** Attributes that are defined but no key, or a key but not defined (DDB-013). */
export function checkTableKeys(properties: Properties): Finding[] {
  const defined = names(properties['AttributeDefinitions']);
  const indexes = [...objects(properties['GlobalSecondaryIndexes']), ...objects(properties['LocalSecondaryIndexes'])];
  const keys = new Set([properties, ...indexes].flatMap((each) => names(each['KeySchema'])));
  if (defined.length === 0 || keys.size === 0 || [...defined, ...keys].some(isUnresolved)) return [];
  const unused = defined.filter((name) => !keys.has(name));
  const missing = [...keys].filter((name) => !defined.includes(name));
  if (missing.length > 0) {
    return [
      {
        property: 'AttributeDefinitions',
        kind: 'invalid',
        message: `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${[...keys].join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
        fix: `Define ${missing.join(', ')}.`,
      },
    ];
  }
  if (unused.length === 0) return [];
  return [
    {
      property: 'AttributeDefinitions',
      kind: 'invalid',
      message:
        indexes.length === 0
          ? 'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions'
          : `One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...keys].join(', ')}]`,
      fix: `Remove ${unused.join(', ')}: other attributes need no definition.`,
    },
  ];
}

function names(list: Value | undefined): string[] {
  return objects(list).map((each) => String(each['AttributeName']));
}

function objects(list: Value | undefined): Properties[] {
  if (!Array.isArray(list)) return [];
  return list.filter((each: Value): each is Properties => typeof each === 'object' && each !== null && !Array.isArray(each));
}
