import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { InitFailure } from './environment-pool.ts';
import { INIT_TIMEOUT_MS, isProvidedRuntime, type FunctionSettings } from './function-settings.ts';
import { reportInvocation } from './invocation-report.ts';

/** What to tell the developer when a function cannot be initialised: the error as AWS gives it at the first request, and what mends it. */
export function initFailureNotice(logicalId: string, settings: FunctionSettings, failure: InitFailure): string {
  const head = `Function "${logicalId}" cannot start, every invocation will fail`;
  if (failure.outcome.kind === 'timeout') {
    return `${head}: initialisation took longer than ${INIT_TIMEOUT_MS / 1000} seconds. Move slow work out of the module's top level.`;
  }
  const { error } = reportInvocation(failure.outcome, { requestId: '', timeoutMs: settings.timeoutMs, now: 0 });
  const type = error?.type ?? 'Runtime.Unknown';
  const message = (error?.message ?? '').replace(/^RequestId: +Error: /, '');
  return `${head}: ${type}: ${message.replaceAll('\n', ' ')}. ${fixFor(type, message, settings)}`;
}

function fixFor(type: string, message: string, settings: FunctionSettings): string {
  const sdk = /Cannot find (?:module|package) '(@(?:aws-sdk|smithy)\/[^'/]+)/.exec(message)?.[1];
  if (sdk !== undefined) {
    return `AWS's Node.js runtime brings the AWS SDK along; here it is taken from the project: npm install --save-dev ${sdk}. Or bundle it: NodejsFunction with bundling: {externalModules: []}.`;
  }
  const file = settings.handler.replace(/\.[^./]*$/, '');
  switch (type) {
    case 'Runtime.ImportModuleError':
    case 'Error': {
      const missing = /Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1];
      if (missing === undefined) return `The error was thrown while ${file} was loaded.`;
      if (missing === file || missing === file.split('/').at(-1)) {
        return `Handler "${settings.handler}" wants ${file}.js, ${file}.mjs or ${file}.cjs in ${settings.codeDirectory}, which has ${filesIn(settings.codeDirectory)}.`;
      }
      return `The package must be in the code that is deployed: bundle it (NodejsFunction does) or install it in ${settings.codeDirectory}.`;
    }
    case 'Runtime.HandlerNotFound':
      return `Set Handler to FILE.EXPORT, with an export of ${file} that is a function.`;
    case 'Runtime.MalformedHandlerName':
      return 'Set Handler to FILE.EXPORT, such as index.handler.';
    case 'Runtime.UserCodeSyntaxError':
      return "Look at the stack in the function's log for the line. TypeScript must be compiled or bundled first.";
    default:
      return isProvidedRuntime(settings.runtime) && !existsSync(join(settings.codeDirectory, 'bootstrap'))
        ? `Runtime ${settings.runtime} starts the executable "bootstrap" in ${settings.codeDirectory}, which has ${filesIn(settings.codeDirectory)}.`
        : "Look at the function's log for what it wrote before.";
  }
}

function filesIn(directory: string): string {
  try {
    const names = readdirSync(directory).toSorted();
    const shown = names.slice(0, 5).join(', ');
    return names.length === 0 ? 'no file' : names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
  } catch {
    return 'no file: it does not exist';
  }
}
