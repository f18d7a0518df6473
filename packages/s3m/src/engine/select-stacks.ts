import type { Assembly, StackTemplate } from '../template/assembly.ts';
import { userFailure } from './problem.ts';

/** The stacks of these names or display names with those that they depend on; all without names. @throws EngineFailure `NoSuchStack` */
export function selectStacks(assembly: Assembly, names: readonly string[]): readonly StackTemplate[] {
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
