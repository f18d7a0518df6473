import assert from 'node:assert/strict';
import test from 'node:test';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import { method } from '../../../src/services/apigateway/method.ts';
import { model } from '../../../src/services/apigateway/model.ts';
import { requestValidator } from '../../../src/services/apigateway/request-validator.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext } from '../fake-account.ts';
import { addAuthorizer, mock, openGateway, type Gateway } from './gateway-fixture.ts';

const json = { 'Content-Type': 'application/json' };
const point = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
};

async function addValidator(
  gateway: Gateway,
  flags: Properties = { ValidateRequestBody: true, ValidateRequestParameters: true },
): Promise<string> {
  const { ref } = await gateway.create(requestValidator, `Validator${JSON.stringify(flags)}`, {
    RestApiId: gateway.api.id,
    Name: 'v',
    ...flags,
  });
  return ref;
}

async function addModel(gateway: Gateway, Name: string, Schema: Properties): Promise<string> {
  return (await gateway.create(model, Name, { RestApiId: gateway.api.id, Name, ContentType: 'application/json', Schema })).ref;
}

test('Parameters that are missing or blank are told in the order that AWS has them in, before the body is looked at (AG-366, AG-399 to AG-402, AG-902)', async () => {
  await using gateway = await openGateway();
  const Model = await addModel(gateway, 'Point', point);
  await gateway.method('POST', '/nested/{test}', {
    RequestParameters: {
      'method.request.querystring.qs1': true,
      'method.request.header.x-header-param': true,
      'method.request.path.test': true,
      'method.request.path.issuer': true,
      'method.request.header.optional': false,
    },
    RequestModels: { 'application/json': Model },
    RequestValidatorId: await addValidator(gateway),
    ...mock(),
  });
  await gateway.deploy();
  const all = await gateway.send('/prod/nested/value', { method: 'POST', body: 'no json' });
  assert.equal(all.status, 400);
  assert.equal(all.body, '{"message": "Missing required request parameters: [x-header-param, issuer, qs1]"}');
  assert.equal(all.header('x-amzn-ErrorType'), 'BadRequestException');
  assert.equal(gateway.trace(all).decision?.type, 'BAD_REQUEST_PARAMETERS');
  const blank = await gateway.send('/prod/nested/value?qs1=+', { method: 'POST', headers: { 'x-header-param': '1' } });
  assert.equal(blank.body, '{"message": "Missing required request parameters: [issuer, qs1]"}');
});

test('Missing parameters stand in the order of a Java set, not of the alphabet (AG-918)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', {
    RequestParameters: { 'method.request.querystring.dividend': true, 'method.request.querystring.divisor': true },
    RequestValidatorId: await addValidator(gateway),
    ...mock(),
  });
  await gateway.deploy();
  assert.equal((await gateway.send('/prod')).body, '{"message": "Missing required request parameters: [divisor, dividend]"}');
});

