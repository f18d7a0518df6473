import type { TaskView } from '../../../../src/capabilities/ecs-service.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** What a service is told of its bounds. */
export interface BoundSettings {
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Looks at each act of the service, whether it keeps its bounds and the order of a stop. Answers what it did wrong so far. */
export function watchBounds(world: SimulatedWorld, settings: () => BoundSettings, violations: string[]): void {
  const { bench, group, addressOf } = world;
  // ECS-071, worked out here once more: the scheduler's own word is what is looked at.
  const limits = (): { lower: number; upper: number } => {
    const { minimum, maximum } = settings();
    const { desired } = bench.view(world.service);
    return { lower: Math.ceil((desired * minimum) / 100), upper: Math.floor((desired * maximum) / 100) };
  };
  const tasks = (): readonly TaskView[] => bench.view(world.service).tasks;
  const viewAt = (address: string): TaskView | undefined =>
    tasks().find((task) => task.address === address && task.lastStatus !== 'STOPPED');
  const serves = (address: string): boolean => {
    const task = world.taskAt(address);
    return task?.alive === true && task.health().every(({ status }) => status === 'HEALTHY');
  };
  bench.network.onAttach = () => {
    const active = tasks().filter(({ lastStatus, stopCode }) => stopCode === undefined && lastStatus !== 'STOPPED');
    if (active.length > limits().upper) violations.push(`${active.length} tasks, at most ${limits().upper} allowed`);
    const rollout = bench.view(world.service).events.find(({ message }) => /deployment (failed|completed)|rolling back/.test(message));
    if (rollout?.message.includes('deployment failed') === true && rollout.at > world.updatedAt)
      violations.push('a failed deployment starts a task');
  };
  group.onDeregister = (target) => {
    const healthy = group.describe().filter(({ address, health }) => health.state === 'healthy' && serves(address));
    // A task that died by itself, or one that serves nobody, takes nothing from those that do.
    if (!healthy.some(({ address }) => address === target.address)) return;
    const left = healthy.filter(({ address }) => address !== target.address && viewAt(address)?.lastStatus !== 'DEACTIVATING');
    if (left.length < limits().lower) violations.push(`${left.length} healthy tasks left by a stop, at least ${limits().lower} wanted`);
  };
  bench.runtime.onStop = (task) => {
    if (task.died) return;
    const address = addressOf(task.spec.id);
    const target = group.describe().find((description) => description.address === address);
    if (target !== undefined) violations.push(`task ${task.spec.id} is stopped while its target is ${target.health.state}`);
  };
}
