import { TaskStartFailure } from './task-runtime.ts';
import type { ContainerSpec } from './task-runtime.ts';

/**
 * Containers in the order in which they are started: a container after those that it depends on (ECS-015).
 * Shutdown goes the other way: see {@link dependentsOf}.
 *
 * @throws TaskStartFailure for unknown containers and cycles.
 */
export function startOrder(containers: readonly ContainerSpec[]): readonly ContainerSpec[] {
  const ordered: ContainerSpec[] = [];
  const visit = (spec: ContainerSpec, path: readonly string[]): void => {
    const { name } = spec.definition;
    if (ordered.includes(spec)) return;
    if (path.includes(name)) throw invalid(`dependsOn of the containers is a cycle: ${[...path, name].join(' -> ')}`);
    for (const { containerName } of spec.definition.dependsOn) {
      const needed = containers.find(({ definition }) => definition.name === containerName);
      if (needed === undefined) throw invalid(`container "${name}" depends on "${containerName}", which the task definition does not have`);
      visit(needed, [...path, name]);
    }
    ordered.push(spec);
  };
  for (const spec of containers) visit(spec, []);
  return ordered;
}

/** Names of the containers that depend on `name`: they are stopped first. */
export function dependentsOf(name: string, containers: readonly ContainerSpec[]): readonly string[] {
  return containers
    .filter(({ definition }) => definition.dependsOn.some(({ containerName }) => containerName === name))
    .map(({ definition }) => definition.name);
}

function invalid(why: string): TaskStartFailure {
  return new TaskStartFailure(`ResourceInitializationError: ${why}`, `Cannot start the task: ${why}.`);
}
