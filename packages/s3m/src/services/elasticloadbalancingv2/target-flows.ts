import type { Socket } from 'node:net';

/** Open connections to one target. */
export class TargetFlows {
  readonly #open = new Map<Socket, Set<() => void>>();
  readonly #waiting = new Set<() => void>();
  readonly #leaving = new Set<() => void>();
  #opening = 0;
  #outstanding = 0;
  #draining = false;

  get draining(): boolean {
    return this.#draining;
  }

  /** Whether a connection is open, or about to be. */
  get busy(): boolean {
    return this.#opening > 0 || this.#open.size > 0;
  }

  /** Counts a connection from the moment its target is chosen. */
  async open<T extends { readonly socket: Socket }>(dial: () => Promise<T>): Promise<T> {
    this.#opening++;
    try {
      const dialled = await dial();
      this.#add(dialled.socket);
      return dialled;
    } finally {
      this.#opening--;
      this.#tellWhenIdle();
    }
  }

  /** Requests that are with the target, for who decides with each request. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** Counts a request until its answer is there, or has failed. */
  async during<T>(answer: Promise<T>): Promise<T> {
    this.#outstanding++;
    try {
      return await answer;
    } finally {
      this.#outstanding--;
    }
  }

  /** Calls back once nothing is open any more, at once if nothing is. */
  onIdle(callback: () => void): void {
    this.#waiting.add(callback);
    this.#tellWhenIdle();
  }

  onDraining(socket: Socket, callback: () => void): void {
    if (this.#draining) callback();
    else this.#open.get(socket)?.add(callback);
  }

  /** Calls back when the target begins to drain, at once if it does already. Answers what takes the wish back. */
  onceDraining(callback: () => void): () => void {
    if (this.#draining) callback();
    else this.#leaving.add(callback);
    return () => this.#leaving.delete(callback);
  }

  /** No new flow comes; who holds one is told. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const callback of this.#leaving) callback();
    this.#leaving.clear();
    for (const callbacks of this.#open.values()) for (const callback of callbacks) callback();
  }

  /** Cuts all flows, as a reset would. */
  terminate(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #add(socket: Socket): void {
    this.#open.set(socket, new Set());
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#tellWhenIdle();
    });
  }

  #tellWhenIdle(): void {
    if (this.busy) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const callback of waiting) callback();
  }
}
