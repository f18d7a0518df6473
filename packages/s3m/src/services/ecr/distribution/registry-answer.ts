import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EcrError } from '../ecr-error.ts';

/** ECR-007 */
export const commonHeaders = { 'Docker-Distribution-Api-Version': 'registry/2.0' };

export function answerEmpty(response: ServerResponse, status: number, headers: Readonly<Record<string, string | number>> = {}): void {
  response.writeHead(status, { ...commonHeaders, ...(status === 204 ? {} : { 'Content-Length': 0 }), ...headers }).end();
}

export function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string | number>> = {},
): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { ...commonHeaders, 'Content-Type': 'application/json', 'Content-Length': text.length, ...headers });
  response.end(request.method === 'HEAD' ? undefined : text);
}

/** OCI distribution specification, "Error Codes". What is left of the request's body is not waited for. */
export function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string | number>> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const closing: Readonly<Record<string, string>> = request.complete ? {} : { Connection: 'close' };
  answerJson(request, response, status, { errors: [{ code, message }] }, { 'x-amzn-RequestId': randomUUID(), ...closing, ...headers });
}

export function answerRefusal(request: IncomingMessage, response: ServerResponse, error: EcrError): void {
  const { status, code } = error.registryAnswer;
  answerError(request, response, status, code, error.registryMessage);
}

/** ECR-006 */
export function answerUnauthorized(request: IncomingMessage, response: ServerResponse): void {
  const text = 'Not Authorized\n';
  response.writeHead(401, {
    ...commonHeaders,
    'WWW-Authenticate': `Basic realm="http://${request.headers.host ?? ''}/",service="ecr.amazonaws.com"`,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': text.length,
    ...(request.complete ? {} : { Connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
