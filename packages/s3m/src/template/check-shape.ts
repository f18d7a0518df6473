import type { SourceLocation, TemplateProblem } from './assembly.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.ts';
import { appendPointer } from './json-pointer.ts';

const sections = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Transform',
  'Hooks',
  'Resources',
  'Outputs',
];

const resourceMembers = [
  'Type',
  'Properties',
  'Metadata',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'UpdatePolicy',
  'CreationPolicy',
];

/** CFN-007 */
const limits = [
  ['Resources', 'resources', 500],
  ['Parameters', 'parameters', 200],
  ['Outputs', 'outputs', 200],
  ['Mappings', 'mappings', 200],
] as const;

/** Members that AWS::LanguageExtensions expands before the template is looked at. */
const loop = /^Fn::ForEach::/;

/** What CloudFormation says about a template's form, before it looks at references (CFN-007, CFN-023). Functions are left alone. */
export function checkShape(value: Json, locate: (pointer: string) => SourceLocation, stack: string): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const report = (message: string, pointer: string, more: Partial<TemplateProblem> = {}): void => {
    problems.push({ code: 'ValidationError', message, stack, location: locate(pointer), ...more });
  };
  if (!isJsonObject(value)) {
    report('Template format error: unsupported structure.', '', {
      fix: 'A template is a map with a Resources section, in JSON or YAML',
    });
    return problems;
  }
  const unknown = Object.keys(value).filter((name) => !sections.includes(name));
  if (unknown.length > 0) {
    report(`Invalid template property or properties [${unknown.join(', ')}]`, `/${unknown[0]}`, {
      fix: `Sections are ${sections.join(', ')}`,
    });
  }
  for (const name of sections) {
    const section = value[name];
    if (section === undefined || ['AWSTemplateFormatVersion', 'Description', 'Transform'].includes(name)) continue;
    if (section === null) report(`[/${name}] 'null' values are not allowed in templates`, `/${name}`);
    else if (!isJsonObject(section)) report(`Template format error: ${name} must be an object.`, `/${name}`);
  }
  for (const [section, word, most] of limits) {
    const count = isJsonObject(value[section]) ? Object.keys(value[section]).length : 0;
    if (count > most) report(`Template format error: Number of ${word}, ${count}, is greater than maximum allowed, ${most}`, `/${section}`);
  }
  checkResources(value, report);
  checkOutputs(value, report);
  checkMappings(value, report);
  return problems;
}

type Report = (message: string, pointer: string, more?: Partial<TemplateProblem>) => void;

function checkResources(template: JsonObject, report: Report): void {
  const resources = template['Resources'];
  if (resources === undefined || (isJsonObject(resources) && Object.keys(resources).length === 0)) {
    report('Template format error: At least one Resources member must be defined.', '/Resources', {
      fix: 'Give the file that CloudFormation would deploy, or a cdk.out directory',
    });
    return;
  }
  if (!isJsonObject(resources)) return;
  for (const [logicalId, resource] of Object.entries(resources)) {
    if (loop.test(logicalId)) continue;
    const pointer = appendPointer('/Resources', logicalId);
    if (!/^[a-zA-Z0-9]{1,255}$/.test(logicalId)) {
      report(`Template format error: Resource name ${logicalId} is non alphanumeric.`, pointer, { logicalId });
    }
    if (!isJsonObject(resource)) {
      report('Template format error: Any Resources member must be an object.', pointer, { logicalId });
      continue;
    }
    if (typeof resource['Type'] !== 'string' || resource['Type'] === '') {
      report(`Template format error: [${pointer}] Every Resources object must contain a Type member.`, pointer, { logicalId });
    }
    for (const member of ['Properties', 'Metadata']) {
      const part = resource[member];
      if (part !== undefined && part !== null && !isJsonObject(part)) {
        report(`Template format error: [${pointer}/${member}] ${member} must be an object.`, appendPointer(pointer, member), { logicalId });
      }
    }
    const { DependsOn: dependsOn } = resource;
    if (dependsOn !== undefined && ![dependsOn].flat().every((name) => typeof name === 'string')) {
      report(`Template format error: [${pointer}/DependsOn] DependsOn must be a string or a list of strings.`, `${pointer}/DependsOn`, {
        logicalId,
      });
    }
    for (const member of Object.keys(resource)) {
      if (resourceMembers.includes(member)) continue;
      report(`Invalid template resource property '${member}'`, appendPointer(pointer, member), {
        logicalId,
        fix: `A resource has ${resourceMembers.join(', ')}; what belongs to the resource type stands under Properties`,
      });
    }
    // CloudFormation names the place of a null property below Type, not below Properties.
    for (const member of ['Properties', 'Metadata']) {
      reportNulls(resource[member], appendPointer(pointer, member), (at) => {
        const said =
          member === 'Properties' && at !== `${pointer}/Properties` ? at.replace(`${pointer}/Properties`, `${pointer}/Type`) : at;
        report(`[${said}] 'null' values are not allowed in templates`, at, { logicalId });
      });
    }
  }
}

function checkOutputs(template: JsonObject, report: Report): void {
  const outputs = template['Outputs'];
  if (!isJsonObject(outputs)) return;
  for (const [name, output] of Object.entries(outputs)) {
    if (loop.test(name)) continue;
    const pointer = appendPointer('/Outputs', name);
    if (!isJsonObject(output) || output['Value'] === undefined) {
      report('Template format error: Every Outputs member must contain a Value object', pointer);
      continue;
    }
    reportNulls(output, pointer, (at) => report(`[${at}] 'null' values are not allowed in templates`, at));
  }
}

function checkMappings(template: JsonObject, report: Report): void {
  const mappings = template['Mappings'];
  if (!isJsonObject(mappings)) return;
  for (const [name, mapping] of Object.entries(mappings)) {
    const pointer = appendPointer('/Mappings', name);
    for (const [top, entry] of isJsonObject(mapping) ? Object.entries(mapping) : []) {
      for (const [second, value] of isJsonObject(entry) ? Object.entries(entry) : []) {
        // CFN-022
        if (isJsonObject(value) || value === null) {
          const at = appendPointer(appendPointer(pointer, top), second);
          report('Template format error: Every Mappings attribute must be a String or a List.', at);
        }
      }
    }
  }
}

function reportNulls(value: Json | undefined, pointer: string, report: (pointer: string) => void): void {
  if (value === null) report(pointer);
  else if (isJsonArray(value)) value.forEach((item, index) => reportNulls(item, appendPointer(pointer, index), report));
  else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) reportNulls(item, appendPointer(pointer, key), report);
}
