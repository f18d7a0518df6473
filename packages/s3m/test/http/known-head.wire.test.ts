import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { suite, test } from 'node:test';
import type { RequestHead } from '../../src/http/message.ts';
import { RawClient, startServer } from './sockets.ts';

const lines = ['GET /weather?city=Oslo HTTP/1.1', 'Host: api.example', 'Authorization: Bearer abc'];

function headOf(text: readonly string[]): string {
  return `${text.join('\r\n')}\r\n\r\n`;
}

/** A client whose usual request has come again and again, and what the server takes its requests for. */
class Regular implements AsyncDisposable {
  readonly usual: readonly string[];
  readonly heads: RequestHead[] = [];
  #server: Awaited<ReturnType<typeof startServer>> | undefined;
  client!: RawClient;
  accepted!: Socket;

  /** @param padding makes the head so much longer: bytes are compared four at a time */
  private constructor(padding: string) {
    this.usual = [...lines, `X-Last: ${padding}z`];
  }

  static async connect(padding: string): Promise<Regular> {
    const regular = new Regular(padding);
    regular.#server = await startServer({
      handle: (exchange) => {
        regular.heads.push(exchange.head);
        exchange.send({ status: 200, headers: [], body: `answer ${regular.heads.length};` });
      },
    });
    const connected = once(regular.#server.http.server, 'connection') as Promise<[Socket]>;
    regular.client = await RawClient.connect(regular.#server.port);
    [regular.accepted] = await connected;
    return regular;
  }

  /** Sends a request that comes in one piece, and waits for its answer. */
  async send(text: string): Promise<RequestHead> {
    const number = this.heads.length + 1;
    this.client.send(text);
    await this.client.until(`answer ${number};`);
    return this.heads[number - 1]!;
  }

  async sendUsual(): Promise<void> {
    for (let time = 0; time < 2; time++) {
      const head = await this.send(headOf(this.usual));
      assert.deepEqual([head.method, head.target, head.headers.at(-1)], ['GET', '/weather?city=Oslo', this.usual.at(-1)!.slice(8)]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client[Symbol.dispose]();
    await this.#server![Symbol.asyncDispose]();
  }
}

for (const padding of ['', 'p', 'pp', 'ppp'])
  suite(`after a head that came again and again, of a length of ${headOf([...lines, `X-Last: ${padding}z`]).length} bytes`, () => {
    test('one that differs in a single byte is read anew, wherever the byte is', async () => {
      await using regular = await Regular.connect(padding);
      const { usual } = regular;
      for (let line = 0; line < usual.length; line++) {
        const text = usual[line]!;
        // Each character of the method and of the target, and of each value.
        const places = Array.from(text, (_, at) => at).filter((at) =>
          line === 0 ? at < 3 || (at > 4 && at < text.lastIndexOf(' ')) : at > text.indexOf(':') + 1,
        );
        for (const at of places) {
          await regular.sendUsual();
          const changed = `${text.slice(0, at)}7${text.slice(at + 1)}`;
          const { method, target, headers } = await regular.send(headOf(usual.with(line, changed)));
          const read = line === 0 ? `${method} ${target} HTTP/1.1` : `${headers[2 * line - 2]}: ${headers[2 * line - 1]}`;
          assert.equal(read, changed);
        }
      }
    });

    test('lines that come where it ended belong to the new one', async () => {
      await using regular = await Regular.connect(padding);
      for (const further of ['X: GET / HTTP/1.1', 'A: b']) {
        await regular.sendUsual();
        const { headers } = await regular.send(headOf([...regular.usual, further]));
        assert.equal(headers.length, 8);
        assert.deepEqual(headers.slice(-2), further.split(': '));
      }
    });

    test('what would be that head but for its last bytes is refused', async () => {
      for (const end of ['\r\n\tX: y\r\n\r\n', '\r\n\rX: y\r\n\r\n', '\rX: y\r\n\r\n', '\r\n\r\r']) {
        await using regular = await Regular.connect(padding);
        await regular.sendUsual();
        regular.client.send(`${regular.usual.join('\r\n')}${end}`);
        await regular.client.until('HTTP/1.1 400 ');
        assert.equal(regular.heads.length, 2);
      }
    });

    test('a piece of it is no head, though the rest is still in the memory that sockets share', async () => {
      const whole = headOf([...lines, `X-Last: ${padding}z`]);
      for (let missing = 1; missing < 9; missing++) {
        await using regular = await Regular.connect(padding);
        await regular.sendUsual();
        const { client, accepted } = regular;
        const read = accepted.bytesRead;
        client.send(whole.slice(0, -missing));
        while (accepted.bytesRead < read + whole.length - missing) await new Promise((resolve) => setImmediate(resolve));
        assert.equal(regular.heads.length, 2);
        await regular.send(whole.slice(-missing));
        assert.equal(regular.heads.length, 3);
      }
    });
  });
