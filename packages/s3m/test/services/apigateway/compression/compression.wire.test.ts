import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as sendRequest, type IncomingMessage } from 'node:http';
import test from 'node:test';
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { mock, openGateway, proxy, type Gateway } from '../gateway-fixture.ts';

interface Answer {
  readonly status: number;
  readonly encoding: string | undefined;
  readonly body: Buffer;
}

/** As bytes: the fixture's own client reads text. */
async function ask({ port }: Gateway, path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const request = sendRequest({ port, path, headers, agent: false });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks = (await response.toArray()) as Buffer[];
  return { status: response.statusCode!, encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) };
}

const text = 'text '.repeat(40);

async function open(minimum: number | undefined): Promise<Gateway> {
  const gateway = await openGateway({}, { Name: 'Test', ...(minimum === undefined ? {} : { MinimumCompressionSize: minimum }) });
  await gateway.method('GET', '/text', mock(text));
  return gateway;
}

test('Answers from the minimum on are compressed for who asks for it, others are not (AG-445, AG-446)', async () => {
  await using gateway = await open(text.length);
  await gateway.method('GET', '/short', mock(text.slice(1)));
  await gateway.deploy();
  const gzip = await ask(gateway, '/prod/text', { 'Accept-Encoding': 'gzip, deflate' });
  assert.deepEqual([gzip.encoding, gunzipSync(gzip.body).toString()], ['gzip', text]);
  const deflate = await ask(gateway, '/prod/text', { 'Accept-Encoding': 'deflate' });
  assert.deepEqual([deflate.encoding, inflateSync(deflate.body).toString()], ['deflate', text]);
  for (const [path, headers] of [
    ['/prod/short', { 'Accept-Encoding': 'gzip' }],
    ['/prod/text', {}],
    ['/prod/text', { 'Accept-Encoding': 'br, gzip' }],
  ] as const) {
    const plain = await ask(gateway, path, headers);
    assert.deepEqual([plain.encoding, plain.body.toString().trim()], [undefined, text.slice(path === '/prod/short' ? 1 : 0).trim()]);
  }
});

test('Without a minimum nothing is compressed, and no request decoded (AG-445)', async () => {
  await using gateway = await open(undefined);
  const backend = await gateway.backend();
  await gateway.method('POST', '/x', proxy());
  await gateway.deploy();
  assert.equal((await ask(gateway, '/prod/text', { 'Accept-Encoding': 'gzip' })).encoding, undefined);
  const body = gzipSync('hello');
  await gateway.send('/prod/x', { method: 'POST', headers: { 'Content-Encoding': 'gzip' }, body });
  assert.equal(backend.seen[0]!.values('Content-Length')[0], String(body.length));
});

test('A compressed request is decoded before mappings see it; another coding and what is none are 415 (AG-444)', async () => {
  await using gateway = await open(0);
  const backend = await gateway.backend();
  const mapped = { RequestParameters: { 'integration.request.header.X-A': 'method.request.body.a' } };
  await gateway.method('POST', '/x', proxy(undefined, mapped));
  await gateway.deploy();
  const post = (coding: string, body: Buffer | string): ReturnType<Gateway['send']> =>
    gateway.send('/prod/x', { method: 'POST', headers: { 'Content-Encoding': coding }, body });
  const json = '{"a": "value"}';
  assert.deepEqual(
    [(await post('gzip', gzipSync(json))).status, (await post('deflate', deflateSync(json))).status, (await post('identity', json)).status],
    [200, 200, 200],
  );
  assert.deepEqual(
    backend.seen.map(({ body, values }) => [body, values('X-A')[0], values('Content-Encoding')[0]]),
    Array.from({ length: 3 }, () => [json, 'value', undefined]),
  );
  for (const [coding, body] of [
    ['br', json],
    ['gzip', json],
    ['gzip, deflate', json],
  ] as const) {
    const answer = await post(coding, body);
    assert.deepEqual([answer.status, answer.body], [415, '{"message": "Unsupported Media Type"}'], coding);
  }
  assert.equal((await post('gzip', gzipSync(Buffer.alloc(11_000_000)))).status, 413, 'a small body that is a large one');
});

test('What the backend compressed itself stays as it is (AG-445)', async () => {
  await using gateway = await open(0);
  const body = gzipSync(text);
  await gateway.backend((_, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' });
    response.end(body);
  });
  await gateway.method('GET', '/x', proxy());
  await gateway.deploy();
  const answer = await ask(gateway, '/prod/x', { 'Accept-Encoding': 'gzip' });
  assert.deepEqual([answer.encoding, gunzipSync(answer.body).toString()], ['gzip', text]);
});

test('A value of a large body is mapped although large bodies are streamed (AG-333)', async () => {
  await using gateway = await open(undefined);
  const backend = await gateway.backend();
  await gateway.method(
    'POST',
    '/x',
    proxy(undefined, { RequestParameters: { 'integration.request.header.X-A': 'method.request.body.a' } }),
  );
  await gateway.deploy();
  await gateway.send('/prod/x', { method: 'POST', body: JSON.stringify({ a: 'value', filler: 'x'.repeat(200_000) }) });
  assert.deepEqual(backend.seen[0]!.values('X-A'), ['value']);
});
