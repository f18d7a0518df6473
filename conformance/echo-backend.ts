import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** The backend that integrations of the cases call. It answers what it was asked. */
export interface EchoBackend extends AsyncDisposable {
  readonly url: string;
}

/** Opens the backend on a loopback port (README.md, "The backend"). */
export async function openEchoBackend(): Promise<EchoBackend> {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const status = /^\/status\/(\d{3})$/.exec(path)?.[1];
  const delay = /^\/delay\/(\d{1,5})$/.exec(path)?.[1];
  if (delay !== undefined) await setTimeout(Number(delay), undefined, { ref: false });
  if (path === '/close') request.socket.destroy();
  else if (path === '/raw-echo') send(response, 200, body, request.headers['content-type'] ?? 'application/octet-stream');
  else if (status !== undefined) sendJson(response, Number(status), { status: Number(status) });
  else if (path === '/headers') sendHeaders(response, new URLSearchParams(query));
  else if (path === '/post' && request.method !== 'POST') sendJson(response, 405, { message: 'POST only' });
  else sendJson(response, 200, describe(request, path, query, body));
}

/** `/echo` in the cases' form; `/post` has the parsed body under `json` beside it. */
function describe(request: IncomingMessage, path: string, query: string, body: Buffer): object {
  const text = body.toString();
  const common = { method: request.method, path, args: toArgs(query), headers: toHeaders(request), data: parsed(text) };
  return path === '/post' ? { ...common, data: text, json: tryParse(text) ?? null, url: request.url } : common;
}

function toArgs(query: string): Record<string, string> {
  const args: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) args[name] = Object.hasOwn(args, name) ? `${args[name]},${value}` : value;
  return args;
}

function toHeaders({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${rawHeaders[at + 1]}` : rawHeaders[at + 1]!;
  }
  return headers;
}

function parsed(text: string): unknown {
  return tryParse(text) ?? text;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Answers with the headers that the query names, and the status `status`. */
function sendHeaders(response: ServerResponse, query: URLSearchParams): void {
  const lines = [...query].filter(([name]) => name !== 'status').flat();
  response.writeHead(Number(query.get('status') ?? 200), lines).end('{}');
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, Buffer.from(JSON.stringify(value)), 'application/json');
}

function send(response: ServerResponse, status: number, body: Buffer, type: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length, Server: 'echo' }).end(body);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
