// @ts-check
import { enableCompileCache, flushCompileCache } from 'node:module';
import { ApiClient } from './api-client.mjs';
import { current, flushed, patchConsole, writeError } from './console-lines.mjs';
import { invokeHandler } from './invoke-handler.mjs';
import { limitLookup } from './module-lookup.mjs';
import { limitScope } from './module-scope.mjs';
import { resolveHandler } from './resolve-handler.mjs';
import { RuntimeError, toErrorResponse, toLoggedError } from './runtime-error.mjs';

/**
 * The Node.js runtime of a function: a process of its own that loads the handler and serves one invocation after the other from the
 * Runtime API, as AWS's runtime does. Plain JavaScript, so that a function starts without a compiler.
 */

const root = take('LAMBDA_TASK_ROOT', false);
const api = new ApiClient(take('AWS_LAMBDA_RUNTIME_API', false), take('S3M_ENVIRONMENT_KEY', true));
const cache = take('S3M_COMPILE_CACHE', true);
const sdkFrom = take('S3M_SDK_FROM', true);
const vpc = take('S3M_VPC', true);
const version = Number(/^AWS_Lambda_nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? '')?.[1] ?? 0);
const supportsCallbacks = version < 24;
const detectsModules = version >= 24 || /--experimental-detect-module\b/.test(process.env.NODE_OPTIONS ?? '');

/** Tells the engine about an error that ends this process. @type {(error: unknown) => Promise<unknown>} */
let report = (error) => api.failInit(toErrorResponse(error));

process.argv.splice(1, process.argv.length - 1, `${import.meta.dirname}/index.mjs`);
patchConsole();
process.on('uncaughtException', (error) => void endWith('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) => {
  const error = new RuntimeError('Runtime.UnhandledPromiseRejection', String(reason), reason);
  void endWith('Unhandled Promise Rejection', error, 128);
});

api.holdsProcess = false;
if (cache !== '') enableCompileCache(cache);
limitLookup(root, sdkFrom);
limitScope(root, detectsModules);
if (vpc !== '') (await import('./join-vpc.mjs')).joinVpc(vpc);
const handler = await loadHandler();
api.holdsProcess = true;
let next = api.next();
// This process is killed, not ended: what was compiled is kept now, for the next one.
if (cache !== '') flushCompileCache();
for (;;) {
  await serve(await next);
  api.holdsProcess = true;
  next = api.next();
}

/** @param {string} name @param {boolean} hide whether the function must not see it */
function take(name, hide) {
  const value = process.env[name] ?? '';
  if (hide) delete process.env[name];
  return value;
}

async function loadHandler() {
  try {
    const loaded = await resolveHandler(root, process.env['_HANDLER'] ?? '');
    if (!supportsCallbacks && loaded.length >= 3) {
      throw new RuntimeError(
        'Runtime.CallbackHandlerDeprecated',
        'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later.',
      );
    }
    return loaded;
  } catch (error) {
    return await endWith('Uncaught Exception', error, 129);
  }
}

/** @param {import('./api-client.mjs').Answer} invocation */
async function serve(invocation) {
  const requestId = invocation.headers.get('lambda-runtime-aws-request-id') ?? '';
  current.requestId = requestId;
  process.env['_X_AMZN_TRACE_ID'] = invocation.headers.get('lambda-runtime-trace-id') ?? '';
  report = (error) => api.fail(requestId, toErrorResponse(error));
  // An event loop that empties while the handler runs must be seen.
  api.holdsProcess = false;
  const outcome = await invokeHandler(
    handler,
    JSON.parse(invocation.body),
    createContext(requestId, invocation.headers),
    supportsCallbacks,
  );
  api.holdsProcess = true;
  if (outcome.kind === 'error') logError('Invoke Error', outcome.error);
  await flushed();
  if (outcome.kind === 'error') {
    await api.fail(requestId, toErrorResponse(outcome.error));
    return;
  }
  let body;
  try {
    body = JSON.stringify(outcome.value) ?? 'null';
  } catch {
    await api.fail(requestId, toErrorResponse(new Error('Unable to stringify response body')));
    return;
  }
  await api.respond(requestId, body);
}

/** @param {string} requestId @param {Map<string, string>} headers @returns {Record<string, unknown>} */
function createContext(requestId, headers) {
  const deadline = Number(headers.get('lambda-runtime-deadline-ms'));
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: headers.get('lambda-runtime-invoked-function-arn'),
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** @param {string} what @param {unknown} error @param {number} exitCode @returns {Promise<never>} */
async function endWith(what, error, exitCode) {
  logError(what, error);
  api.holdsProcess = true;
  await flushed();
  await report(error);
  process.exit(exitCode);
}

/** @param {string} what @param {unknown} error */
function logError(what, error) {
  try {
    writeError(what, toLoggedError(error));
  } catch {
    writeError(what, { errorType: 'Error', errorMessage: String(error), stack: [] });
  }
}
