import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'node:test';
import { stage } from '../../../src/services/apigateway/stage.ts';
import { createContext } from '../fake-account.ts';
import { addAuthorizer, allow, openGateway, proxy, type Gateway } from './gateway-fixture.ts';

/** One request of a client: `user`, `page` and `body` are what its answer and its line must have. */
interface Sent {
  readonly user: string;
  readonly page: string;
  readonly body: string;
}

/** All heads are of one length, so that one differs from the next in a byte or two. */
const users = ['ada', 'bob', 'cyd'];
const pages = ['p1', 'p2'];

/** The same numbers each time: Mulberry32. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

async function openEcho(): Promise<Gateway> {
  const gateway = await openGateway();
  await gateway.backend((request, response) => {
    const [user = ''] = request.values('X-User');
    const text = `${user} ${request.target} ${request.body}`;
    // Some answers come with a length, some in chunks, some in two parts.
    if (request.body.length % 3 === 0) response.setHeader('Content-Length', Buffer.byteLength(text));
    response.write(text.slice(0, 5));
    setImmediate(() => response.end(text.slice(5)));
  });
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = (event) => ({ ...(allow('*') as object), principalId: event.authorizationToken });
  const parameters = {
    'integration.request.header.X-User': 'context.authorizer.principalId',
    'integration.request.path.page': 'method.request.path.page',
  };
  const to = proxy('http://nlb.internal/{page}', { RequestParameters: parameters });
  await gateway.method('ANY', '/{page}', { RequestParameters: { 'method.request.path.page': true }, ...guard, ...to });
  await gateway.deploy();
  const properties = {
    RestApiId: gateway.api.id,
    DeploymentId: gateway.api.servedBy('prod')!,
    StageName: 'prod',
    AccessLogSetting: {
      DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:access:*',
      Format: '$context.requestId $context.authorizer.principalId $context.path $context.status',
    },
  };
  await gateway.stage!.update!(createContext(gateway.account, stage, { logicalId: 'Stage', properties }));
  return gateway;
}

function written({ user, page, body }: Sent): string {
  const head = `${body === '' ? 'GET' : 'PUT'} /prod/${page} HTTP/1.1\r\nHost: api\r\nAuthorization: ${user}\r\n`;
  return body === '' ? `${head}\r\n` : `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** Sends up to three requests at a time on one connection and reads their answers; the last request may break off within its body. */
async function converse(gateway: Gateway, number: number, lines: Map<string, string>): Promise<void> {
  const random = seeded(number);
  const socket = connect(gateway.port, '127.0.0.1');
  using _ = { [Symbol.dispose]: () => void socket.destroySoon() };
  const closed = Promise.race([once(socket, 'end'), once(socket, 'close')]);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  let sent: Sent = { user: 'ada', page: 'p1', body: '' };
  for (let round = 0; round < 30; round++) {
    const batch: Sent[] = [];
    for (let count = random(3); count >= 0; count--) {
      // Every other request is just like the one before.
      if (random(2) === 0) sent = { user: users[random(3)]!, page: pages[random(2)]!, body: 'b'.repeat(random(3) * random(9000)) };
      batch.push(sent);
    }
    const text = batch.map(written).join('');
    const cut = random(text.length);
    socket.write(text.slice(0, cut));
    await new Promise(setImmediate);
    socket.write(text.slice(cut));
    for (const request of batch) {
      let answer = readAnswer(received);
      while (answer === undefined) {
        await Promise.race([once(socket, 'data'), closed]);
        assert.ok(!socket.readableEnded && !socket.destroyed, `the connection ended after ${JSON.stringify(received)}`);
        answer = readAnswer(received);
      }
      received = received.slice(answer.end);
      assert.equal(answer.body, `${request.user} /${request.page} ${request.body}`);
      lines.set(answer.id, `${answer.id} ${request.user} /prod/${request.page} 200`);
    }
  }
  socket.write(written({ user: 'cyd', page: 'p2', body: 'b'.repeat(100) }).slice(0, -number - 1));
}

/** The first answer of what has come, once it is whole. */
function readAnswer(text: string): { readonly id: string; readonly body: string; readonly end: number } | undefined {
  const start = text.indexOf('\r\n\r\n') + 4;
  if (start === 3) return undefined;
  const head = text.slice(0, start);
  const id = /x-amzn-RequestId: (.*)\r\n/i.exec(head)?.[1] ?? '';
  const length = /Content-Length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) {
    const end = start + Number(length);
    return text.length < end ? undefined : { id, body: text.slice(start, end), end };
  }
  let body = '';
  for (let at = start; ;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    at = lineEnd + 2 + size + 2;
    if (text.length < at) return undefined;
    body += text.slice(lineEnd + 2, at - 2);
    if (size === 0) return { id, body, end: at };
  }
}

test('However requests are sent, side by side, one after the other or broken off, each answer, log line and trace is of its own request', async () => {
  await using gateway = await openEcho();
  const expected = new Map<string, string>();
  await Promise.all(Array.from({ length: 12 }, (_, number) => converse(gateway, number, expected)));
  const logged = new Map(
    (gateway.account.directory.find('logGroup', 'access')?.tail(5000) ?? []).map(({ message }) => [message.slice(0, 36), message]),
  );
  assert.ok(expected.size > 500);
  /** As traces show them: not as they are, but one for each user. */
  const identities = new Set<string>();
  for (const [id, line] of expected) {
    assert.equal(logged.get(id), line);
    const trace = gateway.account.traces.find(id);
    if (trace === undefined) continue;
    const [, user, path] = line.split(' ');
    assert.equal(`/prod${trace.path}`, path);
    identities.add(`${user} ${trace.authorizer?.identity}`);
  }
  assert.equal(identities.size, users.length, [...identities].join());
});
