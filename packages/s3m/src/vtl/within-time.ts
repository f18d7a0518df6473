import { createContext, Script, type Context } from 'node:vm';
import { VtlFailure } from './vtl-problem.ts';

/** For one regular expression, in milliseconds. */
const timeLimitMs = 250;

const script = new Script('task()');
let context: (Context & { task?: () => unknown }) | undefined;

/** Runs what might backtrack without end, and stops it when the time is up. @throws VtlFailure */
export function withinTime<T>(task: () => T): T {
  context ??= createContext({});
  try {
    context.task = task;
    return script.runInContext(context, { timeout: timeLimitMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new VtlFailure(`A regular expression took more than ${timeLimitMs} ms`, { cause: error });
    throw error;
  } finally {
    delete context.task;
  }
}
