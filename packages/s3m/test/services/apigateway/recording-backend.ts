import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectTo, type Gateway } from './gateway-fixture.ts';

/** A request as its bytes say, read without any of the project's own code. */
export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  /** `name: value`, as they stood on the wire. */
  readonly lines: readonly string[];
  readonly body: string;
  /** Values of the lines that a server with CGI variables would take for this name. */
  variable(name: string): string[];
}

/**
 * A backend that keeps the very bytes it gets. It reads as simply as can be: a gateway that re-serialises everything sends it nothing else
 * than a head and Content-Length bytes; what doesn't fit is recorded as a request `?`.
 */
export class Recorder {
  readonly seen: RecordedRequest[] = [];
  /** All bytes that came, connection by connection. */
  readonly connections: string[] = [];
  /** What is written for each request, in these pieces; one whole answer that names the target by default. */
  answer: (request: RecordedRequest, stream: Duplex) => string | readonly string[] = (request) =>
    whole(`[${request.target}:${request.body}]`);

  serve(stream: Duplex): void {
    const index = this.connections.push('') - 1;
    let unread = '';
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => {
      this.connections[index] += chunk.toString('latin1');
      unread += chunk.toString('latin1');
      for (let next = take(unread); next !== undefined; next = take(unread)) {
        unread = next.rest;
        this.seen.push(next.request);
        const pieces = [this.answer(next.request, stream)].flat();
        for (const piece of pieces) stream.write(piece, 'latin1');
      }
    });
  }
}

export interface RecordingBackend extends Recorder, AsyncDisposable {}

/** A recorder on a real port, behind VPC link `link01`. */
export async function recordingBackend(gateway: Gateway): Promise<RecordingBackend> {
  const { backend, port } = await listeningRecorder();
  await gateway.backend(undefined, () => connectTo(port));
  return backend;
}

export async function listeningRecorder(): Promise<{ readonly backend: RecordingBackend; readonly port: number }> {
  const recorder = new Recorder();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    recorder.serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const backend = Object.assign(recorder, {
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
  return { backend, port: (server.address() as AddressInfo).port };
}

export function whole(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function take(bytes: string): { request: RecordedRequest; rest: string } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [first = '', ...lines] = bytes.slice(0, end).split('\r\n');
  const [, method = '?', target = '?'] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(first) ?? [];
  const lengths = lines.flatMap((line) => /^content-length: (\d+)$/i.exec(line)?.[1] ?? []);
  const length = Number(lengths[0] ?? 0);
  const start = end + 4;
  if (bytes.length < start + length) return undefined;
  const clean = lengths.length <= 1 && !lines.some((line) => /^transfer.encoding|[\n\r]/i.test(line));
  const request: RecordedRequest = {
    method: clean ? method : '?',
    target,
    lines,
    body: bytes.slice(start, start + length),
    variable: (name) => lines.flatMap((line) => (asVariable(line.slice(0, line.indexOf(':'))) === asVariable(name) ? [valueOf(line)] : [])),
  };
  return { request, rest: bytes.slice(start + length) };
}

function asVariable(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

function valueOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).trim();
}
