import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorAnswer } from './signature-errors.ts';

/** An error of the endpoint's own, in the form of the JSON protocols; of an answer that has begun only its end is left. */
export function answerError(request: IncomingMessage, response: ServerResponse, status: number, type: string, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader('x-amzn-ErrorType', type);
  answerJson(request, response, status, { __type: type, message });
}

/** An error in the form of the service that was called. */
export function answerWith(request: IncomingMessage, response: ServerResponse, { status, headers, body }: ErrorAnswer): void {
  request.resume();
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

export function answerJson(request: IncomingMessage, response: ServerResponse, status: number, value: unknown): void {
  request.resume();
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
