import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { Directory } from '../../src/capabilities/directory.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import type { Clock } from '../../src/clock/clock.ts';
import { createAwsEndpoint, type LocalEndpoint } from '../../src/engine/aws-endpoint.ts';
import { createPorts } from '../../src/engine/ports.ts';

const held = { accessKeyId: 'ASIATESTTESTTESTTEST', secretAccessKey: 'a/secret+of-mine', sessionToken: 'a-token' };
const owner = { arn: 'arn:aws:sts::000000000000:assumed-role/R/s', accountId: '000000000000', userId: 'AROATEST:s' };

async function openEndpoint(
  options: { readonly clock?: Clock; readonly expiresAt?: number } = {},
): Promise<LocalEndpoint & AsyncDisposable & { readonly served: () => number }> {
  const { clock = systemClock, expiresAt } = options;
  const directory = new Directory();
  const { accessKeyId, ...credentials } = held;
  directory.provide('credentials', accessKeyId, { ...credentials, owner, ...(expiresAt === undefined ? {} : { expiresAt }) });
  const ports = createPorts({ explicit: new Map([['aws', 0]]), remembered: new Map(), onMoved: () => {} });
  const endpoint = await createAwsEndpoint({ ports, directory, clock, region: 'us-east-1' });
  let served = 0;
  for (const service of ['dynamodb', 'lambda', 'sts']) {
    endpoint.handle(service, (_request, response) => {
      served++;
      response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' }).end('{"TableNames":[]}');
    });
  }
  return { ...endpoint, served: () => served, [Symbol.asyncDispose]: () => endpoint.close() };
}

async function failureOf(endpoint: LocalEndpoint, credentials: typeof held | Omit<typeof held, 'sessionToken'>, region = 'us-east-1') {
  const client = new DynamoDBClient({ endpoint: endpoint.url, region, credentials, maxAttempts: 1 });
  try {
    await client.send(new ListTablesCommand());
  } catch (error) {
    assert.ok(error instanceof Error);
    const { $metadata } = error as Error & { readonly $metadata: { readonly httpStatusCode?: number } };
    return [$metadata.httpStatusCode, error.name, error.message.split('\n', 1)[0]];
  } finally {
    client.destroy();
  }
  return undefined;
}

suite('a call of the AWS endpoint', () => {
  test('is served when it is signed with credentials of the account', async () => {
    await using endpoint = await openEndpoint();
    assert.equal(await failureOf(endpoint, held), undefined);
    assert.equal(endpoint.served(), 1);
  });

  test('with an unknown key, or another session token than the key has, is refused before the service hears of it (IAM-043)', async () => {
    await using endpoint = await openEndpoint();
    const invalid = [400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'];
    assert.deepEqual(await failureOf(endpoint, { ...held, accessKeyId: 'AKIAUNKNOWNUNKNOWN00' }), invalid);
    assert.deepEqual(await failureOf(endpoint, { ...held, sessionToken: 'another' }), invalid);
    const { sessionToken: _, ...without } = held;
    assert.deepEqual(await failureOf(endpoint, without), invalid);
    assert.equal(endpoint.served(), 0);
  });

  test('with a wrong secret or for another region is refused with the text of AWS', async () => {
    await using endpoint = await openEndpoint();
    assert.deepEqual(await failureOf(endpoint, { ...held, secretAccessKey: 'wrong' }), [
      400,
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ]);
    assert.deepEqual(await failureOf(endpoint, held, 'eu-west-1'), [
      400,
      'InvalidSignatureException',
      'Credential should be scoped to a valid region. ',
    ]);
    assert.equal(endpoint.served(), 0);
  });

  test('is refused when its credentials have expired, or the clocks are more than five minutes apart (IAM-043)', async () => {
    await using expired = await openEndpoint({ expiresAt: Date.now() - 1 });
    assert.deepEqual(await failureOf(expired, held), [
      400,
      'ExpiredTokenException',
      'The security token included in the request is expired',
    ]);
    await using late = await openEndpoint({ clock: { ...systemClock, now: () => Date.now() + 301_000 } });
    const [, name, message] = (await failureOf(late, held))!;
    assert.equal(name, 'InvalidSignatureException');
    assert.match(String(message), /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/);
  });

  test('without signature is refused in the form that clients of the service read (DDB-002)', async () => {
    await using endpoint = await openEndpoint();
    const headers = { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-type': 'application/x-amz-json-1.0' };
    const unsigned = await fetch(endpoint.url, { method: 'POST', headers, body: '{}' });
    assert.deepEqual(
      [unsigned.status, await unsigned.text()],
      [
        400,
        '{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}',
      ],
    );
    const scope = (service: string): string => `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request, Signature=b`;
    const query = await fetch(endpoint.url, { method: 'POST', headers: { authorization: scope('sts') }, body: 'Action=X' });
    assert.equal(query.status, 400);
    assert.match(await query.text(), /<Type>Sender<\/Type>\s*<Code>IncompleteSignature<\/Code>\s*<Message>Authorization header requires/);
    const rest = await fetch(endpoint.url, { method: 'POST', headers: { authorization: scope('lambda') }, body: '{}' });
    assert.deepEqual([rest.status, rest.headers.get('x-amzn-errortype')], [403, 'IncompleteSignatureException']);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const asked = await fetch(endpoint.url, { method: 'POST', headers: form, body: 'Action=GetCallerIdentity&Version=2011-06-15' });
    assert.equal(asked.status, 403);
    assert.match(await asked.text(), /<Code>MissingAuthenticationToken<\/Code>\s*<Message>Request is missing Authentication Token</);
    const elsewhere = await fetch(endpoint.url, { method: 'POST', headers: form, body: 'Action=ListRoles&Version=2010-05-08' });
    assert.equal(elsewhere.status, 501);
    assert.match(
      await elsewhere.text(),
      /<Code>UnsupportedService<\/Code>\s*<Message>AWS service &quot;iam&quot; is not served here|AWS service "iam" is/,
    );
    const invoked = await fetch(`${endpoint.url}/2015-03-31/functions/f/invocations`, { method: 'POST', body: '{}' });
    assert.deepEqual(
      [invoked.status, invoked.headers.get('x-amzn-errortype'), await invoked.text()],
      [403, 'MissingAuthenticationTokenException', '{"message":"Missing Authentication Token"}'],
    );
    assert.equal(endpoint.served(), 0);
  });

  test('whose body was changed on the way is refused', async () => {
    await using endpoint = await openEndpoint();
    const client = new DynamoDBClient({ endpoint: endpoint.url, region: 'us-east-1', credentials: held, maxAttempts: 1 });
    client.middlewareStack.add(
      (next) => (call) => {
        const request = call.request as { body: string; headers: Record<string, string> };
        request.body = '{"Limit":1}';
        request.headers['content-length'] = String(request.body.length);
        return next(call);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await assert.rejects(client.send(new ListTablesCommand()), { name: 'InvalidSignatureException' });
    client.destroy();
    assert.equal(endpoint.served(), 0);
  });
});
