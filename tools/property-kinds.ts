import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourceTypeNames } from '../packages/s3m/src/engine/resource-types.ts';

const library = join(import.meta.dirname, '..', 'node_modules', 'aws-cdk-lib');

/** Kinds that the CDK's converters tell apart, in the words of `services/property-kinds.ts`. */
const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  date: 'string',
  object: 'json',
  cfnTag: 'tag',
};

/**
 * What kind of value each property of the known resource types takes and which must be there, read off the CDK's generated constructs,
 * which are made from CloudFormation's own resource specification: one line a type.
 */
export function propertyKinds(): string {
  const lines: string[] = [];
  for (const name of [...resourceTypeNames].toSorted()) {
    const [owner, service, resource] = name.split('::');
    if (owner !== 'AWS' || service === 'CDK') continue;
    const code = generatedCode(service!);
    const definitions = new Map<string, Record<string, string>>();
    collect(`Cfn${resource}Props`, '', code, definitions);
    if (definitions.size > 0) lines.push(`${JSON.stringify(name)}: ${JSON.stringify(Object.fromEntries(definitions))}`);
  }
  return `{\n${lines.join(',\n')}\n}\n`;
}

const files = new Map<string, string>();

/** The text of a service's constructs: `aws-apigateway/lib/apigateway.generated.js`. */
function generatedCode(service: string): string {
  const folder = service.toLowerCase();
  let code = files.get(folder);
  if (code === undefined) {
    const found = globSync(`aws-${folder}/lib/${folder}.generated.js`, { cwd: library });
    const core = folder === 'cloudformation' ? globSync('core/lib/cloudformation.generated.js', { cwd: library }) : [];
    code = [...found, ...core].map((file) => readFileSync(join(library, file), 'utf8')).join('\n');
    files.set(folder, code);
  }
  return code;
}

/** Puts the definition that `function convertNAMEToCloudFormation` stands for into `definitions` under `key`, with those it leads to. */
function collect(name: string, key: string, code: string, definitions: Map<string, Record<string, string>>): void {
  if (definitions.has(key)) return;
  const body = functionText(code, `convert${name}ToCloudFormation`);
  if (body === undefined) return;
  const required = new Set(
    [...(functionText(code, `${name}Validator`) ?? '').matchAll(/propertyValidator\("([^"]+)",cdk\(\)\.requiredValidator\)/g)].map(
      ([, property]) => property!,
    ),
  );
  const kinds: Record<string, string> = {};
  definitions.set(key, kinds);
  for (const [, property, converter, source] of body.matchAll(
    /[{,]"?([A-Za-z0-9]+)"?:((?:cdk\(\)|convert)[^;]*?)\(properties\.([A-Za-z0-9]+)\)/g,
  )) {
    const kind = kindOf(converter!, code, definitions);
    kinds[property!] = required.has(source!) ? `${kind}!` : kind;
  }
}

function kindOf(converter: string, code: string, definitions: Map<string, Record<string, string>>): string {
  const list = /^cdk\(\)\.(list|hash)Mapper\((.*)\)$/.exec(converter);
  if (list !== null) return `${list[1] === 'list' ? '[]' : '{}'}${kindOf(list[2]!, code, definitions)}`;
  const scalar = /^cdk\(\)\.([a-zA-Z]+)ToCloudFormation$/.exec(converter)?.[1];
  if (scalar !== undefined) return scalars[scalar] ?? 'json';
  const name = /^convert([A-Za-z0-9]+)ToCloudFormation$/.exec(converter)?.[1];
  // A union of kinds.
  if (name === undefined) return 'json';
  collect(name, name, code, definitions);
  return definitions.has(name) ? `#${name}` : 'json';
}

function functionText(code: string, name: string): string | undefined {
  const start = code.indexOf(`function ${name}(`);
  if (start < 0) return undefined;
  const end = code.indexOf('function ', start + 9);
  return code.slice(start, end < 0 ? undefined : end);
}
