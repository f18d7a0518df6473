import type { Assembly, StackTemplate } from '../template/assembly.ts';
import { TemplateError } from '../template/assembly.ts';
import { createEvaluation, type Evaluation } from '../template/evaluation.ts';
import { placeholderLookup, type Lookup } from '../template/lookup.ts';
import { orderStacks } from '../template/order-stacks.ts';
import { similarName } from '../template/similar-name.ts';
import type { Finding, ResourceType, Value } from '../services/resource-type.ts';
import { acceptedType } from './accepted-type.ts';
import { coverProperties } from '../services/coverage.ts';
import type { StackTarget } from './deployed-stack.ts';
import { EngineFailure, fromTemplateProblem, userFailure, type Problem } from './problem.ts';
import { loadResourceTypes, resourceTypeNames } from './resource-types.ts';

/** What stays without effect, or was accepted although nobody simulates it. */
export interface ScopeNote {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly property?: string;
  readonly reason: string;
}

/** An assembly that passed every check and can be deployed. */
export interface Plan {
  readonly assembly: Assembly;
  /** In the order of deployment. */
  readonly targets: readonly StackTarget[];
  readonly inert: readonly ScopeNote[];
  /** Unsupported, and accepted by name. */
  readonly accepted: readonly ScopeNote[];
}

export interface PlanOptions {
  /** Names or display names; all stacks by default. */
  readonly stacks: readonly string[];
  /** `KEY` or `STACK:KEY` -> value. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Filled in for parameters that nobody gives: `JwtIssuer`, `JwtAudience`. */
  readonly engineParameters: Readonly<Record<string, string>>;
  /** Types (`AWS::Foo::Bar`) or properties (`AWS::Foo::Bar.Baz.Qux`). */
  readonly accept: readonly string[];
  readonly account: { readonly id: string; readonly region: string; readonly partition: string; readonly urlSuffix: string };
}

/** Names of availability zones in the engine's region. */
const zoneLetters = ['a', 'b', 'c'];

/** Checks an assembly as a whole and evaluates its parameters. @throws EngineFailure with everything that is wrong, at once. */
export async function loadPlan(assembly: Assembly, options: PlanOptions): Promise<Plan> {
  const stacks = selectStacks(assembly, options.stacks);
  const notes: Notes = { problems: [], inert: [], accepted: [] };
  checkParameterNames(stacks, options.parameters, notes.problems);
  const evaluations: Evaluation[] = [];
  for (const stack of stacks) collecting(notes, () => evaluations.push(evaluate(stack, options)));
  const targets = await Promise.all(evaluations.map(toTarget));
  for (const target of targets) cover(target, new Set(options.accept), notes);
  const ordered = collecting(notes, () => orderStacks(evaluations)) ?? [];
  if (notes.problems.length > 0) throw new EngineFailure(notes.problems);
  const { inert, accepted } = notes;
  return { assembly, targets: ordered.map((evaluation) => targets.find((target) => target.evaluation === evaluation)!), inert, accepted };
}

interface Notes {
  readonly problems: Problem[];
  readonly inert: ScopeNote[];
  readonly accepted: ScopeNote[];
}

/** Runs `work`; what is wrong with a template goes to the problems. */
function collecting<T>(notes: Notes, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    notes.problems.push(...error.problems.map(fromTemplateProblem));
    return undefined;
  }
}

function selectStacks(assembly: Assembly, names: readonly string[]): readonly StackTemplate[] {
  if (names.length === 0) return assembly.stacks;
  const byName = new Map(assembly.stacks.flatMap((stack) => [[stack.name, stack] as const, [stack.displayName, stack] as const]));
  const wanted = new Set<StackTemplate>();
  const want = (name: string): void => {
    const stack = byName.get(name);
    if (stack === undefined) {
      throw userFailure(
        'NoSuchStack',
        `There is no stack "${name}" in the assembly`,
        `It has: ${assembly.stacks.map(({ displayName }) => displayName).join(', ')}`,
      );
    }
    if (wanted.has(stack)) return;
    wanted.add(stack);
    stack.dependencies.forEach(want);
  };
  names.forEach(want);
  return assembly.stacks.filter((stack) => wanted.has(stack));
}

