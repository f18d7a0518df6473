/** A line of the kernel's table of TCP sockets that is in the state LISTEN. */
export interface ListeningSocket {
  /** As the table shows it: hexadecimal, 32-bit words in the machine's byte order. */
  readonly address: string;
  readonly port: number;
  /** By which a process's open files name the socket. */
  readonly inode: string;
}

const LISTEN = '0A';

/** Reads `/proc/net/tcp` and `/proc/net/tcp6`; lines of another form are passed over. */
export function parseListeningSockets(...tables: readonly string[]): readonly ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  for (const line of tables.join('\n').split('\n')) {
    const [, local, , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address, port] = local?.split(':') ?? [];
    if (state === LISTEN && address !== undefined && port !== undefined) sockets.push({ address, port: Number.parseInt(port, 16), inode });
  }
  return sockets;
}
