import { TemplateError, type StackTemplate, type Template, type TemplateProblem, type TemplateResource } from './assembly.ts';
import { checkActiveReferences } from './check-active-references.ts';
import { checkShape } from './check-shape.ts';
import { checkTemplate, dependsOnReferences } from './check-template.ts';
import { resolveDynamicReferences } from './dynamic-references.ts';
import { expandLoops } from './expand-loops.ts';
import { FunctionFailure } from './function-failure.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { appendPointer } from './json-pointer.ts';
import { unsupportedTransforms, usesLanguageExtensions } from './language-extensions.ts';
import { placeholderLookup, type Lookup } from './lookup.ts';
import { noValue } from './no-value.ts';
import { resolveOutputs, type Output } from './outputs.ts';
import { evaluateParameters, type EvaluatedParameters } from './parameters.ts';
import { problemAt } from './problem-at.ts';
import type { PseudoParameters } from './pseudo-parameters.ts';
import { collectReferences, type Reference } from './references.ts';
import { resolveMembers } from './resolve.ts';
import { checkRules } from './rules.ts';
import type { Scope } from './scope.ts';
import { createTemplateScope } from './template-scope.ts';

export interface EvaluationOptions {
  readonly stack: StackTemplate;
  readonly pseudo: PseudoParameters;
  /** Parameters that the caller gives; each must be declared. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Names of a region's availability zones, in order (CFN-003). */
  readonly zones: (region: string) => readonly string[];
  /** Values for parameters of type `AWS::SSM::Parameter::Value<...>`. The CDK's bootstrap version is answered without it. */
  readonly systemsManager?: (name: string) => string | undefined;
  /** Takes parameters without a right value as not known yet, to see what else is wrong. */
  readonly openParameters?: boolean;
}

/** A stack whose parameters, conditions and loops are settled: what is left to know are the values of running resources. */
export interface Evaluation {
  readonly stack: StackTemplate;
  /** With loops written out. */
  readonly template: Template;
  readonly pseudo: PseudoParameters;
  readonly parameters: EvaluatedParameters;
  /** Resources whose condition is true, in the template's order. */
  readonly resourceIds: readonly string[];
  /** @param logicalId one of `resourceIds` */
  resource(logicalId: string): TemplateResource;
  condition(name: string): boolean;
  /** What the resource names, in branches that are taken, with the places. Includes DependsOn, parameters and imports. */
  references(logicalId: string): readonly Reference[];
  /** Logical ids that must be there before `logicalId`, each once (CFN-009). */
  dependencies(logicalId: string): readonly string[];
  /** Names of the exports of other stacks that this one reads. */
  readonly imports: readonly string[];
  /** Names of the stack's own exports. */
  readonly exports: readonly string[];
  /** @throws TemplateError */
  resolveProperties(logicalId: string, lookup: Lookup): JsonObject;
  /** @throws TemplateError */
  resolveMetadata(logicalId: string, lookup: Lookup): JsonObject;
  /** Outputs whose condition is true. @throws TemplateError */
  outputs(lookup: Lookup): readonly Output[];
}

/**
 * Settles parameters, rules, conditions and loops of a stack and checks the whole template.
 * @throws TemplateError with everything that is wrong
 */
