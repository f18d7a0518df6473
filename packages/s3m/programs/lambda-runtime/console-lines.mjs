// @ts-check
import { format } from 'node:util';

/** The invocation whose id log lines carry; `undefined`, as AWS prints it, before the first. */
export const current = { requestId: 'undefined' };

const LEVELS = /** @type {const} */ ({ log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' });
const ORDER = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

const isJson = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const least = isJson ? ORDER.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO') : 0;

/** Makes console methods write `TIME\tREQUEST ID\tLEVEL\tTEXT` (LMB-048), or JSON (LMB-049), one line a call. */
export function patchConsole() {
  for (const [method, level] of Object.entries(LEVELS)) {
    Object.assign(console, {
      [method]: (/** @type {unknown[]} */ ...values) => {
        if (ORDER.indexOf(level) < least) return;
        if (isJson) writeJson(level, values);
        else writeLine(level, format(...values));
      },
    });
  }
}

/** Something went wrong outside of the handler's own calls: `what` is left out of JSON. @param {string} what @param {object} error */
export function writeError(what, error) {
  if (isJson) writeJson('ERROR', [error]);
  else writeLine('ERROR', `${what} \t${JSON.stringify(error)}`);
}

/** @param {string} level @param {string} text */
function writeLine(level, text) {
  const line = `${new Date().toISOString()}\t${current.requestId}\t${level}\t${text}`;
  process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
}

/** @param {string} level @param {unknown[]} values */
function writeJson(level, values) {
  const head = {
    timestamp: new Date().toISOString(),
    level,
    ...(current.requestId === 'undefined' ? {} : { requestId: current.requestId }),
  };
  process.stdout.write(`${values.length === 1 ? oneValue(head, values[0]) : severalValues(head, values)}\n`);
}

/** @param {object} head @param {unknown} message */
function oneValue(head, message) {
  try {
    return JSON.stringify({ ...head, message }, (_, value) => (value instanceof Error ? { ...describe(value), ...value } : value));
  } catch {
    return JSON.stringify({ ...head, message: format(message) });
  }
}

/** @param {object} head @param {unknown[]} values */
function severalValues(head, values) {
  const error = values.find((value) => value instanceof Error);
  return JSON.stringify({ ...head, message: format(...values), ...(error instanceof Error ? describe(error) : {}) });
}

/** @param {Error} error */
function describe(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

/** Resolves when what was written is in the pipe: a log line must not arrive after the answer that follows it. */
export function flushed() {
  if (process.stdout.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => process.stdout.write('', () => resolve()));
}
