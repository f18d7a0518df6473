/** Lets changes of one thing come one after the other, while those of others go on. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `change` when all earlier ones of the same key are done, whatever became of them. One must not wait for another of its key. */
  take<T>(key: string, change: () => T | Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const own = before === undefined ? run(change) : before.then(change, change);
    this.#last.set(key, own);
    const leave = (): void => {
      if (this.#last.get(key) === own) this.#last.delete(key);
    };
    own.then(leave, leave);
    return own;
  }
}

async function run<T>(change: () => T | Promise<T>): Promise<T> {
  return change();
}
