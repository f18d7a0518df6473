import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as send, type IncomingHttpHeaders } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { Directory } from '../../src/capabilities/directory.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { createAwsEndpoint, type LocalEndpoint } from '../../src/engine/aws-endpoint.ts';
import { createPorts } from '../../src/engine/ports.ts';
import { EngineFailure } from '../../src/engine/problem.ts';
import { signHeaders } from '../signature/official-signer.ts';

const developer = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'a/secret+of-mine' };
const owner = { arn: 'arn:aws:iam::000000000000:user/developer', accountId: '000000000000', userId: 'AIDATEST' };

async function openEndpoint(port = 0): Promise<LocalEndpoint & AsyncDisposable> {
  const ports = createPorts({ explicit: new Map([['aws', port]]), remembered: new Map(), onMoved: () => {} });
  const directory = new Directory();
  directory.provide('credentials', developer.accessKeyId, { secretAccessKey: developer.secretAccessKey, owner });
  const endpoint = await createAwsEndpoint({ ports, directory, clock: systemClock, region: 'us-east-1' });
  return { ...endpoint, [Symbol.asyncDispose]: () => endpoint.close() };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Unlike `fetch`, sends any Host and Origin. */
async function call(endpoint: LocalEndpoint, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const request = send({ host: '127.0.0.1', port: endpoint.port, path, method, headers, agent: false });
  request.end();
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

/** Rightly signed. */
function signed(service: string, method = 'POST', target = '/'): Promise<Record<string, string>> {
  return signHeaders({ method, target, host: '127.0.0.1', body: '', at: Date.now(), service, credentials: developer });
}

suite('AWS endpoint', () => {
  test('an SDK client reaches the handler of its service', async () => {
    await using endpoint = await openEndpoint();
    endpoint.handle('dynamodb', (request, response, { caller }) => {
      assert.equal(caller, owner);
      assert.equal(request.headers['x-amz-target'], 'DynamoDB_20120810.ListTables');
      response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' }).end('{"TableNames":["Roles"]}');
    });
    const client = new DynamoDBClient({
      endpoint: endpoint.url,
      region: 'us-east-1',
      credentials: developer,
    });
    assert.deepEqual((await client.send(new ListTablesCommand())).TableNames, ['Roles']);
    client.destroy();
  });

  test('a service that nobody serves is answered with 501 and what is served', async () => {
    await using endpoint = await openEndpoint();
    endpoint.handle('dynamodb', () => {});
    const { status, headers, text } = await call(endpoint, '/', await signed('sqs'), 'POST');
    assert.deepEqual([status, headers['x-amzn-errortype']], [501, 'UnsupportedService']);
    assert.deepEqual(JSON.parse(text), {
      __type: 'UnsupportedService',
      message: 'AWS service "sqs" is not served here. Served: dynamodb. Set AWS_ENDPOINT_URL_SQS before s3m up to have its calls go there',
    });
  });

  test('a request that names no service is told what is missing', async () => {
    await using endpoint = await openEndpoint();
    const { status, text } = await call(endpoint, '/bucket/key?x=secret');
    assert.equal(status, 501);
    assert.match(JSON.parse(text).message, /GET \/bucket\/key is for: it is not signed/);
    assert.doesNotMatch(text, /secret/);
  });

  test('the health path tells what is served', async () => {
    await using endpoint = await openEndpoint();
    endpoint.handle('s3', () => {});
    endpoint.handle('dynamodb', () => {});
    assert.deepEqual(JSON.parse((await call(endpoint, '/_s3m/health')).text), { status: 'running', services: ['dynamodb', 's3'] });
  });

  test('the longest prefix takes a path of the engine; others are not found', async () => {
    await using endpoint = await openEndpoint();
    endpoint.route('/_s3m/a/b', (_request, response) => response.end('b'));
    endpoint.route('/_s3m/a', (_request, response) => response.end('a'));
    const texts = await Promise.all(
      ['/_s3m/a', '/_s3m/a/x?y', '/_s3m/a/b', '/_s3m/a/b/c'].map(async (path) => (await call(endpoint, path)).text),
    );
    assert.deepEqual(texts, ['a', 'a', 'b', 'b']);
    assert.deepEqual([(await call(endpoint, '/_s3m/ab')).status, (await call(endpoint, '/_s3m')).status], [404, 404]);
  });

  test('a page may not call a service, whatever it signs', async () => {
    await using endpoint = await openEndpoint();
    let called = false;
    endpoint.handle('s3', (_request, response) => {
      called = true;
      response.end();
    });
    const { status, headers } = await call(endpoint, '/', { ...(await signed('s3')), origin: 'https://evil.example' });
    assert.equal(status, 403);
    assert.equal(headers['access-control-allow-origin'], undefined);
    assert.equal((await call(endpoint, '/', { ...(await signed('s3')), origin: 'null' }, 'OPTIONS')).status, 403);
    assert.equal(called, false);
  });

  for (const [host, status] of [
    ['127.0.0.1:4566', 200],
    ['localhost:4566', 200],
    ['[::1]:4566', 200],
    ['172.17.0.1:4566', 200],
    ['s3m-endpoint', 200],
    ['api.localhost:4566', 200],
    ['dynamodb.us-east-1.amazonaws.com', 200],
    ['a.localhost.localstack.cloud:4566', 403],
    ['evil.example', 403],
    ['evil.example:4566', 403],
    ['127.0.0.1.evil.example', 403],
    ['amazonaws.com.evil.example', 403],
    ['evilamazonaws.com', 403],
    ['localhost.', 403],
  ] as const) {
    test(`the host ${host} is answered with ${status}, so that no page's name can be made to lead here`, async () => {
      await using endpoint = await openEndpoint();
      assert.equal((await call(endpoint, '/_s3m/health', { host })).status, status);
    });
  }

  test('a handler that throws is answered with 500', async () => {
    await using endpoint = await openEndpoint();
    endpoint.handle('sqs', () => {
      throw new Error('broken');
    });
    const { status, text } = await call(endpoint, '/', await signed('sqs'), 'POST');
    assert.deepEqual([status, JSON.parse(text)], [500, { __type: 'InternalFailure', message: 'broken' }]);
  });

  test('a port that the user named and somebody holds is a problem of its own', async () => {
    const holder = createServer().listen({ port: 0, host: '127.0.0.1' });
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    await assert.rejects(openEndpoint(port), (error: unknown) => {
      assert.ok(error instanceof EngineFailure);
      assert.deepEqual([error.problems[0]?.code, error.problems[0]?.fault], ['PortInUse', 'user']);
      assert.match(error.message, new RegExp(`Port ${port} for aws`));
      return true;
    });
    holder.close();
    await once(holder, 'close');
  });

  test('closing ends open connections, and can be repeated', async () => {
    const endpoint = await openEndpoint();
    const { promise, resolve } = Promise.withResolvers<void>();
    endpoint.handle('sqs', () => resolve());
    const hanging = call(endpoint, '/', await signed('sqs'), 'POST');
    const failed = assert.rejects(hanging);
    await promise;
    await endpoint.close();
    await endpoint.close();
    await failed;
  });
});
