import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { readAnswer, type RawAnswer } from './raw-answer.ts';

export interface RawRequest {
  readonly url: URL;
  /** Path and query as they go over the wire; `url` is normalised and can't say them. */
  readonly target: string;
  readonly method: string;
  /** Sent in this order, after Host. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
}

const longestAnswerMs = 40_000;

/** Sends a request on a connection of its own, with the given headers, Host, and Content-Length when there is a body; nothing else. */
export async function sendRaw(request: RawRequest): Promise<RawAnswer> {
  const socket = await open(request.url);
  try {
    socket.setTimeout(longestAnswerMs, () => socket.destroy(new Error(`no answer within ${longestAnswerMs / 1000} s`)));
    socket.write(head(request));
    if (request.body !== undefined) socket.write(request.body);
    return await readAnswer(socket, request.method);
  } finally {
    socket.destroy();
  }
}

function head({ url, target, method, headers, body }: RawRequest): string {
  const own = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : [['Host', url.host] as const];
  const length = body === undefined ? [] : [['Content-Length', String(body.length)] as const];
  const lines = [...own, ...headers, ...length].map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

function open(url: URL): Promise<Socket> {
  const { hostname: host, protocol } = url;
  const secure = protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return new Promise((resolve, reject) => {
    const socket = secure ? connectTls({ host, port, servername: host, ALPNProtocols: ['http/1.1'] }) : connectPlain({ host, port });
    socket.once('error', reject);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}
