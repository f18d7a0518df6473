import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { findEndpoint, readRoles, type RolesTable } from '../src/roles-table.ts';
import { startTable, type LocalTable } from './local-table.ts';

async function start(
  context: TestContext,
): Promise<{ readonly table: LocalTable; readonly read: (subject?: string) => Promise<readonly string[]> }> {
  const table = await startTable(context);
  const description: RolesTable = {
    name: 'roles-table',
    subject: 'subject',
    roles: 'roles',
    region: 'eu-central-1',
    endpoint: new URL(table.url),
    credentials: () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' }),
  };
  return { table, read: (subject = 'ada') => readRoles(description, subject, () => Date.UTC(2026, 0, 2, 3, 4, 5)) };
}

test('one item is read, strongly consistent, only its roles, by a signed request', async (context) => {
  const { table, read } = await start(context);
  table.items.set('ada', { roles: { SS: ['administrator', 'user'] } });
  assert.deepEqual(await read(), ['administrator', 'user']);
  const [request] = table.requests;
  assert.deepEqual(request?.body, {
    TableName: 'roles-table',
    Key: { subject: { S: 'ada' } },
    ConsistentRead: true,
    ProjectionExpression: '#roles',
    ExpressionAttributeNames: { '#roles': 'roles' },
  });
  assert.partialDeepStrictEqual(request.headers, {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.GetItem',
    'x-amz-date': '20260102T030405Z',
    'x-amz-security-token': 'session',
  });
  assert.match(
    String(request.headers['authorization']),
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260102\/eu-central-1\/dynamodb\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
  );
});

test('roles may be a list; an unknown caller, or one without the attribute, has none', async (context) => {
  const { table, read } = await start(context);
  table.items
    .set('ada', { roles: { L: [{ S: 'user' }] } })
    .set('bob', {})
    .set('cyd', { roles: { L: [] } });
  assert.deepEqual(await read('ada'), ['user']);
  for (const subject of ['bob', 'cyd', 'nobody']) assert.deepEqual(await read(subject), []);
});

test('roles of another type are broken, never a guess', async (context) => {
  const { table, read } = await start(context);
  for (const roles of [
    { S: 'administrator' },
    { NULL: true },
    { L: [{ S: 'user' }, { N: '1' }] },
    { SS: [1] },
    { SS: 'administrator' },
    { NS: ['1'] },
    {},
    'administrator',
    ['administrator'],
  ]) {
    table.items.set('ada', { roles });
    await assert.rejects(read(), /must be a list or a set of strings/, JSON.stringify(roles));
  }
});

test('a failure that may pass is tried once more, and only once', async (context) => {
  const { table, read } = await start(context);
  table.items.set('ada', { roles: { SS: ['user'] } });
  const failures: readonly ((response: ServerResponse) => void)[] = [
    (response) => response.socket?.destroy(),
    (response) => response.writeHead(500).end('{}'),
    (response) =>
      response.writeHead(400).end('{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"x"}'),
  ];
  for (const fail of failures) {
    table.requests.length = 0;
    table.override = (response, attempt) => (attempt === 1 ? fail(response) : response.end('{"Item":{"roles":{"SS":["user"]}}}'));
    assert.deepEqual(await read(), ['user']);
    table.requests.length = 0;
    table.override = (response) => fail(response);
    await assert.rejects(read());
    assert.equal(table.requests.length, 2);
  }
});

test('a refusal is not tried again, and says what DynamoDB said', async (context) => {
  const { table, read } = await start(context);
  table.override = (response) =>
    response
      .writeHead(400)
      .end('{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}');
  await assert.rejects(read(), {
    message: `Table "roles-table" can't be read: DynamoDB answered 400 ResourceNotFoundException: Requested resource not found`,
  });
  assert.equal(table.requests.length, 1);
});

test('a table that does not answer is given up well within the five seconds of the function', { timeout: 10_000 }, async (context) => {
  const { table, read } = await start(context);
  table.override = () => {};
  const started = performance.now();
  await assert.rejects(read(), /DynamoDB can't be reached: no answer within/);
  assert.ok(performance.now() - started < 2_500);
});

test('an answer that is no JSON, not an object or huge is broken', async (context) => {
  const { table, read } = await start(context);
  for (const body of ['', '<html>', 'null', '[]', ' '.repeat(600_000)]) {
    table.override = (response) => response.end(body);
    await assert.rejects(read(), JSON.stringify(body.slice(0, 20)));
  }
});

test('the endpoint is found as AWS SDKs find it, and plain HTTP is for this machine only', () => {
  assert.equal(findEndpoint({}, 'eu-central-1').href, 'https://dynamodb.eu-central-1.amazonaws.com/');
  assert.equal(findEndpoint({}, 'cn-north-1').href, 'https://dynamodb.cn-north-1.amazonaws.com.cn/');
  assert.equal(findEndpoint({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, 'x').href, 'http://127.0.0.1:4566/');
  assert.equal(
    findEndpoint({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_DYNAMODB: 'https://d.example' }, 'x').href,
    'https://d.example/',
  );
  for (const url of [
    'http://d.example',
    'http://127.0.0.1.d.example',
    'http://169.254.169.254',
    'ftp://127.0.0.1',
    'http://a:b@127.0.0.1',
    'nothing',
  ]) {
    assert.throws(() => findEndpoint({ AWS_ENDPOINT_URL: url }, 'x'), /Variable AWS_ENDPOINT_URL is/, url);
  }
});
