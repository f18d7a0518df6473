import type { TaskView } from '../../capabilities/ecs-service.ts';
import type { ServiceTask } from './task.ts';

/** Stopped tasks stay visible for an hour (ECS-042), the newest 50 of them. */
const KEPT_MS = 3_600_000;
const KEPT = 50;

export class StoppedTasks {
  readonly #now: () => number;
  #tasks: readonly { readonly at: number; readonly view: TaskView }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  add(tasks: readonly ServiceTask[]): void {
    if (tasks.length === 0) return;
    const stopped = tasks.map((task) => ({ at: task.stoppedAt ?? this.#now(), view: task.view() }));
    this.#tasks = [...this.#tasks, ...stopped].slice(-KEPT);
  }

  get views(): readonly TaskView[] {
    const oldest = this.#now() - KEPT_MS;
    return this.#tasks.filter(({ at }) => at >= oldest).map(({ view }) => view);
  }
}