function evaluate(stack: StackTemplate, options: PlanOptions): Evaluation {
  const { account } = options;
  return createEvaluation({
    stack,
    pseudo: {
      accountId: account.id,
      region: account.region,
      partition: account.partition,
      urlSuffix: account.urlSuffix,
      stackName: stack.name,
      stackId: stackIdOf(stack.name, account),
    },
    zones: (region) => zoneLetters.map((letter) => `${region}${letter}`),
    parameters: parametersFor(stack, options),
  });
}

async function toTarget(evaluation: Evaluation): Promise<StackTarget> {
  const known = await loadResourceTypes(evaluation.resourceIds.map((id) => evaluation.resource(id).Type));
  const types = new Map<string, ResourceType>();
  for (const id of evaluation.resourceIds) {
    const name = evaluation.resource(id).Type;
    types.set(id, known.get(name) ?? acceptedType(name));
  }
  return { stack: evaluation.stack, evaluation, types };
}

/** `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/UUID`; the last part is fixed here, so that it is the same after a restart. */
export function stackIdOf(name: string, account: PlanOptions['account']): string {
  return `arn:${account.partition}:cloudformation:${account.region}:${account.id}:stack/${name}/00000000-0000-0000-0000-000000000000`;
}

function parametersFor(stack: StackTemplate, options: PlanOptions): Record<string, string> {
  const declared = stack.template.Parameters ?? {};
  const given: Record<string, string> = {};
  for (const name of Object.keys(declared)) {
    const value =
      options.parameters[`${stack.name}:${name}`] ??
      options.parameters[name] ??
      (Object.hasOwn(stack.parameters, name) ? undefined : engineParameter(declared[name], options.engineParameters[name]));
    if (value !== undefined) given[name] = value;
  }
  return given;
}

function checkParameterNames(stacks: readonly StackTemplate[], parameters: PlanOptions['parameters'], problems: Problem[]): void {
  const known = new Set(
    stacks.flatMap((stack) => Object.keys(stack.template.Parameters ?? {}).flatMap((name) => [name, `${stack.name}:${name}`])),
  );
  const unknown = Object.keys(parameters).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  problems.push({
    code: 'ValidationError',
    message: `Parameters: [${unknown.join(', ')}] do not exist in the template`,
    fix: `Parameters that can be given: ${[...known].filter((name) => !name.includes(':') && name !== 'BootstrapVersion').join(', ') || 'none'}`,
    fault: 'user',
  });
}

