import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RestAnswer } from './rest-json-service.ts';
import { ServiceError } from './service-error.ts';

/** Sends an answer of the REST-JSON protocol; `errorType` tells clients which error it is. */
export function sendRestAnswer(response: ServerResponse, { status, body }: RestAnswer, errorType?: string): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    ...(status === 204 ? {} : { 'Content-Length': Buffer.byteLength(text) }),
    'x-amzn-RequestId': randomUUID(),
    ...(errorType === undefined ? {} : { 'x-amzn-ErrorType': errorType }),
  });
  response.end(text);
}

/** What an API Gateway API of either version says of what it has not. */
export function notFound(message: string): ServiceError {
  return new ServiceError('NotFoundException', message, { status: 404 });
}

/** An answer with one thing. @throws ServiceError when it is not there */
export function one(thing: object | undefined, missing: string): RestAnswer {
  if (thing === undefined) throw notFound(missing);
  return { status: 200, body: thing };
}