export function createEvaluation(options: EvaluationOptions): Evaluation {
  const { stack, pseudo, zones, systemsManager, parameters: given = {}, openParameters = false } = options;
  const parameters = evaluateParameters({
    declarations: stack.template.Parameters ?? {},
    given,
    assembly: stack.parameters,
    ...(systemsManager === undefined ? {} : { systemsManager }),
  });
  const settings = { pseudo, parameters: parameters.values, zones };
  const loops = usesLanguageExtensions(stack.template);
  refuse([
    ...[...(openParameters ? [] : parameters.problems), ...unsupportedTransforms(stack.template)].map((problem) => placed(stack, problem)),
    ...(loops ? [] : checkTemplate(stack)),
  ]);
  const template = loops
    ? attempt(stack, '', () => withoutLoops(stack.template, createTemplateScope({ ...settings, template: stack.template })))
    : stack.template;
  const expanded: StackTemplate = { ...stack, template };
  const plainScope = createTemplateScope({ ...settings, template });
  if (loops) {
    refuse(checkShape(template as unknown as Json, stack.locate, stack.name));
    refuse(checkTemplate(expanded));
  }
  refuse(checkRules(template.Rules ?? {}, plainScope).map((problem) => placed(stack, problem)));
  for (const name of Object.keys(template.Conditions ?? {})) {
    attempt(stack, '/Conditions', () => plainScope.condition(name));
  }

  const isActive = (condition: unknown): boolean => typeof condition !== 'string' || plainScope.condition(condition);
  const resourceIds = Object.entries(template.Resources).flatMap(([id, resource]) => (isActive(resource.Condition) ? [id] : []));
  const active = new Set(resourceIds);
  const references = new Map(resourceIds.map((id) => [id, referencesOf(id, template.Resources[id]!, plainScope)]));
  const dependencies = new Map([...references].map(([id, list]) => [id, dependenciesOf(list, active)]));
  refuse(checkActiveReferences(expanded, { references, dependencies, active, condition: (name) => plainScope.condition(name) }));

  function scopeFor(lookup: Lookup): Scope {
    return createTemplateScope({ ...settings, template, lookup });
  }

  const evaluation: Evaluation = {
    stack,
    template,
    pseudo,
    parameters,
    resourceIds,
    resource: (logicalId) => template.Resources[logicalId]!,
    condition: (name) => plainScope.condition(name),
    references: (logicalId) => references.get(logicalId) ?? [],
    dependencies: (logicalId) => dependencies.get(logicalId) ?? [],
    imports: importNames(expanded, [...references.values()].flat(), scopeFor(placeholderLookup)),
    exports: resolveOutputs(expanded, scopeFor(placeholderLookup)).flatMap(({ exportName }) =>
      exportName === undefined ? [] : [exportName],
    ),
    resolveProperties(logicalId, lookup) {
      const pointer = appendPointer(appendPointer('/Resources', logicalId), 'Properties');
      return attempt(stack, pointer, () => {
        const resolved = resolveMembers(asObject(template.Resources[logicalId]?.Properties), scopeFor(lookup));
        const find = lookup.dynamicReference?.bind(lookup);
        return find === undefined ? resolved : (resolveDynamicReferences(resolved, find) as JsonObject);
      });
    },
    resolveMetadata(logicalId, lookup) {
      const pointer = appendPointer(appendPointer('/Resources', logicalId), 'Metadata');
      return attempt(stack, pointer, () => resolveMembers(asObject(template.Resources[logicalId]?.Metadata), scopeFor(lookup)));
    },
    outputs: (lookup) => resolveOutputs(expanded, scopeFor(lookup)),
  };
  // Functions whose arguments are wrong in value are found now, not when their resource's turn comes.
  refuse(
    resourceIds.flatMap((id) =>
      problemsOf(() => [evaluation.resolveProperties(id, placeholderLookup), evaluation.resolveMetadata(id, placeholderLookup)]),
    ),
  );
  return evaluation;
}

function withoutLoops(template: Template, scope: Scope): Template {
  return expandLoops(template as unknown as Json, scope) as unknown as Template;
}

function referencesOf(logicalId: string, resource: TemplateResource, scope: Scope): Reference[] {
  const pointer = appendPointer('/Resources', logicalId);
  const taken = (condition: string): boolean => scope.condition(condition);
  return [
    ...collectReferences(resource.Properties as JsonObject | undefined, appendPointer(pointer, 'Properties'), taken),
    ...collectReferences(resource.Metadata as JsonObject | undefined, appendPointer(pointer, 'Metadata'), taken),
    ...dependsOnReferences(resource.DependsOn, pointer),
  ];
}

/** DependsOn on a resource whose condition is false is ignored (CFN-004); other references to one are an error, told elsewhere. */
function dependenciesOf(references: readonly Reference[], active: ReadonlySet<string>): string[] {
  const names = references.flatMap((reference) =>
    (reference.kind === 'ref' || reference.kind === 'attribute' || reference.kind === 'depends-on') && active.has(reference.name)
      ? [reference.name]
      : [],
  );
  return [...new Set(names)];
}

function importNames(stack: StackTemplate, ofResources: readonly Reference[], scope: Scope): string[] {
  const names = new Set<string>();
  const ofOutputs = Object.entries(stack.template.Outputs ?? {}).flatMap(([name, output]) =>
    collectReferences(output as Json, appendPointer('/Outputs', name), (condition) => scope.condition(condition)),
  );
  for (const reference of [...ofResources, ...ofOutputs]) {
    if (reference.kind !== 'import') continue;
    const name = attempt(stack, reference.pointer, () => scope.resolve(reference.value));
    if (name !== noValue) names.add(typeof name === 'string' ? name : JSON.stringify(name));
  }
  return [...names];
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Runs `work`; what fails in a function becomes a TemplateError that names the place below `pointer`. */
function attempt<T>(stack: StackTemplate, pointer: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FunctionFailure)) throw error;
    throw new TemplateError([problemAt(stack, error.message, error.path.reduce(appendPointer, pointer), error.fix)]);
  }
}

function problemsOf(work: () => unknown): readonly TemplateProblem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof TemplateError) return error.problems;
    throw error;
  }
}

/** Adds stack and place to a problem that only knows its section: `Parameters.Name`, `Rules.Name`. */
function placed(stack: StackTemplate, problem: TemplateProblem): TemplateProblem {
  const pointer = problem.property === undefined ? '' : `/${problem.property.replaceAll('.', '/')}`;
  return { stack: stack.name, location: stack.locate(pointer), ...problem };
}

function refuse(problems: readonly TemplateProblem[]): void {
  if (problems.length > 0) throw new TemplateError(problems);
}
