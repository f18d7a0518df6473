// @ts-check
import { types } from 'node:util';
import { RuntimeError } from './runtime-error.mjs';

/** @typedef {{kind: 'result', value: unknown} | {kind: 'error', error: unknown}} Outcome */
/** @typedef {(...values: any[]) => unknown} Handler */

const NEVER_SETTLED =
  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. ' +
  'For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';

/** What to do when the event loop has nothing left. */
let onEmptyLoop = () => {};

process.on('beforeExit', () => onEmptyLoop());

/**
 * Calls the handler as AWS's runtime does: a promise is awaited; a callback's result waits for the event loop to empty unless told
 * otherwise; a handler that does neither ends with null when the loop empties (LMB-029), and an async one that never settles is an
 * error then (LMB-028).
 * @param {Handler} handler
 * @param {unknown} event
 * @param {Record<string, unknown>} context
 * @param {boolean} supportsCallbacks false from nodejs24.x on
 * @returns {Promise<Outcome>}
 */
export async function invokeHandler(handler, event, context, supportsCallbacks) {
  try {
    return await new Promise((resolve) => {
      const succeed = (/** @type {unknown} */ value) => resolve({ kind: 'result', value });
      const fail = (/** @type {unknown} */ error) => resolve({ kind: 'error', error });
      const done = (/** @type {unknown} */ error, /** @type {unknown} */ value) =>
        error === undefined || error === null ? succeed(value) : fail(error);
      const callback = (/** @type {unknown} */ error, /** @type {unknown} */ value) => {
        if (context.callbackWaitsForEmptyEventLoop === true) onEmptyLoop = () => done(error, value);
        else done(error, value);
      };
      onEmptyLoop = types.isAsyncFunction(handler)
        ? () => fail(new RuntimeError('Runtime.NodeJsExit', NEVER_SETTLED))
        : () => succeed(null);
      try {
        const returned = supportsCallbacks
          ? handler(event, Object.assign(context, { succeed, fail, done }), callback)
          : handler(event, context);
        if (isThenable(returned)) returned.then(succeed, fail);
        else if (!supportsCallbacks) succeed(returned);
      } catch (error) {
        fail(error);
      }
    });
  } finally {
    onEmptyLoop = () => {};
  }
}

/** @param {unknown} value @returns {value is PromiseLike<unknown>} */
function isThenable(value) {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
