import { readFileSync } from 'node:fs';
import { dataPath } from '../package-root.ts';
import { isUnresolved } from './known-value.ts';
import type { Finding, Properties, Value } from './resource-type.ts';

/**
 * What kind each property of a type takes, by definition; `''` are the resource's own. `string`, `number`, `boolean`, `json` (any structure),
 * `tag`, `#Definition`; `[]` before it makes a list of them, `{}` a map, `!` behind it says that it must be there.
 */
type Kinds = Readonly<Record<string, Readonly<Record<string, string>>>>;

let table: Readonly<Record<string, Kinds>> | undefined;

const tagKinds = { Key: 'string!', Value: 'string!' };

/** The kinds of a type, as CloudFormation's resource specification has them; undefined for types that are not AWS's. */
function kindsOf(type: string): Kinds | undefined {
  table ??= JSON.parse(readFileSync(dataPath('property-kinds.json'), 'utf8')) as Readonly<Record<string, Kinds>>;
  return table[type];
}

/** Whether CloudFormation has the property at a path without indices; undefined where that is not known. */
export function isPropertyOfAws(type: string, path: string): boolean | undefined {
  const kinds = kindsOf(type);
  if (kinds === undefined) return undefined;
  let definition: Readonly<Record<string, string>> | undefined = kinds[''];
  for (const name of path.split('.')) {
    const kind: string | undefined = definition?.[name];
    if (definition !== undefined && kind === undefined) return false;
    definition = definitionOf(kinds, (kind ?? '').replace(/^(?:\[\]|\{\})+|!$/g, ''));
  }
  return true;
}

/**
 * Values of another kind than CloudFormation takes, and nested properties that are missing (CFN-027): all of them, also of properties without
 * effect here. What is not known yet passes.
 */
export function checkPropertyKinds(type: string, logicalId: string, properties: Properties): readonly Finding[] {
  const kinds = kindsOf(type);
  const findings: Finding[] = [];
  const at = (path: string, key: string | number): string =>
    typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
  const wrong = (path: string, wanted: Wanted, value: Value): void => {
    const [word, people] = wanted;
    findings.push({
      property: path,
      kind: 'invalid',
      message: `Properties validation failed for resource ${logicalId} with message: ${pointer(path)}: expected type: ${word}, found: ${foundType(value)}`,
      fix: `It is ${shown(value)}. Give ${people}.`,
    });
  };
  const visitObject = (value: Properties, definition: Readonly<Record<string, string>>, path: string): void => {
    for (const [name, kind] of Object.entries(definition)) {
      const item = value[name];
      if (item !== undefined && item !== null) visit(item, kind.endsWith('!') ? kind.slice(0, -1) : kind, at(path, name));
      else if (kind.endsWith('!')) {
        const property = at(path, name);
        findings.push({
          property,
          kind: 'invalid',
          message: `Property validation failure: [The property {/${pointer(property).slice(2)}} is required]`,
        });
      }
    }
  };
  const visit = (value: Value, kind: string, path: string): void => {
    if (isUnresolved(value)) return;
    if (kind.startsWith('[]')) {
      if (!Array.isArray(value)) return wrong(path, ['JSONArray', `a list of ${plural(kind.slice(2))}`], value);
      return value.forEach((item: Value, index) => item !== null && visit(item, kind.slice(2), at(path, index)));
    }
    if (kind.startsWith('{}')) {
      if (!isMap(value)) return wrong(path, ['JSONObject', `a map of ${plural(kind.slice(2))}`], value);
      return Object.entries(value).forEach(([key, item]) => item !== null && visit(item, kind.slice(2), at(path, key)));
    }
    const definition = definitionOf(kinds!, kind);
    if (definition !== undefined)
      return isMap(value) ? visitObject(value, definition, path) : wrong(path, ['JSONObject', 'an object'], value);
    if (!takes(kind, value)) wrong(path, wantedScalars[kind] ?? ['JSONObject', 'an object'], value);
  };
  if (kinds?.[''] !== undefined) visitObject(properties, kinds[''], '');
  return findings;
}

type Wanted = readonly [javaType: string, forPeople: string];

const wantedScalars: Readonly<Record<string, Wanted>> = {
  string: ['String', 'a string'],
  number: ['Number', 'a number'],
  boolean: ['Boolean', 'true or false'],
  json: ['JSONObject', 'an object'],
};

function definitionOf(kinds: Kinds, kind: string): Readonly<Record<string, string>> | undefined {
  if (kind === 'tag') return tagKinds;
  return kind.startsWith('#') ? (kinds[kind.slice(1)] ?? {}) : undefined;
}

/** CloudFormation takes one scalar for another where it can be read as such. */
function takes(kind: string, value: Value): boolean {
  if (kind === 'json') return typeof value === 'object' || typeof value === 'string';
  if (typeof value === 'object') return false;
  if (kind === 'boolean') return /^(?:true|false)$/i.test(String(value));
  if (kind === 'number')
    return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));
  return true;
}

function isMap(value: Value): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function foundType(value: Value): string {
  if (Array.isArray(value)) return 'JSONArray';
  if (typeof value === 'object') return 'JSONObject';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'BigDecimal';
  return typeof value === 'boolean' ? 'Boolean' : 'String';
}

/** `#/Integration/IntegrationResponses/0/StatusCode` */
function pointer(path: string): string {
  return `#/${path.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`;
}

function plural(kind: string): string {
  if (kind === 'tag') return '{Key, Value}';
  return kind === 'string' || kind === 'number' ? `${kind}s` : kind.startsWith('#') ? 'objects' : 'values';
}

/** A value as JSON, cut where it is long. */
function shown(value: Value): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
