import type { Socket } from 'node:net';

let held: Socket[] = [];

/**
 * Keeps what is written to a socket until the end of this turn of the event loop. In one turn many connections are read: what goes out because of
 * it goes out together, and wakes the programs at the other ends once instead of each time. What a socket is ended with goes out before that.
 */
export function holdUntilTurnEnds(socket: Socket): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  if (held.push(socket) === 1) setImmediate(release);
}

function release(): void {
  const sockets = held;
  held = [];
  for (const socket of sockets) socket.uncork();
}
