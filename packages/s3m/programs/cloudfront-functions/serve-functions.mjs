// Runs events of one CloudFront function, in a process of its own: what goes wrong in it does not stop the engine.
import { constants, createContext, Script } from 'node:vm';
import { bridge } from './bridge.mjs';
import { defineBuffer } from './define-buffer.mjs';
import { defineGlobals } from './define-globals.mjs';
import { defineModules } from './define-modules.mjs';

const globals = new Script(`[${[defineGlobals, defineBuffer, defineModules].map(String).join(',')}]`);

/** Characters that one event may log; what is more is cut off. */
const maxLogged = 65_536;

/** Of the first message. */
let script;
let timeLimitMs;

/** Each event finds the function's globals as they are in the beginning. */
function run(event) {
  const logged = [];
  let room = maxLogged;
  const log = (text) => {
    if (room <= 0) return;
    const line = String(text).slice(0, room);
    room -= line.length + 1;
    logged.push(line);
  };
  let ended;
  const context = createContext(constants.DONT_CONTEXTIFY, {
    // What is still to come of its promises comes before the run is over.
    microtaskMode: 'afterEvaluate',
    codeGeneration: { strings: false, wasm: false },
  });
  const [define, buffer, modules] = globals.runInContext(context);
  const outside = { ...bridge, log, end: (kind, text) => void (ended ??= { kind, text }) };
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

process.on('message', (message) => {
  if (script === undefined) {
    script = new Script(`${message.code}\n;__run(() => handler);`, { filename: message.arn });
    timeLimitMs = message.timeLimitMs;
  } else process.send({ id: message.id, ...run(message.event) });
});
