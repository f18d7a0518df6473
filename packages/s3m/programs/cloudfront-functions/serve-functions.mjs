// Runs events of one CloudFront function, in a thread of its own: what goes wrong in it does not stop the engine.
import { parentPort, workerData } from 'node:worker_threads';
import { constants, createContext, Script } from 'node:vm';
import { bridge } from './bridge.mjs';
import { defineBuffer } from './define-buffer.mjs';
import { defineGlobals } from './define-globals.mjs';
import { defineModules } from './define-modules.mjs';

const { arn, code, timeLimitMs } = workerData;

const globals = new Script(`[${[defineGlobals, defineBuffer, defineModules].map(String).join(',')}]`);
const script = new Script(`${code}\n;__run(() => handler);`, { filename: arn });

/** Each event finds the function's globals as they are in the beginning. */
function run(event) {
  const logged = [];
  let ended;
  const context = createContext(constants.DONT_CONTEXTIFY, {
    // What is still to come of its promises comes before the run is over.
    microtaskMode: 'afterEvaluate',
    codeGeneration: { strings: false, wasm: false },
  });
  const [define, buffer, modules] = globals.runInContext(context);
  const outside = { ...bridge, log: (text) => void logged.push(String(text)), end: (kind, text) => void (ended ??= { kind, text }) };
  define(outside, event, buffer, modules);
  try {
    // Node would look at the stack of what is thrown, and the function may have put code of its own there.
    script.runInContext(context, { timeout: timeLimitMs, displayErrors: false });
  } catch (error) {
    return { logged, kind: 'error', text: thrownText(error) };
  }
  return { logged, ...(ended ?? { kind: 'error', text: `The function did not end within ${timeLimitMs} ms` }) };
}

/** What top-level code has thrown may be anything, and no more than its text is asked for. */
function thrownText(error) {
  try {
    return String(error);
  } catch {
    return 'The function has thrown something that has no text';
  }
}

// A promise that fails and that nobody waits for is nobody's business on AWS either.
process.on('unhandledRejection', () => {});

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- of threads, not of windows
parentPort.on('message', ({ id, event }) => parentPort.postMessage({ id, ...run(event) }));
