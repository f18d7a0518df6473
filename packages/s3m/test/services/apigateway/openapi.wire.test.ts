import assert from 'node:assert/strict';
import test from 'node:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { findApi, type LiveApi } from '../../../src/services/apigateway/live-api.ts';
import { method } from '../../../src/services/apigateway/method.ts';
import { resource } from '../../../src/services/apigateway/resource.ts';
import { restApi } from '../../../src/services/apigateway/rest-api.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeResource } from '../fake-account.ts';
import { allow, FakeFunction, functionArn, mock, send, type RawAnswer, type SendOptions } from './gateway-fixture.ts';

const mockExtension = (body: string): Properties => ({
  type: 'mock',
  passthroughBehavior: 'when_no_match',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
  responses: { default: { statusCode: '200', responseTemplates: { 'application/json': body } } },
});

const operation = (body: string, more: Properties = {}): Properties => ({
  responses: { 200: { description: 'ok' } },
  'x-amazon-apigateway-integration': mockExtension(body),
  ...more,
});

interface Imported extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly api: LiveApi;
  readonly ref: string;
  readonly rootId: string;
  create(
    type: Parameters<typeof createContext>[1] & { create(context: ReturnType<typeof createContext>): Promise<Resource> },
    logicalId: string,
    properties: Properties,
  ): Promise<Resource>;
  update(properties: Properties): Promise<void>;
  deploy(): Promise<void>;
  send(path: string, options?: SendOptions): Promise<RawAnswer>;
}

/** An API from a document, in stage `prod`. */
async function openImported(properties: Properties, more: Partial<FakeResource> = {}): Promise<Imported> {
  const account = await fakeAccount();
  const created: Resource[] = [];
  const create: Imported['create'] = async (type, logicalId, given) => {
    const made = await type.create(createContext(account, type, { logicalId, properties: given }));
    created.push(made);
    return made;
  };
  const root = await restApi.create(createContext(account, restApi, { logicalId: 'Api', properties, ...more }));
  created.push(root);
  const api = findApi(account.directory, root.ref)!;
  let count = 0;
  let served: Resource | undefined;
  return {
    account,
    api,
    ref: root.ref,
    rootId: root.attributes['RootResourceId'] as string,
    create,
    update: async (next) => void (await root.update!(createContext(account, restApi, { logicalId: 'Api', properties: next }))),
    async deploy() {
      const { ref: DeploymentId } = await create(deployment, `D${count++}`, { RestApiId: root.ref });
      const given = { RestApiId: root.ref, DeploymentId, StageName: 'prod' };
      if (served === undefined) served = await create(stage, 'Stage', given);
      else await served.update!(createContext(account, stage, { logicalId: 'Stage', properties: given }));
    },
    send: (path, options) => send(Number(new URL(api.url).port), path, options),
    async [Symbol.asyncDispose]() {
      for (const made of created.toReversed()) await (made.stopNow?.() ?? made.delete());
      await account[Symbol.asyncDispose]();
    },
  };
}

function found(properties: Properties): string[] {
  return (restApi.check?.(properties, {}) ?? []).map(({ kind, property, message }) => `${kind} ${property}: ${message}`);
}

