import { spawn, type ChildProcess } from 'node:child_process';
import { programPath } from '../../../package-root.ts';

/** Longer than any function may take on AWS, where the limit is a share of a millisecond or two. */
const timeLimitMs = 200;

/** An event that takes as long, the start of the process included, ends it: V8 has loops of its own that no other limit reaches. */
const usualLastResortMs = 10_000;

/** V8's heap, in megabytes. A function has two on AWS (S3W-052), which V8 alone takes more than. */
const oldSpaceMb = 64;
const youngSpaceMb = 16;

/** What the process says of an event. */
export interface Ended {
  readonly id: number;
  readonly logged: readonly string[];
  readonly kind: 'result' | 'error';
  readonly text?: string;
}

/** Who asked. */
interface Asker {
  ended(result: Ended): void;
  /** The process has ended, and with it all events that have no result. */
  gone(why: string): void;
}

/** The process that runs one function's events, one after the other. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  readonly #asker: Asker;
  /** By the event's id. */
  readonly #lastResorts = new Map<number, NodeJS.Timeout>();
  readonly #lastResortMs: number;
  #stoppedFor: string | undefined;
  #gone = false;

  constructor(arn: string, code: string, asker: Asker, lastResortMs: number = usualLastResortMs) {
    this.#asker = asker;
    this.#lastResortMs = lastResortMs;
    const heap = [`--max-old-space-size=${oldSpaceMb}`, `--max-semi-space-size=${youngSpaceMb}`];
    this.#child = spawn(process.execPath, [...heap, programPath('cloudfront-functions/serve-functions.mjs')], {
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.on('message', (ended: Ended) => this.#onEnded(ended));
    this.#child.once('error', (error) => this.#onGone(`The function's process cannot be started: ${error.message}`));
    this.#child.once('exit', (status, signal) => {
      const why =
        this.#stoppedFor ??
        `The function's process ended with ${signal ?? `status ${status}`}, as V8 does for what takes more than the ${oldSpaceMb} MB that there are here`;
      // Results may still be on their way.
      if (this.#child.connected) this.#child.once('disconnect', () => this.#onGone(why));
      else this.#onGone(why);
    });
    this.#send({ arn, code, timeLimitMs });
  }

  /** @param event as JSON */
  ask(id: number, event: string): void {
    this.#child.ref();
    this.#child.channel?.ref();
    this.#lastResorts.set(
      id,
      setTimeout(() => this.stop(`The function did not end within ${this.#lastResortMs} ms`), this.#lastResortMs),
    );
    this.#send({ id, event });
  }

  /** Until the next event it keeps no program alive. */
  rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  stop(why = 'The function was stopped'): void {
    this.#stoppedFor = why;
    this.#child.kill('SIGKILL');
  }

  #send(message: object): void {
    // A process that has ended says so itself.
    this.#child.send(message, () => {});
  }

  #onEnded(ended: Ended): void {
    clearTimeout(this.#lastResorts.get(ended.id));
    this.#lastResorts.delete(ended.id);
    this.#asker.ended(ended);
  }

  #onGone(why: string): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const timer of this.#lastResorts.values()) clearTimeout(timer);
    this.#lastResorts.clear();
    this.#asker.gone(why);
  }
}
