import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { test, type TestContext } from 'node:test';
import { certificate } from '../../../src/services/certificatemanager/certificate.ts';
import { listener } from '../../../src/services/elasticloadbalancingv2/listener.ts';
import { applicationBench, attributesOf, forwardTo, registerServer } from './application-bench.ts';

interface Http2Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTPS listener before a target that `handle`s what comes; `open` connects and offers protocols, `session` speaks HTTP/2. */
async function secure(
  t: TestContext,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  attributes: Readonly<Record<string, string>> = {},
): Promise<{ open(protocols: readonly string[]): Promise<TLSSocket>; session(): Promise<ClientHttp2Session> }> {
  const it = await applicationBench(t, { balancer: { LoadBalancerAttributes: attributesOf(attributes) } });
  const { ref: CertificateArn } = await it.make(certificate, 'Certificate', { DomainName: 'api.example.com' });
  const group = await it.groupOf('Group');
  const front = await it.make(listener, 'Https', {
    LoadBalancerArn: it.balancer.ref,
    Port: 443,
    Protocol: 'HTTPS',
    Certificates: [{ CertificateArn }],
    DefaultActions: [forwardTo(group)],
  });
  t.after(() => front.stopNow!());
  await registerServer(t, it, group, handle);
  const { port } = new URL(front.addresses![0]!.local);
  const open = async (protocols: readonly string[]): Promise<TLSSocket> => {
    const socket = connectTls({
      port: Number(port),
      host: '127.0.0.1',
      servername: 'api.example.com',
      rejectUnauthorized: false,
      ALPNProtocols: [...protocols],
    });
    t.after(() => socket.destroy());
    await once(socket, 'secureConnect');
    return socket;
  };
  const session = async (): Promise<ClientHttp2Session> => {
    const socket = await open(['h2', 'http/1.1']);
    assert.equal(socket.alpnProtocol, 'h2');
    const client = connect('https://api.example.com', { createConnection: () => socket });
    t.after(() => client.destroy());
    return client;
  };
  return { open, session };
}

async function answerOf(stream: ClientHttp2Stream): Promise<Http2Answer> {
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { headers, body: Buffer.concat(chunks).toString() };
}

function ask(client: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Http2Answer> {
  const stream = client.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return answerOf(stream);
}

/** Answers what it got. */
async function mirror(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { method, url, headers, httpVersion } = request;
  response.setHeader('X-Own', '1');
  response.end(JSON.stringify({ method, url, httpVersion, headers, body }));
}

test('a client that offers h2 gets it, and its requests go to targets as HTTP/1.1 (NLB-075)', async (t) => {
  const { session } = await secure(t, (request, response) => void mirror(request, response));
  const client = await session();
  const answer = await ask(client, { ':path': '/a?b=c', 'x-one': '1', cookie: ['a=1', 'b=2'] });
  assert.equal(answer.headers[':status'], 200);
  assert.equal(answer.headers['x-own'], '1');
  assert.equal(answer.headers.connection, undefined);
  const seen = JSON.parse(answer.body);
  assert.deepEqual([seen.method, seen.url, seen.httpVersion], ['GET', '/a?b=c', '1.1']);
  assert.equal(seen.headers.host, 'api.example.com');
  assert.equal(seen.headers.cookie, 'a=1; b=2');
  assert.equal(seen.headers['x-one'], '1');
  assert.equal(seen.headers['x-forwarded-proto'], 'https');
  assert.equal(seen.headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(
    Object.keys(seen.headers).some((name) => name.startsWith(':')),
    false,
  );
});

test('bodies go both ways, with a length and without, and requests of a connection run beside each other', async (t) => {
  const waiting: ServerResponse[] = [];
  const { session } = await secure(t, (request, response) => {
    if (request.url === '/later') waiting.push(response);
    else void mirror(request, response);
  });
  const client = await session();
  const later = ask(client, { ':path': '/later' });
  const large = 'x'.repeat(300_000);
  const whole = await ask(client, { ':path': '/', ':method': 'POST' }, large);
  assert.equal(JSON.parse(whole.body).body, large);
  const told = await ask(client, { ':path': '/', ':method': 'PUT', 'content-length': '3' }, 'abc');
  assert.deepEqual([JSON.parse(told.body).body, JSON.parse(told.body).headers['content-length']], ['abc', '3']);
  while (waiting.length === 0) await new Promise(setImmediate);
  waiting[0]!.end('then');
  assert.equal((await later).body, 'then');
});

test('a stream that its client takes back is given up at the target, and the connection goes on', async (t) => {
  const begun = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const { session } = await secure(t, (request, response) => {
    if (request.url !== '/slow') return void response.end('fast');
    request.socket.once('close', () => gone.resolve());
    begun.resolve();
  });
  const client = await session();
  const slow = client.request({ ':path': '/slow' });
  slow.on('error', () => {});
  await begun.promise;
  slow.close(constants.NGHTTP2_CANCEL);
  await gone.promise;
  assert.equal((await ask(client, { ':path': '/fast' })).body, 'fast');
});

test('an answer that breaks off ends in an error of its stream, not as if it were whole', async (t) => {
  const { session } = await secure(t, (_request, response) => {
    response.writeHead(200, { 'Content-Length': 10 });
    response.write('half', () => response.socket!.destroy());
  });
  const stream = (await session()).request({ ':path': '/' });
  await assert.rejects(answerOf(stream), { code: 'ERR_HTTP2_STREAM_ERROR' });
});

test('what cannot be a request of HTTP/1.1 reaches no target: CONNECT, two hosts, a path or a host that is none, TRACE', async (t) => {
  const reached: string[] = [];
  const { session } = await secure(t, (request, response) => {
    reached.push(request.url!);
    response.end();
  });
  const client = await session();
  const status = (headers: OutgoingHttpHeaders): Promise<unknown> =>
    ask(client, headers).then(
      (answer) => answer.headers[':status'],
      ({ message }: Error) => message,
    );
  const seen = new Map<string, unknown>();
  for (const [what, headers] of Object.entries<OutgoingHttpHeaders>({
    twoHosts: { ':path': '/', ':authority': 'api.example.com', host: 'other.example.com' },
    tunnel: { ':method': 'CONNECT', ':authority': 'api.example.com' },
    noPath: { ':path': 'no-path' },
    noHost: { ':path': '/', ':authority': 'a b' },
    trace: { ':path': '/', ':method': 'TRACE' },
  }))
    seen.set(what, await status(headers));
  // A stream's error is of whoever reads the frames, before there is a request.
  const malformed = 'Stream closed with error code NGHTTP2_PROTOCOL_ERROR';
  assert.deepEqual(Object.fromEntries(seen), { twoHosts: 400, tunnel: 400, noPath: malformed, noHost: malformed, trace: 405 });
  assert.deepEqual(reached, []);
  assert.equal(await status({ ':path': '/good' }), 200);
});

test('where HTTP/2 is switched off, or the client offers HTTP/1.1 only, HTTP/1.1 is spoken', async (t) => {
  const { open } = await secure(t, (_request, response) => void response.end(), { 'routing.http2.enabled': 'false' });
  assert.equal((await open(['h2', 'http/1.1'])).alpnProtocol, 'http/1.1');
  const on = await secure(t, (_request, response) => void response.end());
  assert.equal((await on.open(['http/1.1'])).alpnProtocol, 'http/1.1');
});
