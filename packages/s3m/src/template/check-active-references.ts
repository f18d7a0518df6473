import type { StackTemplate, TemplateProblem } from './assembly.ts';
import { unresolvedDependency } from './check-template.ts';
import { findCycles } from './find-cycle.ts';
import { isJsonObject } from './json.ts';
import { appendPointer } from './json-pointer.ts';
import { problemAt } from './problem-at.ts';
import { collectReferences, type Reference } from './references.ts';

export interface ActiveReferences {
  /** By logical id of an active resource. */
  readonly references: ReadonlyMap<string, readonly Reference[]>;
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  /** Resources whose condition is true. */
  readonly active: ReadonlySet<string>;
  condition(name: string): boolean;
}

/** What can be said once the conditions are known: references to resources that do not exist because of one (CFN-004), and cycles (CFN-009). */
export function checkActiveReferences(stack: StackTemplate, known: ActiveReferences): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  for (const references of known.references.values()) {
    for (const skipped of skippedResources(stack, references, known.active)) {
      problems.push(problemAt(stack, unresolvedDependency(skipped.name, 'Resources'), skipped.pointer, why(stack, skipped.name)));
    }
  }
  for (const [name, output] of Object.entries(stack.template.Outputs ?? {})) {
    if (!isJsonObject(output) || (typeof output['Condition'] === 'string' && !known.condition(output['Condition']))) continue;
    const pointer = appendPointer('/Outputs', name);
    const references = collectReferences(output, pointer, (condition) => known.condition(condition));
    for (const skipped of skippedResources(stack, references, known.active)) {
      // Recorded without "Template format error: " (cfn-error-output-of-skipped-resource).
      const message = `Unresolved resource dependencies [${skipped.name}] in the Outputs block of the template`;
      problems.push(problemAt(stack, message, skipped.pointer, why(stack, skipped.name)));
    }
  }
  for (const cycle of findCycles(known.dependencies)) {
    const message = `Circular dependency between resources: [${cycle.join(', ')}]`;
    problems.push(problemAt(stack, message, appendPointer('/Resources', cycle[0]!), explainCycle(cycle, known.references)));
  }
  return problems;
}

function skippedResources(
  stack: StackTemplate,
  references: readonly Reference[],
  active: ReadonlySet<string>,
): { name: string; pointer: string }[] {
  return references.flatMap((reference) =>
    (reference.kind === 'ref' || reference.kind === 'attribute') &&
    Object.hasOwn(stack.template.Resources, reference.name) &&
    !active.has(reference.name)
      ? [{ name: reference.name, pointer: reference.pointer }]
      : [],
  );
}

function why(stack: StackTemplate, logicalId: string): string {
  return `${logicalId} does not exist since its condition ${stack.template.Resources[logicalId]?.Condition} is false: put the reference into an Fn::If on the same condition`;
}

/** `A -> B (Properties/X/Ref), B -> A (DependsOn)` */
function explainCycle(cycle: readonly string[], references: ReadonlyMap<string, readonly Reference[]>): string {
  return cycle
    .map((from, index) => {
      const to = cycle[(index + 1) % cycle.length]!;
      const reference = references.get(from)?.find((one) => 'name' in one && one.name === to);
      const place = reference === undefined ? '' : ` (${reference.pointer.split('/').slice(3).join('/')})`;
      return `${from} -> ${to}${place}`;
    })
    .join(', ');
}
