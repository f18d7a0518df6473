import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { median } from '../report.ts';
import type { Gateway } from './gateway.ts';

const requests = 2000;

/** How much longer a request takes when a warm function is asked first: one request after the other, by turns with and without. */
export async function addedByAuthorizer(gateway: Gateway, token: string): Promise<string> {
  const { hostname, port, pathname } = new URL(gateway.stage);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const head = (path: string): string =>
    `GET ${pathname}/${path}/forecast HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const without: number[] = [];
  const asked: number[] = [];
  for (let index = 0; index < requests + 200; index++) {
    const open = await timed(socket, head('open'));
    const strict = await timed(socket, head('uncached'));
    // The first ones warm the function up.
    if (index < 200) continue;
    without.push(open);
    asked.push(strict);
  }
  socket.destroy();
  const added = median(asked) - median(without);
  return `An authorizer that is not cached, a warm Node function on the gateway's own core, adds ${added.toFixed(2)} ms at the median (${median(without).toFixed(2)} to ${median(asked).toFixed(2)} ms, ${requests} requests each; aim: less than 1 ms).`;
}

async function timed(socket: Socket, head: string): Promise<number> {
  const began = performance.now();
  socket.write(head);
  let answer = '';
  do answer += String(((await once(socket, 'data')) as [Buffer])[0]);
  while (!answer.endsWith(']'));
  const took = performance.now() - began;
  if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`expected 200: ${answer}`);
  return took;
}
