import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InvokeResult } from '../../capabilities/invocable.ts';
import type { Account, AwsCall, AwsHandler } from '../account.ts';
import { functionArn, parseFunctionReference } from './function-reference.ts';
import { functionNotFound } from './refusals.ts';

/** Bytes that are taken in of a request; a little more than an event may have, so that Lambda's own text is the answer. */
const maxRequestBytes = 8 * 1024 * 1024;
/** Bytes of the log's end that `LogType: Tail` returns (LMB-051). */
const maxTailBytes = 4096;

/** Accounts whose endpoint has this service. */
const served = new WeakSet<Account>();

/** Puts Lambda on the account's endpoint, once. */
export function serveInvoke(account: Account): void {
  if (served.has(account)) return;
  served.add(account);
  account.endpoint.handle('lambda', lambdaHandler(account));
}

/** Lambda's API: Invoke; the code of the other operations is read when one is called. */
export function lambdaHandler(account: Account): AwsHandler {
  return (request, response, call) => {
    // The client went away, or its request is one that cannot be read: nobody else hears of it.
    handle(account, request, response, call).catch(() => response.destroy());
  };
}

async function handle(account: Account, request: IncomingMessage, response: ServerResponse, call: AwsCall): Promise<void> {
  const url = URL.parse(`http://endpoint${request.url ?? '/'}`);
  const name = tryDecode(/^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url?.pathname ?? '')?.[1]);
  if (url === null || name === undefined || request.method !== 'POST') {
    const { serveFunctions } = await import('./api/function-api.ts');
    return serveFunctions(account, request, response, call);
  }
  const event = call.body.toString();
  if (call.body.length > maxRequestBytes)
    return fail(response, 413, 'RequestTooLargeException', `Request must be smaller than ${maxRequestBytes} bytes`);
  const type = header(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  const reference = parseFunctionReference(name);
  const qualifier = url.searchParams.get('Qualifier') ?? reference.qualifier;
  const arn = functionArn(account, reference.name);
  const invocable = account.directory.find('function', arn);
  if (invocable === undefined) return refuse(response, functionNotFound(`${arn}:${qualifier ?? '$LATEST'}`)); // AG-496, AG-913
  const by = {
    invoker: { principal: call.caller.arn, caller: call.caller, accessKeyId: call.accessKeyId },
    ...(qualifier === undefined ? {} : { qualifier }),
  };
  if (type === 'DryRun') {
    const denied = invocable.whyNotInvoked?.(by);
    if (denied !== undefined) return refuse(response, denied);
    return void response.writeHead(204, { 'x-amzn-RequestId': randomUUID() }).end(); // AG-495
  }
  const result = await invocable.invoke({
    event: event === '' ? '{}' : event,
    ...by,
    ...(type === 'Event' ? { later: true } : {}),
  });
  if (result.kind === 'refused') return refuse(response, result);
  if (type === 'Event') return void response.writeHead(202, { 'x-amzn-RequestId': result.requestId, 'Content-Length': 0 }).end(); // AG-495
  answer(response, result, header(request, 'x-amz-log-type') === 'Tail');
}

function tryDecode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** LMB-035: 200 also for a function that failed. */
function answer(response: ServerResponse, result: Exclude<InvokeResult, { kind: 'refused' }>, tail: boolean): void {
  const body = Buffer.from(result.payload);
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'x-amzn-RequestId': result.requestId,
    ...(result.kind === 'function-error' ? { 'X-Amz-Function-Error': 'Unhandled' } : {}),
    'X-Amz-Executed-Version': result.executedVersion ?? '$LATEST',
    ...(tail
      ? {
          'X-Amz-Log-Result': Buffer.from(`${result.logs.join('\n')}\n`)
            .subarray(-maxTailBytes)
            .toString('base64'),
        }
      : {}),
  });
  response.end(body);
}

/** AG-496, AG-497, AG-500 */
function refuse(response: ServerResponse, { status, code, message }: Extract<InvokeResult, { kind: 'refused' }>): void {
  if (status === 429) {
    const reason = 'ReservedFunctionConcurrentInvocationLimitExceeded';
    return fail(response, status, code, message, { Reason: reason, Type: 'User', message });
  }
  fail(response, status, code, message, status === 404 ? { Message: message, Type: 'User' } : { Type: 'User', message });
}

function fail(response: ServerResponse, status: number, code: string, message: string, body: object = { Type: 'User', message }): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'x-amzn-RequestId': randomUUID(),
    'x-amzn-ErrorType': code,
  });
  response.end(text);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
