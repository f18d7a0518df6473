import { createHash, createHmac } from 'node:crypto';
import querystring from 'node:querystring';
import { createContext, Script } from 'node:vm';
import type { EdgeEvent } from './edge-event.ts';

/** Longer than any function may take on AWS, where the limit is a share of a millisecond or two. */
const timeLimitMs = 200;

/** What `require` gives (CloudFront Developer Guide, "JavaScript runtime features"). */
const modules: Readonly<Record<string, unknown>> = {
  crypto: { createHash, createHmac },
  querystring,
  buffer: { Buffer },
};

/** A function that could not run, or that has thrown. */
export class FunctionError extends Error {}

/** A function of CloudFront's, in a context of its own: no network, no files, no timers, none of Node's globals. */
export class EdgeFunction {
  readonly arn: string;
  readonly #script: Script;
  readonly #log: (message: string) => void;

  /** @throws SyntaxError */
  constructor(arn: string, code: string, log: (message: string) => void) {
    this.arn = arn;
    // Each event finds the function's globals as they are in the beginning.
    this.#script = new Script(
      `${code}\n;(async () => JSON.stringify(await handler(JSON.parse(__event))))().then((text) => __end('result', text), (error) => __end('error', String((error && error.stack) || error)));`,
      { filename: arn },
    );
    this.#log = log;
  }

  /** Answers what the handler returns. @throws FunctionError */
  run(event: EdgeEvent): unknown {
    let ended: { readonly kind: string; readonly text: string | undefined } | undefined;
    const print = (...items: readonly unknown[]): void =>
      this.#log(items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(' '));
    const context = createContext(
      {
        __event: JSON.stringify(event),
        __end: (kind: string, text: string | undefined) => void (ended = { kind, text }),
        console: { log: print, error: print },
        Buffer,
        require: (name: string) => {
          if (!Object.hasOwn(modules, name)) throw new Error(`no module named ${name}`);
          return modules[name];
        },
        atob,
        btoa,
      },
      // What is still to come of its promises comes before the run is over.
      { microtaskMode: 'afterEvaluate', codeGeneration: { strings: false, wasm: false } },
    );
    try {
      this.#script.runInContext(context, { timeout: timeLimitMs });
    } catch (error) {
      throw new FunctionError(error instanceof Error ? error.message : String(error), { cause: error });
    }
    if (ended === undefined) throw new FunctionError(`The function did not end within ${timeLimitMs} ms`);
    if (ended.kind === 'error') throw new FunctionError(ended.text);
    return ended.text === undefined ? undefined : JSON.parse(ended.text);
  }
}
