import { TemplateError, type TemplateProblem } from './assembly.ts';
import type { Evaluation } from './evaluation.ts';
import { findCycle } from './find-cycle.ts';
import { isUnresolved } from './unresolved.ts';

/**
 * The stacks of an application in the order in which they can be made: exporters before importers, and as the assembly says.
 * @param available names of exports that exist besides
 * @throws TemplateError when an import has no export, an export is made twice, or the stacks need each other
 */
export function orderStacks(evaluations: readonly Evaluation[], available: ReadonlySet<string> = new Set()): Evaluation[] {
  const problems: TemplateProblem[] = [];
  const exporters = new Map<string, string>();
  for (const { stack, exports } of evaluations) {
    for (const name of exports) {
      const other = exporters.get(name);
      if (other === undefined) exporters.set(name, stack.name);
      else problems.push(problem(stack.name, stack.file, `Export with name ${name} is already exported by stack ${other}`));
    }
  }
  const names = new Set(evaluations.map(({ stack }) => stack.name));
  const edges = new Map<string, string[]>();
  for (const { stack, imports } of evaluations) {
    const needed = new Set(stack.dependencies.filter((name) => names.has(name)));
    for (const name of imports) {
      if (isUnresolved(name)) continue;
      const exporter = exporters.get(name);
      if (exporter !== undefined) needed.add(exporter);
      else if (!available.has(name))
        problems.push(problem(stack.name, stack.file, `No export named ${name} found`, exportNames(exporters)));
    }
    edges.set(stack.name, [...needed]);
  }
  const cycle = findCycle(edges);
  if (cycle !== undefined) {
    problems.push(
      problem(cycle[0]!, undefined, `Circular dependency between stacks: [${cycle.join(', ')}]`, [...cycle, cycle[0]].join(' -> ')),
    );
  }
  if (problems.length > 0) throw new TemplateError(problems);
  return sortByNeed(evaluations, edges);
}

function sortByNeed(evaluations: readonly Evaluation[], edges: ReadonlyMap<string, readonly string[]>): Evaluation[] {
  const byName = new Map(evaluations.map((evaluation) => [evaluation.stack.name, evaluation]));
  const sorted = new Set<Evaluation>();
  function add(name: string): void {
    const evaluation = byName.get(name)!;
    if (sorted.has(evaluation)) return;
    for (const needed of edges.get(name) ?? []) add(needed);
    sorted.add(evaluation);
  }
  for (const { stack } of evaluations) add(stack.name);
  return [...sorted];
}

function exportNames(exporters: ReadonlyMap<string, string>): string {
  return exporters.size === 0 ? 'No stack of this application exports anything' : `Exports are ${[...exporters.keys()].join(', ')}`;
}

function problem(stack: string, file: string | undefined, message: string, fix?: string): TemplateProblem {
  return {
    code: 'ValidationError',
    message,
    stack,
    ...(file === undefined ? {} : { location: { file } }),
    ...(fix === undefined ? {} : { fix }),
  };
}
