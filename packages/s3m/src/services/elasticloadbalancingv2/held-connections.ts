import type { Socket } from 'node:net';
import type { Clock } from '../../clock/clock.ts';

/** How long Linux tries to open a connection to a peer that never answers, in milliseconds. Scaled like other waits for nothing. */
const silenceMs = 127_000;
/** The most that wait at a time; the oldest then hears of its end early. */
const maxHeld = 256;

/** Connections of those whom security groups don't let in: on AWS they hear nothing until they give up. */
export class HeldConnections {
  readonly #schedule: Clock;
  readonly #held = new Map<Socket, { cancel(): void }>();

  /** @param schedule the clock of waits for nothing */
  constructor(schedule: Clock) {
    this.#schedule = schedule;
  }

  get size(): number {
    return this.#held.size;
  }

  hold(socket: Socket): void {
    const [oldest] = this.#held.size < maxHeld ? [] : this.#held.keys();
    oldest?.destroy();
    if (oldest !== undefined) this.#forget(oldest);
    this.#held.set(
      socket,
      this.#schedule.after(silenceMs, () => socket.destroy()),
    );
    socket.on('error', () => {});
    socket.once('close', () => this.#forget(socket));
  }

  #forget(socket: Socket): void {
    this.#held.get(socket)?.cancel();
    this.#held.delete(socket);
  }
}
