import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Outlet } from '../../containers/task-runtime.ts';

/** Answers a GET of its paths, inside one task only. */
export type LinkLocalHandler = (request: IncomingMessage, response: ServerResponse, path: string) => void;

/** Where a task asks its host about itself (ECS-092). */
export const linkLocalAddress = '169.254.170.2';

/**
 * The server that a task finds at 169.254.170.2: handlers by the beginning of their paths (`/v2/credentials/`). Nothing outside the task can
 * reach it: it has no port, and takes only the connections that the task's own network hands over.
 */
export function linkLocalOutlet(handlers: Readonly<Record<string, LinkLocalHandler>>): Outlet {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/';
    const prefix = Object.keys(handlers).find((each) => path.startsWith(each));
    if (prefix !== undefined && request.method === 'GET') return handlers[prefix]!(request, response, path);
    request.resume();
    answerText(response, 404, '404 page not found\n');
  });
  return { address: linkLocalAddress, port: 80, accept: (socket) => void server.emit('connection', socket) };
}

function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(text) }).end(text);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
}
