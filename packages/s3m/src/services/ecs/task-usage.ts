import type { TaskUsage } from '../../capabilities/ecs-service.ts';
import type { TaskDefinition } from '../../capabilities/task-definition.ts';
import type { ContainerUsage } from '../../containers/container-usage.ts';

/** Of all containers of a task together; undefined when that can't be told. */
export function usageOfTask(
  task: string,
  { cpuUnits, memoryMiB }: TaskDefinition,
  containers: readonly ContainerUsage[],
): TaskUsage | undefined {
  if (containers.length === 0 || cpuUnits === undefined || memoryMiB === undefined) return undefined;
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  return {
    task,
    cpuMs: sum(containers.map(({ cpuMs }) => cpuMs)),
    memoryBytes: sum(containers.map(({ memoryBytes }) => memoryBytes)),
    cpuUnits,
    memoryMiB,
  };
}
