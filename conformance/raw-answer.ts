import type { Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Header lines in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Reads one answer: by Content-Length, in chunks, or to the end of the connection. @throws when it is none */
export async function readAnswer(socket: Socket, method: string): Promise<RawAnswer> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    const answer = parseAnswer(received, method, false);
    if (answer !== undefined) return answer;
  }
  const answer = parseAnswer(received, method, true);
  if (answer === undefined)
    throw new Error(`the connection ended within an answer: ${JSON.stringify(received.toString('latin1', 0, 200))}`);
  return answer;
}

/** Undefined while bytes are missing. Interim answers (1xx) are passed over. */
function parseAnswer(received: Buffer, method: string, ended: boolean): RawAnswer | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [statusLine = '', ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) throw new Error(`not an answer: ${JSON.stringify(statusLine)}`);
  const rest = received.subarray(end + 4);
  if (status < 200) return parseAnswer(rest, method, ended);
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const body = readBody(rest, headers, method === 'HEAD' || status === 204 || status === 304, ended);
  return body === undefined ? undefined : { status, headers, body };
}

function readBody(rest: Buffer, headers: RawAnswer['headers'], bodiless: boolean, ended: boolean): Buffer | undefined {
  if (bodiless) return Buffer.alloc(0);
  const find = (wanted: string): string | undefined => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (find('transfer-encoding')?.toLowerCase() === 'chunked') return joinChunks(rest);
  const length = find('content-length');
  if (length === undefined) return ended ? rest : undefined;
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined;
}

function joinChunks(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (rest.length < start + size + 2) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(rest.subarray(start, start + size));
    at = start + size + 2;
  }
}
