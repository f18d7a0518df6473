import type { Socket } from 'node:net';
import type { Clock } from '../../../clock/clock.ts';

/** How often an idle time is looked at before it is over. */
const looks = 20;

/**
 * Ends a connection on which nothing was sent either way for `idleMs` (NLB-050). Who holds the socket itself sends without the balancer seeing it:
 * so its counts are looked at, and it ends at most a twentieth late.
 */
export function endWhenIdle(socket: Socket, clock: Clock, idleMs: number): void {
  let seen = countOf(socket);
  let idle = 0;
  const look = (): void => {
    const count = countOf(socket);
    idle = count === seen ? idle + 1 : 0;
    seen = count;
    if (idle >= looks) socket.destroy();
    else timer = clock.after(idleMs / looks, look);
  };
  let timer = clock.after(idleMs / looks, look);
  socket.once('close', () => timer.cancel());
}

function countOf({ bytesRead = 0, bytesWritten = 0 }: Partial<Pick<Socket, 'bytesRead' | 'bytesWritten'>>): number {
  return bytesRead + bytesWritten;
}
