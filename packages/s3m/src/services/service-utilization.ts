import type { TaskUsage } from '../capabilities/ecs-service.ts';

/** A service's averages over its tasks, in percent of what the task definition has. */
export interface Utilization {
  readonly cpu: number;
  readonly memory: number;
}

/** Turns what tasks have used so far into averages of the time since the last look. */
export class ServiceUtilization {
  #last: ReadonlyMap<string, number> = new Map();
  #lastAt: number | undefined;

  /** `at` in real milliseconds: processes work in real time, whatever the time scale. Undefined before the second look, and without tasks. */
  look(usages: readonly TaskUsage[], at: number): Utilization | undefined {
    const [before, since] = [this.#last, this.#lastAt];
    this.#last = new Map(usages.map(({ task, cpuMs }) => [task, cpuMs]));
    this.#lastAt = at;
    if (since === undefined || at <= since) return undefined;
    const known = usages.filter(({ task }) => before.has(task));
    if (known.length === 0) return undefined;
    // A task that is not held to its share may use more than it; on AWS it could not.
    const cpu = known.map(({ task, cpuMs, cpuUnits }) => ((cpuMs - before.get(task)!) / ((at - since) * (cpuUnits / 1024))) * 100);
    const memory = known.map(({ memoryBytes, memoryMiB }) => (memoryBytes / (memoryMiB * 1024 * 1024)) * 100);
    return { cpu: average(cpu.map(atMostAll)), memory: average(memory.map(atMostAll)) };
  }
}

function atMostAll(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
