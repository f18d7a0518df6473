import type { Socket } from 'node:net';

/** Open connections to one target. */
export class TargetFlows {
  readonly #open = new Map<Socket, Set<() => void>>();
  #draining = false;

  get draining(): boolean {
    return this.#draining;
  }

  add(socket: Socket): void {
    this.#open.set(socket, new Set());
    socket.once('close', () => this.#open.delete(socket));
  }

  onDraining(socket: Socket, callback: () => void): void {
    if (this.#draining) callback();
    else this.#open.get(socket)?.add(callback);
  }

  /** No new flow comes; who holds one is told. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const callbacks of this.#open.values()) for (const callback of callbacks) callback();
  }

  /** Cuts all flows, as a reset would. */
  terminate(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }
}
