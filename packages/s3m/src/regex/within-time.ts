import { createContext, Script, type Context } from 'node:vm';

/** For one task, in milliseconds. */
const timeLimitMs = 250;

/** What did not end in its time. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

const script = new Script('task()');
let context: (Context & { task?: () => unknown }) | undefined;

/** Runs what might take very long, and stops it when the time is up. @param what it is, for the message @throws TookTooLong */
export function withinTime<T>(task: () => T, what = 'A regular expression'): T {
  context ??= createContext({});
  try {
    context.task = task;
    return script.runInContext(context, { timeout: timeLimitMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new TookTooLong(`${what} took more than ${timeLimitMs} ms`, { cause: error });
    throw error;
  } finally {
    delete context.task;
  }
}
