import { parseListeningSockets } from './listening-sockets.ts';

/** A port that something listens on. */
export interface ListeningPort {
  readonly port: number;
  /** Bound to 127.0.0.0/8 or ::1 only: nothing from outside the task's network reaches it. */
  readonly loopbackOnly: boolean;
}

/** Reads `/proc/net/tcp` and `/proc/net/tcp6`. */
export function parseListeningPorts(...tables: readonly string[]): readonly ListeningPort[] {
  const byPort = new Map<number, ListeningPort>();
  for (const { address, port } of parseListeningSockets(...tables)) {
    byPort.set(port, { port, loopbackOnly: isLoopback(address) && byPort.get(port)?.loopbackOnly !== false });
  }
  return [...byPort.values()].toSorted((one, other) => one.port - other.port);
}

/** The table shows 32-bit words in the machine's byte order. */
function isLoopback(hex: string): boolean {
  if (hex.length === 8) return hex.endsWith('7F');
  return hex === '00000000000000000000000001000000' || (hex.startsWith('0000000000000000FFFF0000') && hex.endsWith('7F'));
}
