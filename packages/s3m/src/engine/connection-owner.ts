import { readdir, readFile, readlink } from 'node:fs/promises';

/** A line of the kernel's table of TCP sockets. */
interface SocketLine {
  readonly uid: number;
  readonly inode: string;
}

/**
 * Whether the other end of a loopback connection belongs to the user who runs this process (or to root), and is not this process itself:
 * what tasks and containers send is dialled here on their behalf. Undefined where the system does not tell.
 */
export async function isOwnUsersConnection(remotePort: number, localPort: number): Promise<boolean | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'latin1').catch(() => '')));
  if (tables.every((table) => table === '')) return undefined;
  const socket = findConnection(tables.join('\n'), remotePort, localPort);
  if (socket === undefined) return false;
  const { uid, inode } = socket;
  if (uid !== process.getuid?.() && uid !== 0) return false;
  return !(await ownInodes()).has(inode);
}

/** The socket from `sourcePort` to `targetPort` in the format of `/proc/net/tcp`. */
export function findConnection(table: string, sourcePort: number, targetPort: number): SocketLine | undefined {
  for (const line of table.split('\n')) {
    const [, local, remote, , , , , uid, , inode = ''] = line.trim().split(/\s+/);
    if (portOf(local) === sourcePort && portOf(remote) === targetPort) return { uid: Number(uid), inode };
  }
  return undefined;
}

function portOf(address: string | undefined): number | undefined {
  const port = address?.split(':')[1];
  return port === undefined ? undefined : Number.parseInt(port, 16);
}

async function ownInodes(): Promise<ReadonlySet<string>> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}
