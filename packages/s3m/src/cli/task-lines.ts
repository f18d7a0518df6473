import type { EngineEvent } from '../engine/engine-event.ts';

type TaskEvent = Extract<EngineEvent, { event: 'task' }>;

/** More reasons of one service than this are told anew. */
const remembered = 100;

/**
 * Which events of tasks are worth a line to a person. A service that waits for its image, or can't be placed, tries again and again: what
 * kept its tasks from running is told once, and then that one of them runs.
 */
export class TaskLines {
  /** By service. */
  readonly #reasons = new Map<string, Set<string>>();
  /** Tasks of which nothing was said, so that nobody asks why they stop. */
  readonly #silent = new Set<string>();

  /** @param stops whether a task that ends without a reason is of interest */
  isWorthALine({ service, task, status, reason }: TaskEvent, stops: boolean): boolean {
    const silent = this.#silent.has(task);
    if (status === 'STOPPED') this.#silent.delete(task);
    if (reason === undefined) {
      if (status === 'RUNNING') return this.#reasons.delete(service);
      return stops && status === 'STOPPED' && !silent;
    }
    const known = this.#reasons.get(service) ?? new Set();
    const repeats = known.has(`${status} ${reason}`);
    if (known.size >= remembered) known.clear();
    this.#reasons.set(service, known.add(`${status} ${reason}`));
    if (repeats && status !== 'STOPPED') this.#silent.add(task);
    return !repeats;
  }
}