test('A body that does not fit its model is 400 without detail; none counts as {}; no JSON is refused (AG-074, AG-404 to AG-406)', async () => {
  await using gateway = await openGateway();
  const Model = await addModel(gateway, 'Point', point);
  await gateway.method('ANY', '/', {
    RequestModels: { 'application/json': Model },
    RequestValidatorId: await addValidator(gateway),
    ...mock('fits'),
  });
  await gateway.deploy();
  const post = (body?: string, headers: Record<string, string> = json): ReturnType<Gateway['send']> =>
    gateway.send('/prod', { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
  assert.equal((await post('{"a": 1, "b": 2}')).body, 'fits');
  for (const answer of [
    await post('{"a": 1}'),
    await post('{"a": 1, "b": "2"}'),
    await post('a=1'),
    await post(),
    await gateway.send('/prod'),
  ]) {
    assert.equal(answer.status, 400);
    assert.equal(answer.body, '{"message": "Invalid request body"}');
    assert.equal(answer.body.length, 35);
    assert.equal(gateway.trace(answer).decision?.type, 'BAD_REQUEST_BODY');
  }
  // AG-407: a type that no model is for. The MOCK takes the body for its template.
  assert.equal((await post('{"statusCode": 200}', { 'Content-Type': 'application/x-www-form-urlencoded' })).status, 200);
  assert.equal((await post('{}', { 'Content-Type': 'Application/JSON; charset=utf-8' })).status, 400);
});

test('A model of $default is for every type that has none of its own (AG-407)', async () => {
  await using gateway = await openGateway();
  const Model = await addModel(gateway, 'Point', point);
  await gateway.method('POST', '/', {
    RequestModels: { $default: Model },
    RequestValidatorId: await addValidator(gateway),
    ...mock('fits'),
  });
  await gateway.deploy();
  assert.equal((await gateway.send('/prod', { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'x' })).status, 400);
});

test('A model refers to another by its URL, and within alternatives (AG-408)', async () => {
  await using gateway = await openGateway();
  const url = (name: string): string => `https://apigateway.amazonaws.com/restapis/${gateway.api.id}/models/${name}`;
  await addModel(gateway, 'Point', { $schema: 'http://json-schema.org/draft-04/schema#', ...point });
  const List = await addModel(gateway, 'PointList', { type: 'array', items: { $ref: url('Point') } });
  const Maybe = await addModel(gateway, 'Maybe', {
    type: 'object',
    properties: { point: { oneOf: [{ type: 'null' }, { $ref: url('Point') }] }, n: { $ref: '#/definitions/small' } },
    required: ['point'],
    definitions: { small: { type: 'integer', maximum: 3, exclusiveMaximum: true } },
  });
  const RequestValidatorId = await addValidator(gateway);
  await gateway.method('POST', '/list', { RequestModels: { 'application/json': List }, RequestValidatorId, ...mock() });
  await gateway.method('POST', '/maybe', { RequestModels: { 'application/json': Maybe }, RequestValidatorId, ...mock() });
  await gateway.deploy();
  const status = async (path: string, value: unknown): Promise<number> =>
    (await gateway.send(path, { method: 'POST', headers: json, body: JSON.stringify(value) })).status;
  assert.equal(await status('/prod/list', [{ a: 1, b: 2 }]), 200);
  assert.equal(await status('/prod/list', [{ a: 1 }]), 400);
  assert.equal(await status('/prod/list', {}), 400);
  assert.equal(await status('/prod/maybe', { point: null, n: 2 }), 200);
  assert.equal(await status('/prod/maybe', { point: null, n: 3 }), 400);
  assert.equal(await status('/prod/maybe', { point: { a: 1, b: 2 } }), 200);
  assert.equal(await status('/prod/maybe', { badFormat: 'bla' }), 400);
});

test('Without a validator, or with one that says so, nothing is looked at (AG-398)', async () => {
  await using gateway = await openGateway();
  const Model = await addModel(gateway, 'Point', point);
  const rules = { RequestModels: { 'application/json': Model }, RequestParameters: { 'method.request.header.x': true } };
  await gateway.method('POST', '/none', { ...rules, ...mock() });
  await gateway.method('POST', '/off', { ...rules, RequestValidatorId: await addValidator(gateway, {}), ...mock() });
  await gateway.method('POST', '/body', {
    ...rules,
    RequestValidatorId: await addValidator(gateway, { ValidateRequestBody: true }),
    ...mock(),
  });
  await gateway.deploy();
  const status = async (path: string): Promise<number> => (await gateway.send(path, { method: 'POST', headers: json, body: '{}' })).status;
  assert.equal(await status('/prod/none'), 200);
  assert.equal(await status('/prod/off'), 200);
  assert.equal(await status('/prod/body'), 400);
});

test('Who may not call gets 401, whatever the body (AG-067, AG-907)', async () => {
  await using gateway = await openGateway();
  const { guard, lambda } = await addAuthorizer(gateway);
  const Model = await addModel(gateway, 'Point', point);
  await gateway.method('POST', '/', {
    RequestModels: { 'application/json': Model },
    RequestValidatorId: await addValidator(gateway),
    ...guard,
    ...mock(),
  });
  await gateway.deploy();
  assert.equal((await gateway.send('/prod', { method: 'POST', headers: json, body: '{}' })).status, 401);
  assert.equal((await gateway.send('/prod', { method: 'POST', headers: { ...json, Authorization: 'x' }, body: '{}' })).status, 400);
  assert.equal(lambda.events.length, 1);
});

test('The body that was looked at goes on to the backend as it came', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  const Model = await addModel(gateway, 'Point', point);
  const Integration = {
    Type: 'HTTP_PROXY',
    IntegrationHttpMethod: 'POST',
    Uri: 'http://nlb.internal/',
    ConnectionType: 'VPC_LINK',
    ConnectionId: 'link01',
  };
  await gateway.method('POST', '/', {
    RequestModels: { 'application/json': Model },
    RequestValidatorId: await addValidator(gateway),
    Integration,
  });
  await gateway.deploy();
  const body = '{"a":  1, "b": 2}';
  assert.equal((await gateway.send('/prod', { method: 'POST', headers: json, body })).status, 200);
  assert.equal((await gateway.send('/prod', { method: 'POST', headers: json, body, chunked: true })).status, 200);
  assert.deepEqual(
    backend.seen.map((seen) => seen.body),
    [body, body],
  );
});

test('A gateway response can tell what is wrong with a body, in the words of the validator (AG-404)', async () => {
  await using gateway = await openGateway();
  const Model = await addModel(gateway, 'Thing', {
    type: 'object',
    properties: {
      kind: { type: 'string', enum: ['cat', 'dog'] },
      age: { type: 'integer', minimum: 1 },
      when: { type: 'string', format: 'date-time' },
    },
    required: ['name', 'id'],
    additionalProperties: false,
  });
  await gateway.create(gatewayResponse, 'Bad', {
    RestApiId: gateway.api.id,
    ResponseType: 'BAD_REQUEST_BODY',
    StatusCode: 422,
    ResponseTemplates: { 'application/json': '{"message":$context.error.messageString,"detail":"$context.error.validationErrorString"}' },
  });
  await gateway.method('POST', '/', {
    RequestModels: { 'application/json': Model },
    RequestValidatorId: await addValidator(gateway),
    ...mock(),
  });
  await gateway.deploy();
  const detail = async (body: string): Promise<string> => {
    const answer = await gateway.send('/prod', { method: 'POST', headers: json, body });
    assert.equal(answer.status, 422);
    return (JSON.parse(answer.body) as { detail: string }).detail;
  };
  assert.equal(await detail('{}'), '[object has missing required properties (["id","name"])]');
  assert.equal(
    await detail('{"name":1,"id":1,"kind":"cow","age":0,"x":1}'),
    '[object instance has properties which are not allowed by the schema: ["id","name","x"]]',
  );
  assert.equal(await detail('[]'), '[instance type (array) does not match any allowed primitive type (allowed: ["object"])]');
});

test('A changed model is checked against from the next deployment on (AG-456)', async () => {
  await using gateway = await openGateway();
  const created = await gateway.create(model, 'Point', { RestApiId: gateway.api.id, Name: 'Point', Schema: point });
  await gateway.method('POST', '/', {
    RequestModels: { 'application/json': created.ref },
    RequestValidatorId: await addValidator(gateway),
    ...mock(),
  });
  await gateway.deploy();
  const properties = { RestApiId: gateway.api.id, Name: 'Point', Schema: { type: 'object' } };
  await created.update!(createContext(gateway.account, model, { logicalId: 'Point', properties }));
  const status = async (): Promise<number> => (await gateway.send('/prod', { method: 'POST', headers: json, body: '{}' })).status;
  assert.equal(await status(), 400);
  assert.match(gateway.api.staleness()[0]!, /model Point \(Point\)/);
  await gateway.deploy();
  assert.equal(await status(), 200);
});

test('Models and validators that are not there, names and schemas that AWS refuses (AG-409, AG-410)', async () => {
  await using gateway = await openGateway();
  const { id } = gateway.api;
  await addModel(gateway, 'Point', point);
  await assert.rejects(addModel(gateway, 'Point', point), { message: 'Model name already exists for this REST API' });
  await assert.rejects(gateway.method('POST', '/', { RequestModels: { 'application/json': 'Nope' }, ...mock() }), {
    message: 'Invalid model identifier specified: Nope',
  });
  await assert.rejects(gateway.method('POST', '/', { RequestValidatorId: 'nope', ...mock() }), {
    message: 'Invalid Request Validator identifier specified',
  });
  await gateway.method('POST', '/', { RequestModels: { 'application/json': 'Empty', 'text/json': 'Error' }, ...mock() });
  assert.deepEqual(
    model.check!({ RestApiId: id, Name: 'my-model', Schema: {} }, {}).map(({ message }) => message),
    ['Model name must be alphanumeric: my-model', 'Model schema must have at least 1 property or array items defined'],
  );
  assert.ok(method.properties['RequestModels'] === 'simulated');
  const Broken = await addModel(gateway, 'Broken', { type: 'object', properties: { x: { $ref: '#/definitions/none' } } });
  await gateway.method('PUT', '/', {
    RequestModels: { 'application/json': Broken },
    RequestValidatorId: await addValidator(gateway),
    ...mock(),
  });
  await assert.rejects(gateway.deploy(), /Invalid model schema specified/);
});

test('Keywords and formats that draft 4 does not have say nothing (AG-411, AG-546)', async () => {
  await using gateway = await openGateway();
  const Model = await addModel(gateway, 'Lax', {
    type: 'object',
    discriminator: 'kind',
    example: { id: 1 },
    properties: { id: { type: 'integer', format: 'int64', readOnly: true, default: 3 } },
  });
  await gateway.method('POST', '/', {
    RequestModels: { 'application/json': Model },
    RequestValidatorId: await addValidator(gateway),
    ...mock('fits'),
  });
  await gateway.deploy();
  const status = async (body: string): Promise<number> => (await gateway.send('/prod', { method: 'POST', headers: json, body })).status;
  assert.equal(await status('{"id":9007199254740993}'), 200);
  assert.equal(await status('{}'), 200);
  assert.equal(await status('{"id":"1"}'), 400);
});

test('A body that makes its model run without end is refused, and holds nobody up', async () => {
  await using gateway = await openGateway();
  const words = await addModel(gateway, 'Words', { type: 'object', properties: { a: { type: 'string', pattern: '^(\\w+\\s?)*$' } } });
  const list = await addModel(gateway, 'List', { type: 'array', uniqueItems: true });
  const RequestValidatorId = await addValidator(gateway);
  await gateway.method('POST', '/words', { RequestModels: { 'application/json': words }, RequestValidatorId, ...mock() });
  await gateway.method('POST', '/list', { RequestModels: { 'application/json': list }, RequestValidatorId, ...mock() });
  await gateway.deploy();
  const began = performance.now();
  const send = async (path: string, body: unknown): Promise<number> =>
    (await gateway.send(`/prod/${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) })).status;
  assert.equal(await send('words', { a: `${'a'.repeat(60)}!` }), 400);
  assert.equal(
    await send(
      'list',
      Array.from({ length: 20_000 }, (_, a) => ({ a })),
    ),
    400,
  );
  assert.ok(performance.now() - began < 5000);
  assert.equal(await send('words', { a: 'a b c' }), 200);
});
