import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { splice } from './splice.ts';
import type { TaskNeighbours } from './task-runtime.ts';

/** How long a connection that was made waits for the program that asked for it. */
const UNCLAIMED_MS = 10_000;
const LONGEST_QUESTION = 2048;

/** A question of a task's program: one line of JSON, answered by one. */
type Question = { readonly resolve: string } | { readonly dial: string; readonly port: number };

/** The socket on which a task's programs ask: `n` in the task's directory. */
export const NEIGHBOURS_DOOR = 'n';

/**
 * Listens for what a task's programs want to know and reach. `{"resolve":"backend.local"}` is answered with its records, or `{}` when the
 * name is none of the VPC's. `{"dial":"10.0.1.4","port":80}` opens the connection and is answered with a socket of its own in the same
 * directory (`{"door":"n3"}`), with the error's code, or with `{}` when the address is not in the VPC.
 */
export async function openNeighboursDoor(directory: string, neighbours: TaskNeighbours): Promise<{ close(): void }> {
  const open = new Set<Socket | Server>();
  let count = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    readLine(socket, (line) => {
      answer(line).then(
        (reply) => socket.end(`${JSON.stringify(reply)}\n`),
        () => socket.destroy(),
      );
    });
  });

  async function answer(line: string): Promise<object> {
    const question = JSON.parse(line) as Question;
    if ('resolve' in question) return neighbours.resolve(String(question.resolve)) ?? {};
    const way = neighbours.dial(String(question.dial), Number(question.port));
    if (way === undefined) return {};
    try {
      return { door: await openOnce(await way.socket), address: way.address };
    } catch (error) {
      return { code: error instanceof Error && 'code' in error ? error.code : 'ECONNREFUSED', address: way.address };
    }
  }

  /** A socket for the one program that is told of it. */
  async function openOnce(outer: Socket): Promise<string> {
    const name = `${NEIGHBOURS_DOOR}${(count += 1)}`;
    open.add(outer);
    outer.on('error', () => outer.destroy());
    const door = createServer({ allowHalfOpen: true }, (inner) => {
      clearTimeout(unclaimed);
      door.close();
      open.add(inner);
      inner.once('close', () => open.delete(inner));
      splice(inner, outer);
    });
    const unclaimed = setTimeout(() => {
      door.close();
      outer.destroy();
    }, UNCLAIMED_MS);
    unclaimed.unref();
    open.add(door);
    door.once('close', () => open.delete(door));
    outer.once('close', () => {
      open.delete(outer);
      door.close();
      clearTimeout(unclaimed);
    });
    await listen(door, join(directory, name));
    return name;
  }

  await listen(server, join(directory, NEIGHBOURS_DOOR));
  return {
    close: () => {
      server.close();
      for (const each of open) {
        if ('destroy' in each) each.destroy();
        else each.close();
      }
    },
  };
}

function readLine(socket: Socket, onLine: (line: string) => void): void {
  let received = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const end = received.indexOf('\n');
    if (end >= 0) onLine(received.slice(0, end));
    else if (received.length > LONGEST_QUESTION) socket.destroy();
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve();
    });
  });
}
