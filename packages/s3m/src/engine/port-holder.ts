import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { parseListeningSockets } from '../containers/listening-sockets.ts';

/** Longest command line that is shown. */
const maxCommand = 80;

/**
 * Who listens on a loopback port, for people: `process 4711 (node server.js)`, or `another process` where the system doesn't tell
 * (another user's process, or no /proc). Undefined when the port is free.
 */
export async function findPortHolder(port: number): Promise<string | undefined> {
  if (await isFree(port)) return undefined;
  const inodes = await listeningInodes(port);
  const pid = inodes.size === 0 ? undefined : await processWithSocket(inodes);
  if (pid === undefined) return 'another process';
  const command = await commandOf(pid);
  return command === '' ? `process ${pid}` : `process ${pid} (${command})`;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Sockets that listen on `port`, by inode, from the kernel's tables. */
async function listeningInodes(port: number): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'latin1').catch(() => '')));
  return parseListeningInodes(tables.join('\n'), port);
}

/** Inodes of the sockets that listen on `port`, in the format of `/proc/net/tcp`. */
export function parseListeningInodes(table: string, port: number): ReadonlySet<string> {
  return new Set(parseListeningSockets(table).flatMap((socket) => (socket.port === port && socket.inode !== '' ? [socket.inode] : [])));
}

async function processWithSocket(inodes: ReadonlySet<string>): Promise<number | undefined> {
  const links = new Set([...inodes].map((inode) => `socket:[${inode}]`));
  for (const entry of await readdir('/proc').catch(() => [])) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const targets = await Promise.all(descriptors.map((descriptor) => readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')));
    if (targets.some((target) => links.has(target))) return pid;
  }
  return undefined;
}

async function commandOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const command = text.replaceAll('\0', ' ').trim();
  return command.length > maxCommand ? `${command.slice(0, maxCommand)}...` : command;
}
