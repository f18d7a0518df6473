import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { issueCredentials } from '../../src/services/role-session.ts';
import { signHeaders, type ToSign } from '../signature/official-signer.ts';
import { rolesTable } from './roles-table.ts';

const template = {
  Resources: {
    Table: rolesTable,
  },
};

interface Service {
  readonly name: string;
  readonly target: string;
  /** In front of the codes of errors that come before the service looks at its input. */
  readonly prefix: string;
}

const services: readonly Service[] = [
  { name: 'dynamodb', target: 'DynamoDB_20120810', prefix: 'com.amazon.coral.service#' },
  { name: 'ssm', target: 'AmazonSSM', prefix: '' },
  { name: 'secretsmanager', target: 'secretsmanager', prefix: '' },
  { name: 'logs', target: 'Logs_20140328', prefix: '' },
];
const reads: Readonly<Record<string, string>> = {
  dynamodb: 'ListTables',
  ssm: 'DescribeParameters',
  secretsmanager: 'ListSecrets',
  logs: 'DescribeLogGroups',
};

suite('what the AWS endpoint answers to bad calls', () => {
  let directory: string;
  let engine: Engine;
  const queue = createServer((request, response) => {
    response.writeHead(200, {
      'Content-Type': 'application/x-amz-json-1.0',
      'x-was-signed': String(request.headers.authorization !== undefined),
    });
    request.pipe(response);
  });
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 's3m-bad-'));
    writeFileSync(join(directory, 'system.json'), JSON.stringify(template));
    await new Promise<void>((resolve) => queue.listen(0, '127.0.0.1', resolve));
    const named = {
      sqs: `http://127.0.0.1:${(queue.address() as AddressInfo).port}`,
      states: 'http://127.0.0.1:9',
      ssm: 'http://127.0.0.1:9',
    };
    engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0 }, namedEndpoints: named });
  });
  after(async () => {
    await engine.close();
    queue.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function call(
    service: string,
    target: string,
    body: string,
    more: Partial<ToSign> = {},
  ): Promise<readonly [number, unknown, Headers]> {
    const response = await send(service, target, body, more);
    const text = await response.text();
    return [response.status, text === '' ? '' : (JSON.parse(text) as unknown), response.headers];
  }

  async function send(service: string, target: string, body: string, more: Partial<ToSign> = {}): Promise<Response> {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId = '',
      AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
      AWS_SESSION_TOKEN: sessionToken,
    } = engine.account.developer;
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    const { url } = engine.account.endpoint;
    const headers = await signHeaders({
      method: 'POST',
      target: '/',
      host: url.slice('http://'.length),
      headers: { 'x-amz-target': target, 'content-type': `application/x-amz-json-${service === 'dynamodb' ? '1.0' : '1.1'}` },
      body,
      at: Date.now(),
      service,
      credentials,
      ...more,
    });
    const { host: _, ...sent } = headers;
    return fetch(url, { method: 'POST', headers: sent, body });
  }

  const errorOf = ([status, body]: readonly [number, unknown, Headers]): readonly [number, string, string] => {
    const error = body as Record<string, string>;
    return [status, error['__type'] ?? '', (error['message'] ?? error['Message'] ?? '').split('\n', 1)[0]!];
  };

  for (const { name, target, prefix } of services) {
    const read = (more: Partial<ToSign> = {}, operation = reads[name]!, body = '{}') => call(name, `${target}.${operation}`, body, more);

    test(`${name}: serves what is right`, async () => assert.equal((await read())[0], 200));

    test(`${name}: an action that AWS has not is unknown (DDB-007)`, async () => {
      const [status, type] = errorOf(await read({}, 'MakeCoffee'));
      assert.deepEqual([status, type], [400, `${prefix}UnknownOperationException`]);
    });

    test(`${name}: what is no JSON cannot be read (DDB-007)`, async () => {
      const [status, type] = errorOf(await read({}, reads[name], '{"a'));
      assert.deepEqual([status, type], [400, `${prefix}SerializationException`]);
    });

    test(`${name}: credentials of somebody else are not known (IAM-043)`, async () => {
      const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };
      const invalid = 'The security token included in the request is invalid.';
      assert.deepEqual(errorOf(await read({ credentials })), [400, `${prefix}UnrecognizedClientException`, invalid]);
    });

    test(`${name}: expired credentials are told so (IAM-043)`, async () => {
      const { account } = engine;
      const owner = { arn: 'arn:aws:iam::000000000000:user/x', accountId: '000000000000', userId: 'AIDAX' };
      const { accessKeyId, secretAccessKey, sessionToken } = issueCredentials(account, -1, owner);
      const [status, type] = errorOf(await read({ credentials: { accessKeyId, secretAccessKey, sessionToken } }));
      assert.deepEqual([status, type], [400, `${prefix}ExpiredTokenException`]);
    });

    test(`${name}: a clock that is ten minutes off is told so`, async () => {
      const late = errorOf(await read({ at: Date.now() - 600_000 }));
      assert.deepEqual(late.slice(0, 2), [400, `${prefix}InvalidSignatureException`]);
      assert.match(late[2], /^Signature expired: \d{8}T\d{6}Z is now earlier than/);
      assert.match(errorOf(await read({ at: Date.now() + 600_000 }))[2], /^Signature not yet current: /);
    });

    test(`${name}: another region's signature is not taken`, async () => {
      const text = 'Credential should be scoped to a valid region. ';
      assert.deepEqual(errorOf(await read({ region: 'eu-central-1' })), [400, `${prefix}InvalidSignatureException`, text]);
    });

    test(`${name}: a wrong secret does not sign`, async () => {
      const { AWS_ACCESS_KEY_ID: accessKeyId = '' } = engine.account.developer;
      const [, type, text] = errorOf(await read({ credentials: { accessKeyId, secretAccessKey: 'wrong' } }));
      assert.equal(type, `${prefix}InvalidSignatureException`);
      assert.match(text, /^The request signature we calculated does not match/);
    });
  }

  test('an action that STS has not is InvalidAction, in its XML', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await send('sts', '', 'Action=GetNothing&Version=2011-06-15', { headers });
    assert.equal(response.status, 400);
    assert.match(
      await response.text(),
      /<Error>\s*<Type>Sender<\/Type>\s*<Code>InvalidAction<\/Code>\s*<Message>Could not find operation GetNothing for version 2011-06-15<\/Message>/,
    );
  });

  test('a body of more than any service takes is 413, whoever signed it', async () => {
    const response = await send('ssm', 'AmazonSSM.GetParameter', `{"Name":"${'x'.repeat(17 * 1024 * 1024)}"}`);
    assert.deepEqual([response.status, response.headers.get('x-amzn-ErrorType')], [413, 'RequestEntityTooLargeException']);
  });

  test('an item over 400 KB is refused (DDB-008)', async () => {
    const item = { TableName: 'Roles', Item: { id: { S: 'a' }, large: { S: 'x'.repeat(409_600) } } };
    assert.deepEqual(errorOf(await call('dynamodb', 'DynamoDB_20120810.PutItem', JSON.stringify(item))), [
      400,
      'com.amazon.coral.validate#ValidationException',
      'Item size has exceeded the maximum allowed size',
    ]);
  });

  test('a service that is not here is told by its name', async () => {
    const [status, type, text] = errorOf(await call('kinesis', 'Kinesis_20131202.ListStreams', '{}'));
    assert.deepEqual([status, type], [501, 'UnsupportedService']);
    assert.match(text, /^AWS service "kinesis" is not served here\. Served: .*AWS_ENDPOINT_URL_KINESIS/);
  });

  test('a service that the user named an endpoint for gets what is rightly signed, as it came', async () => {
    const [status, body, headers] = await call('sqs', 'AmazonSQS.SendMessage', '{"MessageBody":"hello"}');
    assert.deepEqual([status, body, headers.get('x-was-signed')], [200, { MessageBody: 'hello' }, 'true']);
    const wrong = { credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' } };
    assert.equal(errorOf(await call('sqs', 'AmazonSQS.SendMessage', '{}', wrong))[1], 'UnrecognizedClientException');
    assert.match(
      errorOf(await call('states', 'AWSStepFunctions.ListStateMachines', '{}'))[2],
      /^The endpoint that was named for states, http:\/\/127\.0\.0\.1:9, does not answer/,
    );
  });
});
