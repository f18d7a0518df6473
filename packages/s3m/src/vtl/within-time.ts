import { createContext, Script, type Context } from 'node:vm';
import { VtlFailure } from './vtl-problem.ts';

/** For one task, in milliseconds. */
const timeLimitMs = 250;

const script = new Script('task()');
let context: (Context & { task?: () => unknown }) | undefined;

/** Runs what might take very long, and stops it when the time is up. @param what it is, for the message @throws VtlFailure */
export function withinTime<T>(task: () => T, what = 'A regular expression'): T {
  context ??= createContext({});
  try {
    context.task = task;
    return script.runInContext(context, { timeout: timeLimitMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new VtlFailure(`${what} took more than ${timeLimitMs} ms`, { cause: error });
    throw error;
  } finally {
    delete context.task;
  }
}
