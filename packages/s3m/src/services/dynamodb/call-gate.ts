/** Lets calls run side by side, or one alone: who asks to be alone waits for those before, and those who come later wait for it. */
export class CallGate {
  /** Until when it is shut; undefined while it is open. */
  #shut: Promise<void> | undefined;
  #running = 0;
  #onIdle: (() => void) | undefined;

  /** Runs `work` beside others. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#shut !== undefined) await this.#shut;
    this.#running++;
    try {
      return await work();
    } finally {
      if (--this.#running === 0) this.#onIdle?.();
    }
  }

  /** Runs `work` while no other runs. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#shut;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#shut = promise;
    if (before !== undefined) await before;
    if (this.#running > 0) await new Promise<void>((idle) => (this.#onIdle = idle));
    this.#onIdle = undefined;
    try {
      return await work();
    } finally {
      if (this.#shut === promise) this.#shut = undefined;
      resolve();
    }
  }
}
