import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseAccess } from './access.ts';
import type { Account, AwsCall, AwsHandler } from './account.ts';
import { sendRestAnswer } from './rest-answers.ts';
import { ServiceError, unsupported } from './service-error.ts';

/** One call of an operation. */
export interface RestCall extends AwsCall {
  readonly account: Account;
  /** What stands for `{name}` in the operation's path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface RestAnswer {
  readonly status: number;
  /** Nothing is sent for an answer without. */
  readonly body?: object;
}

/** An operation, by method and path as the service's API reference has them: `/restapis/{id}`. One without `run` is not served here. */
export interface RestOperation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  run?(call: RestCall): RestAnswer | Promise<RestAnswer>;
}

/** A service that speaks REST and JSON, and that asks leave by method and path: `apigateway:GET` on `arn:aws:apigateway:us-east-1::/restapis`. */
export interface RestService {
  /** As in policies and as people write it. */
  readonly name: string;
  readonly operations: readonly RestOperation[];
}

interface Row {
  readonly operation: RestOperation;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** Query parameters that the path has. */
  readonly query: URLSearchParams;
}

export function restHandler(account: Account, { name, operations }: RestService): AwsHandler {
  const rows = operations.map(compile);
  return (request, response, call) => {
    const answered = answer(account, name, rows, request, call);
    answered.then(
      (answer) => sendRestAnswer(response, answer),
      (error: unknown) => sendError(response, error),
    );
  };
}

function compile(operation: RestOperation): Row {
  const [path = '', query] = operation.path.split('?', 2);
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!);
  return {
    operation,
    names,
    pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '([^/]+)')}/?$`),
    query: new URLSearchParams(query),
  };
}

async function answer(
  account: Account,
  service: string,
  rows: readonly Row[],
  request: IncomingMessage,
  call: AwsCall,
): Promise<RestAnswer> {
  const { method = '', url = '/' } = request;
  const [path = '', search] = url.split('?', 2);
  const query = new URLSearchParams(search);
  const fitting = rows.filter((row) => row.operation.method === method && row.pattern.test(path));
  // One with a query in its path says more.
  const row = fitting.find((each) => each.query.size > 0 && [...each.query].every(([key, value]) => query.get(key) === value));
  const found = row ?? fitting.find((each) => each.query.size === 0);
  if (found === undefined) throw new ServiceError('UnknownOperationException', '', { status: 404 });
  const { operation, names, pattern } = found;
  if (operation.run === undefined) throw unsupported(`${operation.name} of ${service} is not served here; docs/coverage.md lists what is`);
  const values = pattern.exec(path)!.slice(1).map(decode);
  demand(account, service, call, method, canonical(path));
  return operation.run({ ...call, account, path: Object.fromEntries(names.map((each, index) => [each, values[index]!])), query });
}

/** The path as policies have it, however it was sent: `/restapis/%61b/` is found as `/restapis/ab`. */
function canonical(path: string): string {
  const parts = path.split('/').map((part) => encodeURIComponent(decode(part)));
  return parts.join('/').replace(/\/$/, '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError('BadRequestException', `${text} is not URL-encoded`);
  }
}

function demand(account: Account, service: string, { caller, accessKeyId }: AwsCall, method: string, path: string): void {
  const resource = `arn:${account.partition}:${service}:${account.region}::${path}`;
  const denial = refuseAccess(account, caller, { action: `${service}:${method}`, resource, accessKeyId });
  // IAM-030
  if (denial !== undefined) throw new ServiceError('AccessDeniedException', denial.message, { status: 403 });
}

function sendError(response: ServerResponse, error: unknown): void {
  if (!(error instanceof ServiceError)) {
    sendRestAnswer(
      response,
      { status: 500, body: { message: error instanceof Error ? error.message : String(error) } },
      'InternalServerErrorException',
    );
    return;
  }
  const text = error.message === '' ? {} : { [error.status === 403 ? 'Message' : 'message']: error.message };
  sendRestAnswer(response, { status: error.status, body: { ...text, ...error.members } }, error.code);
}
