import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import * as apiGatewayClient from '@aws-sdk/client-api-gateway';
import * as apiGatewayV2Client from '@aws-sdk/client-apigatewayv2';
import * as logsClient from '@aws-sdk/client-cloudwatch-logs';
import * as dynamoDbClient from '@aws-sdk/client-dynamodb';
import * as ecrClient from '@aws-sdk/client-ecr';
import * as loadBalancingClient from '@aws-sdk/client-elastic-load-balancing-v2';
import * as lambdaClient from '@aws-sdk/client-lambda';
import * as s3Client from '@aws-sdk/client-s3';
import * as secretsManagerClient from '@aws-sdk/client-secrets-manager';
import * as ssmClient from '@aws-sdk/client-ssm';
import * as stsClient from '@aws-sdk/client-sts';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { services } from '../../../../tools/coverage-operations.ts';
import { signHeaders } from '../signature/official-signer.ts';

type Sdk = Readonly<Record<string, unknown>>;
type Protocol = 'json' | 'rest-json' | 'query' | 'rest-xml';

/** As the SDK's own schemas have it: `[9, namespace, name, {http: [method, path, status]}, input, output]`. */
type OperationSchema = readonly [9, string, string, { readonly http?: readonly [string, string, number] } | 0, unknown, unknown];

/** Title on the coverage page, name in signatures, how clients speak, and what stands in front of the operation in X-Amz-Target. */
const rows: readonly (readonly [title: string, service: string, sdk: Sdk, protocol: Protocol, target?: string])[] = [
  ['API Gateway', 'apigateway', apiGatewayClient, 'rest-json'],
  ['API Gateway V2', 'apigateway', apiGatewayV2Client, 'rest-json'],
  ['CloudWatch Logs', 'logs', logsClient, 'json', 'Logs_20140328'],
  ['DynamoDB', 'dynamodb', dynamoDbClient, 'json', 'DynamoDB_20120810'],
  ['ECR', 'ecr', ecrClient, 'json', 'AmazonEC2ContainerRegistry_V20150921'],
  ['Elastic Load Balancing', 'elasticloadbalancing', loadBalancingClient, 'query'],
  ['Lambda', 'lambda', lambdaClient, 'rest-json'],
  ['S3', 's3', s3Client, 'rest-xml'],
  ['Secrets Manager', 'secretsmanager', secretsManagerClient, 'json', 'secretsmanager'],
  ['STS', 'sts', stsClient, 'query'],
  ['Systems Manager', 'ssm', ssmClient, 'json', 'AmazonSSM'],
];

/** What signs for a service of its own. */
const elsewhere: Readonly<Record<string, string>> = { ListDirectoryBuckets: 's3express', WriteGetObjectResponse: 's3-object-lambda' };

function schemasOf(sdk: Sdk): ReadonlyMap<string, OperationSchema> {
  const schemas = Object.values(sdk).filter((value): value is OperationSchema => Array.isArray(value) && value[0] === 9);
  return new Map(schemas.map((schema) => [schema[2], schema]));
}