const swagger: Properties = {
  swagger: '2.0',
  info: { title: 'Pets', version: '1' },
  basePath: '/v1/api',
  security: [{ guard: [] }],
  paths: {
    '/': { get: operation('root') },
    '/pets': {
      parameters: [{ $ref: '#/parameters/Tenant' }],
      get: operation('pets', { operationId: 'listPets' }),
      post: operation('made', {
        consumes: ['application/json'],
        parameters: [{ in: 'body', name: 'pet', schema: { $ref: '#/definitions/Pet' } }],
        'x-amazon-apigateway-request-validator': 'all',
      }),
      'x-amazon-apigateway-any-method': operation('any'),
    },
    '/pets/{id}': {
      get: operation('one', { security: [{ guard: [] }], parameters: [{ in: 'path', name: 'id', required: true, type: 'string' }] }),
      options: {
        responses: { 204: { description: 'cors', headers: { 'Access-Control-Allow-Origin': { type: 'string' } } } },
        'x-amazon-apigateway-integration': {
          ...mockExtension(''),
          responses: {
            default: { statusCode: '204', responseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'*'" } },
          },
        },
      },
    },
    '/files/{proxy+}': { get: operation('files') },
  },
  parameters: { Tenant: { in: 'header', name: 'X-Tenant', required: true, type: 'string' } },
  definitions: {
    Pet: { type: 'object', required: ['name'], properties: { name: { $ref: '#/definitions/Name' } } },
    Name: { type: 'string', minLength: 2 },
  },
  securityDefinitions: {
    guard: {
      type: 'apiKey',
      name: 'Authorization',
      in: 'header',
      'x-amazon-apigateway-authtype': 'custom',
      'x-amazon-apigateway-authorizer': {
        type: 'token',
        authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
        authorizerResultTtlInSeconds: 60,
        identityValidationExpression: 'Bearer .+',
      },
    },
  },
  'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
  'x-amazon-apigateway-gateway-responses': {
    MISSING_AUTHENTICATION_TOKEN: {
      statusCode: 404,
      responseParameters: { 'gatewayresponse.header.x-a': "'b'" },
      responseTemplates: { 'application/json': '{"none":true}' },
    },
  },
};

test('A document of OpenAPI 2.0 makes methods, models, validators, authorizers and gateway responses (AG-539 to AG-544)', async () => {
  assert.deepEqual(found({ Body: swagger }), []);
  await using imported = await openImported({ Body: swagger });
  const lambda = new FakeFunction();
  lambda.handler = (event) => allow(event.methodArn);
  imported.account.directory.provide('function', functionArn, lambda);
  await imported.deploy();
  assert.equal(imported.api.name, 'Pets');
  const body = async (path: string, options?: SendOptions): Promise<string> => (await imported.send(path, options)).body;
  assert.equal(await body('/prod'), 'root'); // AG-543: root-level security counts for nothing
  assert.equal(await body('/prod/pets'), 'pets');
  assert.equal(await body('/prod/pets', { method: 'DELETE' }), 'any');
  assert.equal(await body('/prod/files/a/b'), 'files');
  const post = (text: string, headers: Record<string, string> = { 'X-Tenant': 't' }): Promise<string> =>
    body('/prod/pets', { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: text });
  assert.equal(await post('{"name":"Rex"}'), 'made');
  assert.equal(await post('{"name":"R"}'), '{"message": "Invalid request body"}');
  assert.equal(await post('{"name":"Rex"}', {}), '{"message": "Missing required request parameters: [X-Tenant]"}');
  assert.equal((await imported.send('/prod/pets/1')).status, 401);
  assert.equal((await imported.send('/prod/pets/1', { headers: { Authorization: 'Basic x' } })).status, 401);
  assert.equal(await body('/prod/pets/1', { headers: { Authorization: 'Bearer x' } }), 'one');
  assert.equal(lambda.events.length, 1);
  const preflight = await imported.send('/prod/pets/1', { method: 'OPTIONS' });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.header('Access-Control-Allow-Origin'), '*');
  const missing = await imported.send('/prod/nope');
  assert.deepEqual([missing.status, missing.header('x-a'), missing.body], [404, 'b', '{"none":true}']);
});

test('A document of OpenAPI 3 has bodies by media type, schemes in components and a policy (AG-541, AG-544)', async () => {
  const Body = {
    openapi: '3.0.1',
    info: { title: 'Three', version: '1' },
    paths: {
      '/a': {
        post: operation('a', {
          requestBody: {
            content: {
              'application/json': { schema: { type: 'object', required: ['x'], properties: { x: { $ref: '#/components/schemas/X' } } } },
            },
          },
        }),
        get: operation('open'),
      },
    },
    components: { schemas: { X: { type: 'integer' } } },
    'x-amazon-apigateway-request-validator': 'body',
    'x-amazon-apigateway-request-validators': { body: { validateRequestBody: true } },
    'x-amazon-apigateway-policy': {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
        { Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*/GET/a' },
      ],
    },
  };
  assert.deepEqual(found({ Body }), []);
  await using imported = await openImported({ Body, Name: 'Mine' });
  await imported.deploy();
  assert.equal(imported.api.name, 'Mine');
  const post = async (text: string): Promise<number> =>
    (await imported.send('/prod/a', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: text })).status;
  assert.equal(await post('{"x":1}'), 200);
  assert.equal(await post('{"x":"1"}'), 400);
  assert.equal((await imported.send('/prod/a')).status, 403);
});

