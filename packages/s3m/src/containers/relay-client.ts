import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { parseListeningPorts } from './listening-ports.ts';
import type { ListeningPort } from './listening-ports.ts';

/** Asks the relay of a task for a connection to `port`. Rejects with ECONNREFUSED when nothing listens there. */
export async function connectThroughRelay(socketPath: string, port: number): Promise<Socket> {
  const socket = await connectUnix(socketPath, port);
  socket.write(`connect ${port}\n`);
  const { line, rest } = await firstLine(socket, port);
  if (line !== 'ok') {
    socket.destroy();
    throw refused(port);
  }
  if (rest.length > 0) socket.unshift(rest);
  return socket;
}

/** Asks the relay what listens inside. */
export async function listeningThroughRelay(socketPath: string): Promise<readonly ListeningPort[]> {
  const socket = await connectUnix(socketPath, 0);
  socket.write('listening\n');
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return parseListeningPorts(...(JSON.parse(Buffer.concat(chunks).toString('utf8')) as string[]));
}

/** Has the relay of a task listen at addresses of the VPC (`10.0.1.4:8080`), so that the task can connect there. */
export async function offerThroughRelay(socketPath: string, places: readonly string[]): Promise<void> {
  if (places.length === 0) return;
  const socket = await connectUnix(socketPath, 0);
  socket.write(`offer ${places.join(' ')}\n`);
  await firstLine(socket, 0);
  socket.destroy();
}

/** Connects to a Unix socket of a task; a missing or dead one is a refused connection. */
export function connectUnix(path: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? refused(port) : error);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

/** What connecting to a port says where nothing listens. */
export function refused(port: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`connect ECONNREFUSED port ${port} of the task`), { code: 'ECONNREFUSED', syscall: 'connect', port });
}

/** Reads with 'readable', because a socket that was paused after 'data' would stay so for whoever gets it. */
function firstLine(socket: Socket, port: number): Promise<{ readonly line: string; readonly rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const settle = (action: () => void): void => {
      socket.off('readable', take).off('close', gone).off('error', gone).off('end', gone);
      action();
    };
    const take = (): void => {
      for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\n');
      if (end >= 0) settle(() => resolve({ line: received.subarray(0, end).toString('latin1'), rest: received.subarray(end + 1) }));
    };
    const gone = (): void => settle(() => reject(refused(port)));
    socket.on('readable', take).once('close', gone).once('error', gone).once('end', gone);
  });
}