function cover(target: StackTarget, accept: ReadonlySet<string>, notes: Notes): void {
  const { stack, evaluation } = target;
  for (const [logicalId, type] of target.types) {
    const at = { stack: stack.name, logicalId, type: type.type };
    const report = (pointer: string, problem: Omit<Problem, 'fault' | 'stack' | 'logicalId'>): void => {
      const location = stack.locate(`/Resources/${logicalId}${pointer}`);
      notes.problems.push({
        stack: stack.name,
        logicalId,
        file: location.file,
        ...(location.line === undefined ? {} : { line: location.line }),
        fault: 'user',
        ...problem,
      });
    };
    if (!resourceTypeNames.has(type.type)) {
      if (accept.has(type.type)) notes.accepted.push({ ...at, reason: 'unsupported, accepted by --accept' });
      else {
        report('/Type', {
          code: 'Unsupported',
          message: `${logicalId}: resource type ${type.type} is not supported`,
          fix: `${didYouMean(similarName(type.type, resourceTypeNames))}Start without it, or accept that it does nothing here: --accept ${type.type}`,
        });
      }
      continue;
    }
    if (type.scope !== 'simulated') notes.inert.push({ ...at, reason: type.scope.inert });
    const lookup = checkingLookup(target, (message) => report('/Properties', { code: 'Unsupported', message: `${logicalId}: ${message}` }));
    const properties = evaluation.resolveProperties(logicalId, lookup);
    const covered = coverProperties(type, properties);
    for (const { path, reason } of covered.inert) notes.inert.push({ ...at, property: path, reason });
    for (const { path, declaredPath } of covered.unsupported) {
      if (accept.has(`${type.type}.${declaredPath}`) || accept.has(type.type)) {
        notes.accepted.push({ ...at, property: path, reason: 'unsupported, accepted by --accept' });
        continue;
      }
      report(`/Properties/${path.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`, {
        code: 'Unsupported',
        message: `${logicalId}: property ${path} of ${type.type} is not supported`,
        property: path,
        fix: `${didYouMean(similarName(declaredPath, knownPaths(type)))}Leave it out, or accept that it does nothing here: --accept ${type.type}.${declaredPath}`,
      });
    }
    for (const wanted of type.required ?? []) {
      if (properties[wanted] === undefined || properties[wanted] === null) {
        report('', {
          code: 'ValidationError',
          message: `${logicalId}: Property validation failure: [The property {/${wanted}} is required]`,
          property: wanted,
        });
      }
    }
    const metadata = evaluation.resolveMetadata(logicalId, placeholderLookup);
    const path = metadata['aws:cdk:path'];
    const name = { ...at, ...(typeof path === 'string' ? { path } : {}) };
    for (const problem of checkLocalMetadata(logicalId, type, metadata['S3M']))
      report('/Metadata/S3M', { code: 'ValidationError', ...problem });
    for (const finding of type.check?.(properties, metadata, name) ?? []) {
      if (finding.kind === 'unsupported' && (accept.has(type.type) || accept.has(acceptable(type, finding)))) {
        notes.accepted.push({ ...at, property: finding.property, reason: `${finding.message}; accepted by --accept` });
        continue;
      }
      report(`/Properties/${finding.property.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`, {
        code: finding.kind === 'unsupported' ? 'Unsupported' : 'ValidationError',
        message: `${logicalId}: ${finding.message}`,
        property: finding.property,
        ...(finding.kind === 'unsupported'
          ? {
              fix: `${finding.fix === undefined ? '' : `${finding.fix} `}To start without its effect: --accept ${acceptable(type, finding)}`,
            }
          : finding.fix === undefined
            ? {}
            : { fix: finding.fix }),
      });
    }
  }
}

/** Metadata `S3M` is the engine's own: a word that it does not know is a mistake. */
function checkLocalMetadata(logicalId: string, type: ResourceType, own: Value | undefined): readonly Pick<Problem, 'message' | 'fix'>[] {
  const known = type.localMetadata ?? [];
  if (known.includes('*') || typeof own !== 'object' || own === null) return [];
  return Object.keys(own)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      message: `${logicalId}: Metadata S3M of ${type.type} has no "${name}"`,
      fix: known.length === 0 ? 'Nothing is read there.' : `${didYouMean(similarName(name, known))}Allowed: ${known.join(', ')}.`,
    }));
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `Did you mean ${name}? `;
}

/** Every property of a type and what it stands in: `Integration`, `Integration.Uri`. */
function knownPaths({ properties }: ResourceType): ReadonlySet<string> {
  return new Set(Object.keys(properties).flatMap((path) => path.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'))));
}

/** What `--accept` takes for a finding: the type and the property without indices. */
function acceptable(type: ResourceType, { property }: Finding): string {
  return `${type.type}.${property.replaceAll(/\[\d+\]/g, '')}`;
}

/** A value that the engine fills in: only where the template has no default of its own. */
function engineParameter(declaration: unknown, value: string | undefined): string | undefined {
  const hasDefault = typeof declaration === 'object' && declaration !== null && 'Default' in declaration;
  return hasDefault ? undefined : value;
}

/** Answers placeholders, and tells of attributes that nothing here can answer. */
function checkingLookup({ types }: StackTarget, report: (message: string) => void): Lookup {
  return {
    ...placeholderLookup,
    attribute: (logicalId, name) => {
      const type = types.get(logicalId);
      if (type !== undefined && !type.attributes.includes('*') && !type.attributes.includes(name)) {
        report(`attribute ${name} of ${logicalId} (${type.type}) is not supported. Supported: ${type.attributes.join(', ') || 'none'}`);
      }
      return placeholderLookup.attribute(logicalId, name);
    },
  };
}
