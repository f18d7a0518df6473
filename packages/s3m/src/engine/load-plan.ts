import type { Assembly, StackTemplate } from '../template/assembly.ts';
import { TemplateError } from '../template/assembly.ts';
import { createEvaluation, type Evaluation } from '../template/evaluation.ts';
import { orderStacks } from '../template/order-stacks.ts';
import type { ResourceType } from '../services/resource-type.ts';
import { acceptedType } from './accepted-type.ts';
import { Accepted } from './accepted-words.ts';
import { checkResources, checkTypesAlone, type Notes, type ScopeNote } from './check-resources.ts';
import type { StackTarget } from './deployed-stack.ts';
import { openMethodNotices } from './open-methods.ts';
import { EngineFailure, fromTemplateProblem, type Problem } from './problem.ts';
import { loadResourceTypes } from './resource-types.ts';
import { selectStacks } from './select-stacks.ts';
import { zonesOf } from './target-environment.ts';

/** An assembly that passed every check and can be deployed. */
export interface Plan {
  readonly assembly: Assembly;
  /** In the order of deployment. */
  readonly targets: readonly StackTarget[];
  readonly inert: readonly ScopeNote[];
  /** Unsupported, and accepted by name. */
  readonly accepted: readonly ScopeNote[];
  /** What its user should know although it can be deployed. */
  readonly notices: readonly string[];
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

/** Checks an assembly as a whole and evaluates its parameters. @throws EngineFailure with everything that is wrong, at once. */
export async function loadPlan(assembly: Assembly, options: PlanOptions): Promise<Plan> {
  const stacks = selectStacks(assembly, options.stacks);
  const notes: Notes = { problems: [], inert: [], accepted: [] };
  checkParameterNames(stacks, options.parameters, notes.problems);
  const accept = new Accepted(options.accept);
  const evaluations: Evaluation[] = [];
  for (const stack of stacks) {
    const evaluation = collecting(notes, () => evaluate(stack, options));
    if (evaluation !== undefined) evaluations.push(evaluation);
    else await checkBroken(stack, options, accept, notes);
  }
  const targets = await Promise.all(evaluations.map(toTarget));
  for (const target of targets) checkResources(target, accept, notes);
  const ordered = collecting(notes, () => orderStacks(evaluations)) ?? [];
  if (notes.problems.length > 0) throw new EngineFailure(notes.problems);
  const { inert, accepted } = notes;
  return {
    assembly,
    targets: ordered.map((evaluation) => targets.find((target) => target.evaluation === evaluation)!),
    inert,
    accepted,
    notices: [...accept.unused(), ...ordered.flatMap(openMethodNotices)],
  };
}

/** A stack that can't be deployed as it is: what its resources lack is told as well, as far as that can be seen without what is wrong. */
async function checkBroken(stack: StackTemplate, options: PlanOptions, accept: Accepted, notes: Notes): Promise<void> {
  try {
    checkResources(await toTarget(evaluate(stack, options, { openParameters: true })), accept, notes);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    checkTypesAlone(stack, accept, notes);
  }
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

function evaluate(stack: StackTemplate, options: PlanOptions, also: { readonly openParameters?: true } = {}): Evaluation {
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
    zones: zonesOf,
    parameters: parametersFor(stack, options),
    ...also,
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

/** A value that the engine fills in: only where the template has no default of its own. */
function engineParameter(declaration: unknown, value: string | undefined): string | undefined {
  const hasDefault = typeof declaration === 'object' && declaration !== null && 'Default' in declaration;
  return hasDefault ? undefined : value;
}
