// Many clients that misbehave, in a process of their own: arguments are the URL, the token, what they do and how many they are.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What a slow client does. */
export type Slowness = 'heads' | 'bodies' | 'readers' | 'idle';

/** The first bytes of each kind, and whether one more follows every second. */
const scripts: Readonly<
  Record<Slowness, (target: string, host: string, token: string) => { readonly first: string; readonly drips: boolean }>
> = {
  // A header that does not end.
  heads: (target, host) => ({ first: `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `, drips: true }),
  // A body that is announced and does not come; a larger one would go on to nginx, which answers without it.
  bodies: (target, host, token) => ({
    first: `POST ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nContent-Length: 60000\r\n\r\n`,
    drips: true,
  }),
  // An answer of a megabyte is asked for, and not taken.
  readers: (target, host, token) => ({
    first: `GET ${target.replace(/[^/]+$/, 'large')} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    drips: false,
  }),
  idle: () => ({ first: '', drips: false }),
};

/** A client that begins again when it is cut off. */
async function open(url: URL, script: ReturnType<(typeof scripts)[Slowness]>, reads: boolean): Promise<void> {
  const socket: Socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.write(script.first);
  if (reads) socket.resume();
  // Not all in step.
  let timer = setTimeout(drip, Math.random() * 1000);
  function drip(): void {
    if (script.drips) socket.write('x');
    timer = setTimeout(drip, 1000);
  }
  socket.on('close', () => {
    clearTimeout(timer);
    setTimeout(() => void open(url, script, reads).catch(() => {}), 100);
  });
}

const [address, token, kind, count] = process.argv.slice(2) as [string, string, Slowness, string];
const url = new URL(address);
const script = scripts[kind](url.pathname, url.host, token);
for (let index = 0; index < Number(count); index++) await open(url, script, kind !== 'readers');
process.send!('open');
