import { TaskStartFailure } from './task-runtime.ts';

/** Lets tasks start until it is closed, and knows which starts are under way, so that none of them outlives the runtime. */
export class StartGate {
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  /** @throws TaskStartFailure when closed. */
  async pass<T>(start: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new TaskStartFailure('TaskFailedToStart: the runtime is being closed', 'Cannot start a task: S3M is stopping.');
    const started = start();
    this.#underWay.add(started);
    try {
      return await started;
    } finally {
      this.#underWay.delete(started);
    }
  }

  /** Resolves when the starts that were under way are done, well or badly. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
  }
}
