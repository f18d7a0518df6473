// @ts-check
import { format } from 'node:util';

/** The invocation whose id log lines carry; `undefined`, as AWS prints it, before the first. */
export const current = { requestId: 'undefined' };

const LEVELS = /** @type {const} */ ({ log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' });

/** Makes console methods write `TIME\tREQUEST ID\tLEVEL\tTEXT`, one line a call (LMB-048). */
export function patchConsole() {
  for (const [method, level] of Object.entries(LEVELS)) {
    Object.assign(console, {
      [method]: (/** @type {unknown[]} */ ...values) => writeLine(level, format(...values)),
    });
  }
}

/** @param {string} level @param {string} text */
export function writeLine(level, text) {
  const line = `${new Date().toISOString()}\t${current.requestId}\t${level}\t${text}`;
  process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
}

/** Resolves when what was written is in the pipe: a log line must not arrive after the answer that follows it. */
export function flushed() {
  if (process.stdout.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => process.stdout.write('', () => resolve()));
}
