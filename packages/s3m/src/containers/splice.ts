import type { Socket } from 'node:net';

/** Carries both directions, each until its own end; when one side breaks, the other is broken too. */
export function splice(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => {
      if (!from.readableEnded) to.destroy();
    });
    from.pipe(to);
  }
  if (one.destroyed) other.destroy();
}
