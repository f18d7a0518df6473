import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Need } from '../capabilities/access-control.ts';
import { refuseAccess } from './access.ts';
import type { Account, AwsCall, AwsHandler } from './account.ts';
import { EventStream, EventStreamAnswer } from './event-stream.ts';
import { describeViolations, structure, type InputOf, type Members, type Shape, type Violation } from './input-shape.ts';
import { ServiceError, unsupported } from './service-error.ts';

/** One call of an operation. */
export interface JsonCall extends AwsCall {
  readonly account: Account;
  /** `GetParameter` */
  readonly operation: string;
  readonly requestId: string;
  /** Refuses with AWS's AccessDeniedException what the caller may not do. @throws ServiceError */
  demand(need: Need): void;
}

/** An operation, ready to be called with what came over the wire. */
export interface JsonOperation<Api> {
  /** Members of the input that are refused. */
  readonly lacks?: readonly string[];
  answer(
    api: Api,
    input: unknown,
    call: JsonCall,
    violated: (violations: readonly Violation[]) => ServiceError,
  ): Promise<object | undefined>;
}

/** A service that speaks AWS JSON 1.0 or 1.1: a POST whose header X-Amz-Target names the operation. */
export interface JsonService<Api> {
  /** As in policies and as people write it: `ssm`. */
  readonly name: string;
  /** `AmazonSSM`, what stands before the dot in X-Amz-Target. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly operations: Readonly<Record<string, JsonOperation<Api>>>;
  /** Operations that AWS has and that are not served here. */
  readonly unserved: readonly string[];
  /** How the service says that its input is wrong; `ValidationException` with the constraints by default. */
  readonly violated?: (violations: readonly Violation[]) => ServiceError;
  /** Resolves when what was changed is safe; nothing is answered before. */
  readonly settled?: (api: Api) => Promise<void>;
  /** What the service calls a fault of its own; `InternalServerError` by default. */
  readonly internalError?: string;
  /** Of an error's text; `message` by default. */
  readonly messageMember?: 'message' | 'Message';
}

/**
 * An operation with the members of its input. `run` gets what satisfies them; it asks `call.demand` for leave before it does anything,
 * and answers the output, nothing for an empty one, or an {@link EventStreamAnswer}. What it throws as ServiceError the client hears.
 */
export function operation<Api, M extends Members>(
  members: M,
  run: (api: Api, input: InputOf<M>, call: JsonCall) => object | undefined | Promise<object | undefined>,
): JsonOperation<Api> {
  const shape: Shape<InputOf<M>> = structure(members);
  return {
    lacks: Object.keys(members).filter((name) => members[name]?.unserved === true),
    async answer(api, value, call, violated) {
      const violations: Violation[] = [];
      const input = shape.read(value, '', violations);
      if (violations.length > 0) throw violated(violations);
      return run(api, input, call);
    },
  };
}

/** An operation that changes one thing: all of it, checks included, waits for the changes of the same thing that came before. */
export function changeOperation<Api extends { inTurn<T>(id: string, change: () => T | Promise<T>): Promise<T> }, M extends Members>(
  members: M,
  idOf: (input: InputOf<M>) => string,
  run: (api: Api, input: InputOf<M>, call: JsonCall) => object | undefined | Promise<object | undefined>,
): JsonOperation<Api> {
  return operation(members, (api: Api, input, call) => api.inTurn(idOf(input), () => run(api, input, call)));
}

/** Serves a service's operations on `api`, whatever those share. */
export function jsonHandler<Api>(account: Account, service: JsonService<Api>, api: Api): AwsHandler {
  const violated = service.violated ?? validationException;
  return (request, response, call) => {
    const requestId = randomUUID();
    const name = operationName(service, request.headers['x-amz-target']);
    const ownCall: JsonCall = { ...call, account, operation: name ?? '', requestId, demand: (need) => demand(account, call, need) };
    const answered = answer(service, api, ownCall, violated);
    answered.then(
      (output) => sendOutput(response, service, requestId, output),
      (error: unknown) => sendError(response, service, requestId, error),
    );
  };
}

async function answer<Api>(
  service: JsonService<Api>,
  api: Api,
  call: JsonCall,
  violated: (violations: readonly Violation[]) => ServiceError,
): Promise<object | undefined> {
  const found = Object.hasOwn(service.operations, call.operation) ? service.operations[call.operation] : undefined;
  if (found === undefined) throw missingOperation(service, call.operation);
  const output = await found.answer(api, parseBody(call.body), call, violated);
  await service.settled?.(api);
  return output;
}

/** Undefined for what is no operation of this version of the service. */
function operationName(service: Pick<JsonService<never>, 'target'>, header: string | string[] | undefined): string | undefined {
  const target = typeof header === 'string' ? header : '';
  const dot = target.indexOf('.');
  return target.slice(0, dot) === service.target ? target.slice(dot + 1) : undefined;
}

function missingOperation({ name, unserved }: Pick<JsonService<never>, 'name' | 'unserved'>, operationAsked: string): ServiceError {
  if (!unserved.includes(operationAsked)) return new ServiceError('UnknownOperationException');
  return unsupported(`${operationAsked} of ${name} is not served here; docs/coverage.md lists what is`);
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException');
  }
}

function demand(account: Account, { caller, accessKeyId }: AwsCall, need: Need): void {
  const denial = refuseAccess(account, caller, { ...need, accessKeyId });
  // IAM-030
  if (denial !== undefined) throw new ServiceError('AccessDeniedException', denial.message);
}

function validationException(violations: readonly Violation[]): ServiceError {
  return new ServiceError('ValidationException', describeViolations(violations));
}

function sendError<Api>(response: ServerResponse, service: JsonService<Api>, requestId: string, error: unknown): void {
  if (!(error instanceof ServiceError)) {
    const message = error instanceof Error ? error.message : String(error);
    const named = { [service.messageMember ?? 'message']: message };
    return send(response, service, requestId, 500, JSON.stringify({ __type: service.internalError ?? 'InternalServerError', ...named }));
  }
  const named = error.message === '' ? {} : { [service.messageMember ?? 'message']: error.message };
  send(response, service, requestId, error.status, JSON.stringify({ __type: error.code, ...named, ...error.members }));
}

function sendOutput<Api>(response: ServerResponse, service: JsonService<Api>, requestId: string, output: object | undefined): void {
  if (output instanceof EventStreamAnswer) startStream(response, requestId, output);
  else send(response, service, requestId, 200, output === undefined ? '' : JSON.stringify(output));
}

/** The first message has the members of the output that are no events: there are none. */
function startStream(response: ServerResponse, requestId: string, { start }: EventStreamAnswer): void {
  response.writeHead(200, { 'x-amzn-RequestId': requestId, 'Content-Type': 'application/vnd.amazon.eventstream' });
  const stream = new EventStream(response);
  stream.event('initial-response', {});
  start(stream);
}

function send<Api>(response: ServerResponse, { version }: JsonService<Api>, requestId: string, status: number, body: string): void {
  response
    .writeHead(status, {
      'x-amzn-RequestId': requestId,
      'Content-Type': `application/x-amz-json-${version}`,
      'Content-Length': Buffer.byteLength(body),
    })
    .end(body);
}
