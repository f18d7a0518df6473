import { Script } from 'node:vm';
import type { EdgeEvent } from './edge-event.ts';
import { FunctionProcess, type Ended } from './function-process.ts';

/** A function that could not run, or that has thrown. */
export class FunctionError extends Error {}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: FunctionError) => void;
}

/**
 * A function of CloudFront's, in a process and a context of its own: no network, no files, no timers, nothing of Node's. Neither a loop without end,
 * nor a promise that fails, nor a size for which V8 ends the process stops the engine.
 */
export class EdgeFunction implements Disposable {
  readonly arn: string;
  readonly #code: string;
  readonly #log: (message: string) => void;
  readonly #pending = new Map<number, Pending>();
  #process: FunctionProcess | undefined;
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
    // It begins with the first event, as most systems have functions that no request meets.
    const process = (this.#process ??= this.#start());
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    process.ask(id, JSON.stringify(event));
    return promise;
  }

  /** Events under way come to their end. */
  [Symbol.dispose](): void {
    this.#over = true;
    if (this.#pending.size === 0) this.#process?.stop();
  }

  #start(): FunctionProcess {
    return new FunctionProcess(this.arn, this.#code, {
      ended: (result) => this.#settle(result),
      gone: (why) => {
        this.#process = undefined;
        const lost = [...this.#pending.values()];
        this.#pending.clear();
        for (const { reject } of lost) reject(new FunctionError(why));
      },
    });
  }

  #settle({ id, logged, kind, text }: Ended): void {
    for (const line of logged) this.#log(line);
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#rest();
    if (kind === 'error') pending?.reject(new FunctionError(this.#withoutRuntime(text ?? '')));
    else pending?.resolve(text === undefined ? undefined : JSON.parse(text));
  }

  /** Nothing is under way: the process keeps no program alive. */
  #rest(): void {
    if (this.#over) this.#process?.stop();
    else this.#process?.rest();
  }

  /** Of a stack the places in the function's own code. */
  #withoutRuntime(text: string): string {
    return text
      .split('\n')
      .filter((line) => !/^\s+at /.test(line) || line.includes(this.arn))
      .join('\n');
  }
}
