import { createServer, request as sendRequest, type IncomingMessage } from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';

/** What Node's own parser, llhttp, makes of bytes: another reader's opinion. No socket is opened. */
export interface NodeRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** The requests that are complete before Node finds a fault or the bytes end. */
export async function readWithNode(bytes: Buffer): Promise<NodeRequest[]> {
  const requests: NodeRequest[] = [];
  let begun = 0;
  const [client, served] = duplexPair();
  const server = createServer({ requireHostHeader: false }, (message, response) => {
    const entry = begun++;
    const parts: Buffer[] = [];
    const facts = { method: message.method!, target: message.url!, headers: message.rawHeaders };
    message.on('data', (chunk: Buffer) => parts.push(chunk));
    message.on('end', () => {
      requests[entry] = { ...facts, body: Buffer.concat(parts).toString('latin1') };
      response.end();
    });
    message.on('error', () => {});
  });
  server.on('clientError', () => served.destroy());
  server.on('upgrade', () => served.destroy());
  server.on('connect', () => served.destroy());
  server.emit('connection', served);
  await spend(client, bytes);
  served.destroy();
  // One that is not complete is missing from the array.
  const complete = Array.from({ length: begun }, (_, index) => requests[index]);
  const missing = complete.indexOf(undefined);
  return requests.slice(0, missing === -1 ? begun : missing);
}

export interface NodeAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

/** The answer that Node reads from bytes which end with the connection; undefined when it finds a fault. */
export async function readAnswerWithNode(bytes: Buffer): Promise<NodeAnswer | undefined> {
  const [served, client] = duplexPair();
  const answer = new Promise<NodeAnswer | undefined>((resolve) => {
    const request = sendRequest({ createConnection: () => client, host: 'a', agent: undefined as never });
    request.on('error', () => resolve(undefined));
    request.on('close', () => setImmediate(() => resolve(undefined)));
    request.on('response', (message: IncomingMessage) => {
      const parts: Buffer[] = [];
      message.on('data', (chunk: Buffer) => parts.push(chunk));
      message.on('error', () => resolve(undefined));
      message.on('end', () =>
        resolve({ status: message.statusCode!, headers: message.rawHeaders, body: Buffer.concat(parts).toString('latin1') }),
      );
    });
    request.end();
  });
  served.resume();
  served.end(bytes);
  const read = await answer;
  client.destroy();
  served.destroy();
  return read;
}

/** Writes everything and waits until nothing moves any more. */
async function spend(client: Duplex, bytes: Buffer): Promise<void> {
  client.on('error', () => {});
  client.resume();
  client.write(bytes);
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  client.destroy();
}
