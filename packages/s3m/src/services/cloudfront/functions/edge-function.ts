import { Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { programPath } from '../../../package-root.ts';
import type { EdgeEvent } from './edge-event.ts';

/** Longer than any function may take on AWS, where the limit is a share of a millisecond or two. */
const timeLimitMs = 200;

/** A function that could not run, or that has thrown. */
export class FunctionError extends Error {}

/** What the thread that runs a function says of an event. */
interface Ended {
  readonly id: number;
  readonly logged: readonly string[];
  readonly kind: 'result' | 'error';
  readonly text: string | undefined;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: FunctionError) => void;
}

/**
 * A function of CloudFront's, in a thread and a context of its own: no network, no files, no timers, nothing of Node's. Neither a loop without end
 * nor a promise that fails stops the engine.
 */
export class EdgeFunction implements Disposable {
  readonly arn: string;
  readonly #code: string;
  readonly #log: (message: string) => void;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #lastId = 0;
  #over = false;

  /** @throws SyntaxError */
  constructor(arn: string, code: string, log: (message: string) => void) {
    this.arn = arn;
    this.#code = code;
    this.#log = log;
    void new Script(code, { filename: arn });
  }

  /** Answers what the handler returns. Rejects with FunctionError. */
  run(event: EdgeEvent): Promise<unknown> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- of threads, not of windows
    worker.postMessage({ id, event: JSON.stringify(event) });
    return promise;
  }

  /** Events under way come to their end. */
  [Symbol.dispose](): void {
    this.#over = true;
    if (this.#pending.size === 0) void this.#worker?.terminate();
  }

  /** It begins with the first event, as most systems have functions that no request meets. */
  #start(): Worker {
    const worker = new Worker(programPath('cloudfront-functions/serve-functions.mjs'), {
      workerData: { arn: this.arn, code: this.#code, timeLimitMs },
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
    });
    let why = 'The function was stopped';
    worker.on('message', (ended: Ended) => this.#settle(ended));
    worker.on('error', (error: Error) => (why = error.message));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const { reject } of this.#pending.values()) reject(new FunctionError(why));
      this.#pending.clear();
    });
    return worker;
  }

  #settle({ id, logged, kind, text }: Ended): void {
    for (const line of logged) this.#log(line);
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#rest();
    if (kind === 'error') pending?.reject(new FunctionError(this.#withoutRuntime(text ?? '')));
    else pending?.resolve(text === undefined ? undefined : JSON.parse(text));
  }

  /** Nothing is under way: the thread keeps no program alive. */
  #rest(): void {
    if (this.#over) void this.#worker?.terminate();
    else this.#worker?.unref();
  }

  /** Of a stack the places in the function's own code. */
  #withoutRuntime(text: string): string {
    return text
      .split('\n')
      .filter((line) => !/^\s+at /.test(line) || line.includes(this.arn))
      .join('\n');
  }
}
