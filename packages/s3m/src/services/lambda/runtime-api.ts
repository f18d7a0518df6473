import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** LMB-038. Bytes of a response. */
export const MAX_RESPONSE_BYTES = 6_291_556;
const MAX_ERROR_BYTES = 262_144;

/** One event for the function. */
export interface Invocation {
  readonly requestId: string;
  readonly event: string;
  readonly invokedArn: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly traceId: string;
}

/** What the runtime in the environment reports. */
export interface RuntimeListener {
  /** It asked for an invocation; the first time initialisation is over. */
  onPoll(): void;
  onInitError(body: string, errorType: string): void;
  onResponse(requestId: string, body: string): void;
  onError(requestId: string, body: string, errorType: string): void;
  onResponseTooLarge(requestId: string): void;
}

/**
 * The official Runtime API (2018-06-01) of one execution environment, so that any runtime client works (LMB-020, LMB-021).
 *
 * On AWS nobody else is inside the sandbox. Here other programs share the machine, so the API listens on loopback, answers nothing that a
 * browser sends, and, where the runtime is ours, wants the environment's key.
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  readonly #key: Buffer | undefined;
  #address = '';
  #ready = false;
  /** The long poll that waits for an event. */
  #poll: ServerResponse | undefined;
  /** An event that waits for a poll. */
  #waiting: Invocation | undefined;
  /** The invocation that the runtime works on. */
  #active: string | undefined;

  constructor(listener: RuntimeListener, key?: string) {
    this.#listener = listener;
    this.#key = key === undefined ? undefined : Buffer.from(key);
    this.#server = createServer((request, response) => void this.#route(request, response));
    // The poll is open for as long as the function is idle.
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 0;
    this.#server.timeout = 0;
  }

  /** Answers `127.0.0.1:PORT`. */
  async listen(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    this.#server.unref();
    this.#address = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.#address;
  }

  /** Hands `invocation` to the runtime, as soon as it asks. One at a time (LMB-025). */
  dispatch(invocation: Invocation): void {
    if (this.#poll === undefined) {
      this.#waiting = invocation;
      return;
    }
    const poll = this.#poll;
    this.#poll = undefined;
    this.#send(poll, invocation);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#isFromRuntime(request)) return answer(response, 403, 'Forbidden', 'this is the Runtime API of another process');
    const path = /^\/2018-06-01\/runtime\/(.*)$/.exec(request.url ?? '')?.[1] ?? '';
    if (request.method === 'GET' && path === 'invocation/next') return this.#next(response);
    if (request.method !== 'POST') return answer(response, 404, 'NotFound', 'no such operation');
    if (path === 'init/error') return this.#initError(request, response);
    const [, requestId, verb] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (requestId === undefined) return answer(response, 404, 'NotFound', 'no such operation');
    if (requestId !== this.#active) return answer(response, 400, 'InvalidRequestID', 'Invalid request ID');
    return verb === 'response' ? this.#response(requestId, request, response) : this.#error(requestId, request, response);
  }

  #isFromRuntime(request: IncomingMessage): boolean {
    const { headers } = request;
    if (headers.host !== this.#address || headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return false;
    if (this.#key === undefined) return true;
    const key = Buffer.from(String(headers['s3m-environment-key'] ?? ''));
    return key.length === this.#key.length && timingSafeEqual(key, this.#key);
  }

  #next(response: ServerResponse): void {
    if (this.#active !== undefined || this.#poll !== undefined) return invalidState(response);
    this.#ready = true;
    this.#poll = response;
    response.once('close', () => {
      if (this.#poll === response) this.#poll = undefined;
    });
    this.#listener.onPoll();
    // An event may have waited for this, and may have been handed over by the listener just now.
    const invocation = this.#waiting;
    if (invocation === undefined || this.#poll !== response) return;
    this.#waiting = undefined;
    this.#poll = undefined;
    this.#send(response, invocation);
  }

  #send(response: ServerResponse, invocation: Invocation): void {
    this.#active = invocation.requestId;
    const body = Buffer.from(invocation.event);
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
      'Lambda-Runtime-Deadline-Ms': String(invocation.deadline),
      'Lambda-Runtime-Invoked-Function-Arn': invocation.invokedArn,
      'Lambda-Runtime-Trace-Id': invocation.traceId,
    });
    response.end(body);
  }

  async #initError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#ready) return invalidState(response);
    const body = await readBody(request, MAX_ERROR_BYTES);
    if (body === 'aborted') return;
    if (body === 'too-large') return tooLarge(response, MAX_ERROR_BYTES);
    accepted(response);
    this.#listener.onInitError(body.text, errorTypeOf(request));
  }

  async #response(requestId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_RESPONSE_BYTES);
    if (body === 'aborted') return;
    if (requestId !== this.#active) return answer(response, 400, 'InvalidRequestID', 'Invalid request ID');
    this.#active = undefined;
    if (body === 'too-large') {
      tooLarge(response, MAX_RESPONSE_BYTES);
      this.#listener.onResponseTooLarge(requestId);
      return;
    }
    accepted(response);
    this.#listener.onResponse(requestId, body.text);
  }

  async #error(requestId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_RESPONSE_BYTES);
    if (body === 'aborted') return;
    if (body === 'too-large') return tooLarge(response, MAX_RESPONSE_BYTES);
    if (requestId !== this.#active) return answer(response, 400, 'InvalidRequestID', 'Invalid request ID');
    this.#active = undefined;
    accepted(response);
    this.#listener.onError(requestId, body.text, errorTypeOf(request));
  }
}

function errorTypeOf(request: IncomingMessage): string {
  const value = request.headers['lambda-runtime-function-error-type'];
  return typeof value === 'string' ? value : '';
}

/** The whole body, up to `limit` bytes. */
async function readBody(request: IncomingMessage, limit: number): Promise<{ readonly text: string } | 'too-large' | 'aborted'> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
    }
  } catch {
    return 'aborted';
  }
  return length > limit ? 'too-large' : { text: Buffer.concat(chunks).toString() };
}

function accepted(response: ServerResponse): void {
  const body = '{"status":"OK"}';
  response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
}

function invalidState(response: ServerResponse): void {
  answer(response, 403, 'InvalidStateTransition', 'Transition is not allowed');
}

function tooLarge(response: ServerResponse, limit: number): void {
  answer(response, 413, 'RequestEntityTooLarge', `Exceeded maximum allowed payload size (${limit} bytes).`);
}

function answer(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  const body = JSON.stringify({ errorMessage, errorType });
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
}
