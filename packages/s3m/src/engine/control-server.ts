import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { controlVerbs, isControlVerb } from './control-verbs.ts';
import type { Engine } from './engine.ts';
import { toProblems } from './problem.ts';

/** Longest request that a verb may send. */
const longestRequest = 1_000_000;

/** Lets other processes of the same user talk to the engine through a Unix socket (mode 0600). Answers a function that ends it. */
export async function startControl(path: string, engine: Engine): Promise<() => Promise<void>> {
  const server = createServer((request, response) => void answer(engine, request, response));
  rmSync(path, { force: true });
  const mask = process.umask(0o177);
  try {
    server.listen(path);
    await once(server, 'listening');
  } finally {
    process.umask(mask);
  }
  chmodSync(path, 0o600);
  server.unref();
  return async () => {
    server.close();
    server.closeAllConnections();
    rmSync(path, { force: true });
  };
}

/** `POST /VERB` with a JSON argument; the answer is one JSON object a line, the last one `{"done": ...}` or `{"failed": [...]}`. */
async function answer(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const write = (line: unknown): void => void response.write(`${JSON.stringify(line)}\n`);
  const aborted = new AbortController();
  response.on('close', () => aborted.abort());
  try {
    const verb = (request.url ?? '').slice(1);
    if (!isControlVerb(verb)) {
      response.writeHead(404).end();
      return;
    }
    const argument = await readJson(request);
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const done = await controlVerbs[verb](engine, argument, { line: (line) => write({ line }), signal: aborted.signal });
    write({ done });
  } catch (error) {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    write({ failed: toProblems(error) });
  }
  response.end();
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > longestRequest) throw new Error('request too large');
  }
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
