import { TaskStartFailure } from '../../../../src/containers/task-runtime.ts';
import type { Resource } from '../../../../src/services/resource-type.ts';
import { ecsBench, type EcsBench } from '../ecs-bench.ts';
import type { FakeTask } from '../fake-task-runtime.ts';
import { SimulatedGroup, silentSocket } from './simulated-group.ts';

/** Draws of one schedule; the same seed draws the same. */
export interface Draws {
  below(count: number): number;
  pick<T>(items: readonly T[]): T;
}

/** A service in a world of accidents: slow and failing starts, tasks that die, checks that flap, versions that never work. */
export interface SimulatedWorld {
  readonly bench: EcsBench;
  readonly group: SimulatedGroup;
  /** Accidents happen; a broken version stays broken without them. */
  chaos: boolean;
  /** Task definitions that never work. */
  readonly broken: Set<string>;
  /** Ids of tasks whose checks fail every other time. */
  readonly flapping: Set<string>;
  service: Resource;
  /** When the service was last given other properties. */
  updatedAt: number;
  taskAt(address: string): FakeTask | undefined;
  addressOf(task: string): string | undefined;
}

export async function createWorld(draws: Draws): Promise<SimulatedWorld> {
  const { below, pick } = draws;
  const bench = await ecsBench();
  const group = new SimulatedGroup(bench.account, pick([0, 1, 30, 300]));
  bench.account.directory.provide('targetGroup', group.arn, group);
  const addressOf = (id: string): string | undefined =>
    [...bench.network.attached.values()].find(({ request }) => request.name.endsWith(id.slice(0, 8)))?.address;
  const definitionOf = (id: string): string => bench.view(world.service).tasks.find((task) => task.id === id)!.taskDefinition;
  const flaps = (task: FakeTask): boolean => world.chaos && world.flapping.has(task.spec.id) && below(2) === 0;
  const world: SimulatedWorld = {
    bench,
    group,
    chaos: true,
    broken: new Set(),
    flapping: new Set(),
    service: undefined as unknown as Resource,
    updatedAt: 0,
    addressOf,
    taskAt: (address) => [...bench.runtime.tasks.values()].findLast(({ spec }) => addressOf(spec.id) === address),
  };
  bench.runtime.behave = (spec) => {
    const broken = world.broken.has(definitionOf(spec.id));
    const startMs = below(world.chaos ? 20_000 : 100);
    const term = below(3) === 0 ? {} : { termMs: below(5000) };
    if (broken && below(2) === 0) return { startMs, exitsAfterMs: below(10_000), ...term };
    if ((broken || world.chaos) && below(10) === 0)
      return { startMs, startFailure: new TaskStartFailure('CannotStartContainerError', 'no luck') };
    const check = (): number => {
      const task = bench.runtime.tasks.get(spec.id);
      return task !== undefined && flaps(task) ? 1 : 0;
    };
    return { startMs, ...term, check };
  };
  bench.network.answer = (address) => {
    const task = world.taskAt(address);
    const listens = task?.alive === true && !world.broken.has(definitionOf(task.spec.id)) && !flaps(task);
    if (listens) return silentSocket();
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  };
  return world;
}
