import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../../clock/clock.ts';

/** Bytes that a slow receiver may be behind before the sender is held back. */
const mostBehind = 1_048_576;

/**
 * Passes bytes between a client and its target, each end closed as the other closes. After `idleMs` of silence the connection is forgotten: the next
 * data from either side is answered with a reset (NLB-050).
 */
export function passOn(client: Socket, target: Socket, clock: Pick<Clock, 'monotonic'>, idleMs: number): void {
  let active = clock.monotonic();
  const reset = (): void => {
    cut(client);
    cut(target);
  };
  const pass = (from: Socket, to: Socket): void => {
    from.allowHalfOpen = true;
    from.on('data', (chunk: Buffer) => {
      const now = clock.monotonic();
      if (now - active > idleMs) return reset();
      active = now;
      to.write(chunk);
      if (to.writableLength > mostBehind) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('end', () => to.end());
    from.on('error', reset);
    from.on('close', () => {
      if (!from.readableEnded || !to.writableEnded) to.destroy();
    });
  };
  pass(client, target);
  pass(target, client);
}

/** Only TCP has resets: a Unix socket or a stream in memory ends as it can. */
function cut(socket: Socket): void {
  if (socket.remoteFamily === undefined || socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
