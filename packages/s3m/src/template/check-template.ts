import type { StackTemplate, TemplateProblem } from './assembly.ts';
import { checkFunctions } from './check-functions.ts';
import { findCycles } from './find-cycle.ts';
import { isJsonObject, type Json } from './json.ts';
import { appendPointer } from './json-pointer.ts';
import { usesLanguageExtensions } from './language-extensions.ts';
import { problemAt } from './problem-at.ts';
import { isPseudoParameter } from './pseudo-parameters.ts';
import { collectReferences, type Reference } from './references.ts';
import { similarName } from './similar-name.ts';

/**
 * What can be said about a template without knowing its parameters: malformed functions, and names that stand for nothing (CFN-020 to CFN-022).
 * Loops must have been written out. Each wrong place is one problem.
 */
export function checkTemplate(stack: StackTemplate): TemplateProblem[] {
  const { template } = stack;
  const languageExtensions = usesLanguageExtensions(template);
  const problems: TemplateProblem[] = [];
  const known: Names = {
    conditions: new Set(Object.keys(template.Conditions ?? {})),
    mappings: new Set(Object.keys(template.Mappings ?? {})),
    parameters: new Set(Object.keys(template.Parameters ?? {})),
    resources: new Set(Object.keys(template.Resources)),
  };
  const report = (message: string, pointer: string, fix?: string): void => void problems.push(problemAt(stack, message, pointer, fix));

  function checkPart(value: unknown, pointer: string, block: Block): void {
    const part = value as Json | undefined;
    const conditions = block === 'Conditions';
    for (const wrong of checkFunctions(part, pointer, { languageExtensions, conditions })) report(wrong.message, wrong.pointer, wrong.fix);
    for (const reference of collectReferences(part, pointer)) {
      const message = dangling(reference, block, known);
      if (message !== undefined) report(message, reference.pointer, suggestion(reference, known));
    }
  }

  function checkConditionOf(value: unknown, pointer: string, block: Block): void {
    if (typeof value !== 'string' || known.conditions.has(value)) return;
    report(
      `Template format error: Unresolved condition dependency ${value} in the ${block} block of the template`,
      appendPointer(pointer, 'Condition'),
    );
  }

  for (const [name, condition] of Object.entries(template.Conditions ?? {})) {
    checkPart(condition, appendPointer('/Conditions', name), 'Conditions');
  }
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const pointer = appendPointer('/Resources', logicalId);
    checkConditionOf(resource.Condition, pointer, 'Resources');
    checkPart(resource.Properties, appendPointer(pointer, 'Properties'), 'Resources');
    checkPart(resource.Metadata, appendPointer(pointer, 'Metadata'), 'Resources');
    for (const reference of dependsOnReferences(resource.DependsOn, pointer)) {
      if (!known.resources.has(reference.name))
        report(unresolvedDependency(reference.name, 'Resources'), reference.pointer, suggestion(reference, known));
    }
  }
  for (const [name, output] of Object.entries(template.Outputs ?? {})) {
    const pointer = appendPointer('/Outputs', name);
    if (!isJsonObject(output)) continue;
    checkConditionOf(output['Condition'], pointer, 'Outputs');
    checkPart(output['Value'], appendPointer(pointer, 'Value'), 'Outputs');
    checkPart(output['Export'], appendPointer(pointer, 'Export'), 'Outputs');
  }
  checkConditionCycles(template.Conditions ?? {}, report);
  return problems;
}

/** `DependsOn` as references. */
export function dependsOnReferences(
  dependsOn: string | readonly string[] | undefined,
  pointer: string,
): { readonly kind: 'depends-on'; readonly name: string; readonly pointer: string }[] {
  const at = appendPointer(pointer, 'DependsOn');
  if (dependsOn === undefined) return [];
  if (typeof dependsOn === 'string') return [{ kind: 'depends-on', name: dependsOn, pointer: at }];
  return dependsOn.map((name, index) => ({ kind: 'depends-on', name, pointer: appendPointer(at, index) }));
}

/** CFN-020; the Outputs block has it without the prefix when a condition is the reason (recorded: cfn-error-output-of-skipped-resource). */
export function unresolvedDependency(name: string, block: 'Resources' | 'Outputs'): string {
  return `Template format error: Unresolved resource dependencies [${name}] in the ${block} block of the template`;
}

type Block = 'Conditions' | 'Resources' | 'Outputs';
interface Names {
  readonly conditions: ReadonlySet<string>;
  readonly mappings: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
}

/** CloudFormation's text for a reference to nothing. */
function dangling(reference: Reference, block: Block, known: Names): string | undefined {
  switch (reference.kind) {
    case 'ref':
      if (known.parameters.has(reference.name) || isPseudoParameter(reference.name)) return undefined;
      if (block === 'Conditions') {
        return `Template format error: Unresolved dependencies [${reference.name}]. Cannot reference resources in the Conditions block of the template`;
      }
      return known.resources.has(reference.name) ? undefined : unresolvedDependency(reference.name, block);
    case 'attribute':
      if (block !== 'Conditions' && known.resources.has(reference.name)) return undefined;
      if (reference.by === 'Fn::Sub') {
        return `Template error: instance of Fn::Sub references invalid resource attribute ${reference.name}.${reference.attribute}`;
      }
      return `Template error: instance of Fn::GetAtt references undefined resource ${reference.name}`;
    case 'condition': // CFN-022
      if (known.conditions.has(reference.name)) return undefined;
      return block === 'Conditions'
        ? `Template format error: Unresolved condition dependency ${reference.name} in the Conditions block of the template`
        : `Template error: unresolved condition dependency ${reference.name} in Fn::If`;
    case 'mapping':
      if (known.mappings.has(reference.name)) return undefined;
      return `Template error: Mapping named '${reference.name}' is not present in the 'Mappings' section of template.`;
    default:
      return undefined;
  }
}

/** A name that is probably meant, or what is missing. */
function suggestion(reference: Reference, known: Names): string | undefined {
  if (!('name' in reference)) return undefined;
  const among =
    reference.kind === 'condition'
      ? known.conditions
      : reference.kind === 'mapping'
        ? known.mappings
        : [...known.resources, ...known.parameters];
  const close = similarName(reference.name, among);
  if (close !== undefined) return `Did you mean ${close}?`;
  return reference.kind === 'ref' && !known.resources.has(reference.name)
    ? `"${reference.name}" is neither a resource nor a parameter of the template: correct the name, or add it.`
    : undefined;
}

function checkConditionCycles(
  conditions: Readonly<Record<string, unknown>>,
  report: (message: string, pointer: string, fix: string) => void,
): void {
  const edges = new Map(
    Object.entries(conditions).map(([name, condition]) => [
      name,
      collectReferences(condition as Json, '').flatMap((reference) => (reference.kind === 'condition' ? [reference.name] : [])),
    ]),
  );
  for (const cycle of findCycles(edges)) {
    report(
      `Template format error: Circular dependency between conditions: [${cycle.join(', ')}]`,
      appendPointer('/Conditions', cycle[0]!),
      [...cycle, cycle[0]].join(' -> '),
    );
  }
}