test('Parameters say what becomes of the base path (AG-515)', async () => {
  for (const [basepath, path] of [
    ['prepend', '/prod/v1/api/pets'],
    ['split', '/prod/api/pets'],
    ['ignore', '/prod/pets'],
  ] as const) {
    await using imported = await openImported({ Body: swagger, Parameters: { basepath } });
    await imported.deploy();
    assert.equal((await imported.send(path)).body, 'pets', basepath);
  }
});

test('An update of the document changes what differs, at the next deployment; what is gone goes (AG-513, AG-524)', async () => {
  const document = (paths: Properties): Properties => ({ Body: { swagger: '2.0', info: { title: 'T' }, paths } });
  await using imported = await openImported(document({ '/a': { get: operation('a') }, '/b/c': { get: operation('c') } }));
  await imported.deploy();
  await imported.update(document({ '/a': { get: operation('a') }, '/b/c': { get: operation('c') } }));
  assert.deepEqual(imported.api.staleness(), []);
  await imported.update(document({ '/a': { get: operation('A') }, '/b': { get: operation('b') } }));
  assert.match(imported.api.staleness()[0]!, /method GET \/a \(Api\), method GET \/b \(Api\)/);
  assert.equal((await imported.send('/prod/a')).body, 'a');
  await imported.deploy();
  assert.equal((await imported.send('/prod/a')).body, 'A');
  assert.equal((await imported.send('/prod/b')).body, 'b');
  assert.equal((await imported.send('/prod/b/c')).status, 403);
  await imported.update({ ...document({ '/d': { get: operation('d') } }), Mode: 'merge' });
  await imported.deploy();
  assert.equal((await imported.send('/prod/a')).body, 'A');
  assert.equal((await imported.send('/prod/d')).body, 'd');
});

test('Resources and methods of the template stand beside those of the document (AG-514)', async () => {
  await using imported = await openImported({ Body: { swagger: '2.0', info: { title: 'T' }, paths: { '/a': { get: operation('a') } } } });
  const { ref: RestApiId, rootId: ParentId } = imported;
  const { ref: ResourceId } = await imported.create(resource, 'R', { RestApiId, ParentId, PathPart: 'own' });
  await imported.create(method, 'M', { RestApiId, ResourceId, HttpMethod: 'GET', AuthorizationType: 'NONE', ...mock('own') });
  await imported.deploy();
  assert.equal((await imported.send('/prod/a')).body, 'a');
  assert.equal((await imported.send('/prod/own')).body, 'own');
  await assert.rejects(imported.create(resource, 'R2', { RestApiId, ParentId, PathPart: 'a' }), /already has this name/);
});

test('A document in a file asset is read, as JSON or YAML', async () => {
  const account = await fakeAccount();
  const path = join(account.stateDirectory, 'api.yaml');
  writeFileSync(
    path,
    'openapi: 3.0.0\ninfo: {title: File}\npaths:\n  /a:\n    get:\n      responses: {"200": {description: ok}}\n      x-amazon-apigateway-integration:\n        type: mock\n        requestTemplates: {application/json: "{\\"statusCode\\": 200}"}\n        responses: {default: {statusCode: 200, responseTemplates: {application/json: file}}}\n',
  );
  const properties = { BodyS3Location: { Bucket: 'assets', Key: 'k' } };
  await using imported = await openImported(properties, { assets: { 'assets/k': { path, packaging: 'file', hash: 'h' } } });
  await imported.deploy();
  assert.equal((await imported.send('/prod/a')).body, 'file');
  await account[Symbol.asyncDispose]();
  await assert.rejects(openImported(properties), /There is no file asset s3:\/\/assets\/k/);
});