suite('every operation of the services of the AWS endpoint', () => {
  let directory: string;
  let engine: Engine;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 's3m-every-'));
    const template = { Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things' } } } };
    writeFileSync(join(directory, 'system.json'), JSON.stringify(template));
    engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0 } });
  });
  after(async () => {
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function credentials(): { accessKeyId: string; secretAccessKey: string; sessionToken: string } {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId = '',
      AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
      AWS_SESSION_TOKEN: sessionToken = '',
    } = engine.account.developer;
    return { accessKeyId, secretAccessKey, sessionToken };
  }

  async function send(
    service: string,
    { method, target, headers, body }: { method: string; target: string; headers: Record<string, string>; body: string },
  ): Promise<Response> {
    const { url } = engine.account.endpoint;
    const signed = await signHeaders({
      method,
      target,
      host: url.slice('http://'.length),
      headers: service.startsWith('s3') ? { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : headers,
      body,
      at: Date.now(),
      service,
      credentials: credentials(),
    });
    const { host: _, ...sent } = signed;
    const bodyless = method === 'GET' || method === 'HEAD';
    return fetch(`${url}${target}`, { method, headers: sent, signal: AbortSignal.timeout(20_000), ...(bodyless ? {} : { body }) });
  }

  /** A call of an operation that is as right as it can be without knowing the service. */
  function requestOf(sdk: Sdk, name: string, protocol: Protocol, target: string): Parameters<typeof send>[1] {
    if (protocol === 'json')
      return {
        method: 'POST',
        target: '/',
        headers: {
          'x-amz-target': `${target}.${name}`,
          'content-type': `application/x-amz-json-${target.startsWith('DynamoDB') ? '1.0' : '1.1'}`,
        },
        body: '{}',
      };
    if (protocol === 'query')
      return {
        method: 'POST',
        target: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `Action=${name}&Version=${sdk === stsClient ? '2011-06-15' : '2015-12-01'}`,
      };
    const [, , , traits] = schemasOf(sdk).get(name)!;
    const [method, path] = (traits === 0 ? undefined : traits.http) ?? ['POST', '/'];
    const filled = path.replaceAll(/\{[^}]*\}/g, 'thing');
    const query = requiredQuery(sdk, name);
    const whole = `${filled}${query === '' ? '' : `${filled.includes('?') ? '&' : '?'}${query}`}`;
    return {
      method,
      target: protocol === 'rest-xml' && name !== 'WriteGetObjectResponse' ? `/things${whole}` : whole,
      headers: {},
      body: '',
    };
  }

  /** Parameters of the query that the operation always has, as its input's schema says. */
  function requiredQuery(sdk: Sdk, name: string): string {
    const input = sdk[`${name}Request$`];
    if (!Array.isArray(input)) return '';
    const members = input[5] as readonly unknown[];
    const required = typeof input[6] === 'number' ? input[6] : 0;
    return members
      .slice(0, required)
      .flatMap((member) => {
        const traits = Array.isArray(member) ? (member[1] as { readonly httpQuery?: string } | number) : 0;
        return typeof traits === 'object' && traits.httpQuery !== undefined ? [`${traits.httpQuery}=x`] : [];
      })
      .join('&');
  }

  const serviceError = (service: string): string => `AWS service "${service}" is not served here. `;

  const notServed = (name: string, service: string): string => `${name} of ${service} is not served here; docs/coverage.md lists what is`;

  async function refusalOf(protocol: Protocol, response: Response): Promise<readonly [code: string | undefined, text: string | undefined]> {
    const body = await response.text();
    if (protocol === 'json' || protocol === 'rest-json') {
      const { __type: type, Message, message = Message } = JSON.parse(body) as Record<string, string>;
      return [protocol === 'json' ? type : (response.headers.get('x-amzn-errortype') ?? undefined), message];
    }
    assert.match(response.headers.get('content-type') ?? '', /^(text|application)\/xml$/);
    if (protocol === 'query')
      assert.match(body, /^<ErrorResponse xmlns="https?:\/\/(?:sts|elasticloadbalancing)\.amazonaws\.com\/doc\/[\d-]{10}\/">\s*<Error>/);
    return [/<Code>(.*)<\/Code>/.exec(body)?.[1], /<Message>(.*)<\/Message>/.exec(body)?.[1]?.replaceAll('&quot;', '"')];
  }

  for (const [title, service, sdk, protocol, target = ''] of rows) {
    const { served, unserved } = services.find((each) => each.title === title)!;

    test(`${title}: the coverage page names each operation that the SDK knows, once`, () => {
      assert.deepEqual([...served, ...unserved].sort(), [...schemasOf(sdk).keys()].sort());
    });

    test(`${title}: each of the ${unserved.length} that are not served says so by its name, in the protocol's form`, async () => {
      const answers = await Promise.all(
        unserved.map(async (name) => {
          const own = elsewhere[name] ?? service;
          const response = await send(own, requestOf(sdk, name, protocol, target));
          const [code, text = ''] = await refusalOf(protocol, response);
          // What follows says what to do instead.
          const length = own === service ? notServed(name, service).length : serviceError(own).length;
          return [name, response.status, code, service === 's3' && own === service ? text : text.slice(0, length)];
        }),
      );
      const expected = unserved.map((name) => {
        if (elsewhere[name] !== undefined) return [name, 501, 'UnsupportedService', serviceError(elsewhere[name])];
        if (service === 's3') return [name, 501, 'NotImplemented', `The operation ${name} is not served here`];
        return [name, 501, 'UnsupportedOperation', notServed(name, service)];
      });
      assert.deepEqual(answers, expected);
    });
  }

  test('a service that is not here says so in the form that its clients read', async () => {
    const form = {
      method: 'POST',
      target: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=ListTopics',
    };
    const query = await send('sns', form);
    assert.equal(query.status, 501);
    assert.match(
      await query.text(),
      /^<ErrorResponse>\s*<Error>\s*<Type>Sender<\/Type>\s*<Code>UnsupportedService<\/Code>\s*<Message>AWS service "sns"/,
    );
    const xml = await send('route53', { method: 'GET', target: '/2013-04-01/hostedzone', headers: {}, body: '' });
    assert.match(await xml.text(), /<Error><Code>UnsupportedService<\/Code><Message>AWS service "route53"/);
    const json = await send('states', { ...form, headers: { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' }, body: '{}' });
    assert.deepEqual([json.headers.get('x-amzn-errortype'), json.status], ['UnsupportedService', 501]);
  });

  test('a sign-in with the token of another party, which is not signed, is refused by its name', async () => {
    const client = new stsClient.STSClient({
      endpoint: engine.account.endpoint.url,
      region: 'us-east-1',
      credentials: credentials(),
      maxAttempts: 1,
    });
    const input = { RoleArn: 'arn:aws:iam::000000000000:role/x', RoleSessionName: 'ann', WebIdentityToken: 'a.b.c' };
    await assert.rejects(client.send(new stsClient.AssumeRoleWithWebIdentityCommand(input)), {
      name: 'UnsupportedOperation',
      message: 'AssumeRoleWithWebIdentity of sts is not served here; docs/coverage.md lists what is',
    });
    client.destroy();
  });

  test('a table is created where no template has one', async () => {
    const client = new dynamoDbClient.DynamoDBClient({
      endpoint: engine.account.endpoint.url,
      region: 'us-east-1',
      credentials: credentials(),
      maxAttempts: 1,
    });
    assert.deepEqual((await client.send(new dynamoDbClient.ListTablesCommand({}))).TableNames, []);
    client.destroy();
  });

  test('streams of tables are refused by the name of the operation (DDB-021)', async () => {
    const response = await send('dynamodb', {
      method: 'POST',
      target: '/',
      headers: { 'x-amz-target': 'DynamoDBStreams_20120810.ListStreams', 'content-type': 'application/x-amz-json-1.0' },
      body: '{}',
    });
    assert.deepEqual(await response.json(), {
      __type: 'UnsupportedOperation',
      message:
        'ListStreams of dynamodbstreams is not served here; docs/coverage.md lists what is. Tables have no streams here; call what would read them from where the items are written',
    });
  });
});