test('A document in a file has at most 6 MB (AG-437)', async () => {
  const account = await fakeAccount();
  const path = join(account.stateDirectory, 'api.json');
  const document = (padding: number): string =>
    JSON.stringify({ swagger: '2.0', info: { title: 'T', description: 'x'.repeat(padding) }, paths: {} });
  const most = 6 * 1_048_576 - document(0).length;
  const properties = { BodyS3Location: { Bucket: 'assets', Key: 'k' } };
  const assets: FakeResource['assets'] = { 'assets/k': { path, packaging: 'file', hash: 'h' } };
  writeFileSync(path, document(most + 1));
  await assert.rejects(openImported(properties, { assets }), /has 6291457 bytes; a document to import has at most 6 MB/);
  writeFileSync(path, document(most));
  await using _ = await openImported(properties, { assets });
  await account[Symbol.asyncDispose]();
});

test('What a document says wrongly, or what is not simulated of it, is told at its place before anything is made', () => {
  assert.deepEqual(found({ Body: { info: {} } }), ['invalid Body: Invalid OpenAPI input.']); // AG-548
  assert.deepEqual(found({ Body: 'no document' }), ['invalid Body: Unable to build importer with provided input.']);
  const Body = {
    swagger: '2.0',
    info: { title: 'T' },
    paths: {
      '/x{y}': { get: operation('') },
      '/a': {
        get: {
          'x-amazon-apigateway-integration': {
            type: 'http_proxy',
            httpMethod: 'GET',
            uri: 'ftp://x',
            tlsConfig: { insecureSkipVerification: true },
            responseTransferMode: 'STREAM',
          },
        },
      },
    },
    definitions: { 'my-model': { type: 'object' } },
    'x-amazon-apigateway-gateway-responses': { NOPE: {} },
    'x-amazon-apigateway-policy': 'nonsense',
  };
  const findings = found({ Body });
  for (const expected of [
    /^unsupported Body\.paths\.~1a\.get\.x-amazon-apigateway-integration\.responseTransferMode: GET \/a: property Integration\.ResponseTransferMode/,
    /^invalid Body\.paths\.~1a\.get\.x-amazon-apigateway-integration\.uri: GET \/a: /,
    /^invalid Body\.paths\.~1x\{y\}: Resource's path part/,
    /^invalid Body\.definitions\.my-model: my-model: Model name must be alphanumeric/,
    /^invalid Body\.x-amazon-apigateway-gateway-responses\.NOPE: NOPE: Invalid gateway response type/,
    /^invalid Body\.x-amazon-apigateway-policy: Invalid policy document/,
  ]) {
    assert.ok(
      findings.some((finding) => expected.test(finding)),
      `${String(expected)} is not in\n${findings.join('\n')}`,
    );
  }
});

test('A scheme that protects nothing is told; with FailOnWarnings it is refused (AG-516)', async () => {
  const Body = {
    swagger: '2.0',
    info: { title: 'T' },
    paths: { '/a': { get: operation('a', { security: [{ oauth: ['read'] }] }) } },
    securityDefinitions: { oauth: { type: 'oauth2', flow: 'implicit' } },
  };
  await using imported = await openImported({ Body });
  assert.ok(
    imported.account.events.some(
      (event) => event.event === 'notice' && /"oauth" has no x-amazon-apigateway-authorizer and protects nothing/.test(event.message),
    ),
  );
  assert.match(
    found({ Body, FailOnWarnings: true }).join('\n'),
    /^invalid FailOnWarnings: Warnings found during import:\n\tGET \/a: the security scheme "oauth"/,
  );
});

test('An update that is undone gets the former document back, though its file is gone', async () => {
  const account = await fakeAccount();
  const file = (body: string): FakeResource['assets'] => {
    const path = join(account.stateDirectory, `${body}.json`);
    writeFileSync(path, JSON.stringify({ swagger: '2.0', info: { title: 'T' }, paths: { '/a': { get: operation(body) } } }));
    return { [`assets/${body}`]: { path, packaging: 'file', hash: body } };
  };
  const at = (Key: string): Properties => ({ BodyS3Location: { Bucket: 'assets', Key } });
  const first = await restApi.create(createContext(account, restApi, { logicalId: 'Api', properties: at('one'), assets: file('one')! }));
  const update = (key: string, assets: FakeResource['assets']): Promise<Resource> =>
    first.update!(createContext(account, restApi, { logicalId: 'Api', properties: at(key), assets: assets! }));
  await update('two', file('two'));
  await update('one', file('two'));
  await assert.rejects(update('three', file('two')), /no file asset/);
  await first.delete();
  await account[Symbol.asyncDispose]();
});
