import assert from 'node:assert/strict';
import test from 'node:test';
import type { Properties } from '../../../src/services/resource-type.ts';
import { openGateway, type Answer, type Backend, type Gateway, type RawAnswer, type SendOptions } from './gateway-fixture.ts';

const json = 'application/json';

/** An HTTP integration with the backend behind `link01` and one default response. */
function http(more: Properties = {}, uri = 'http://nlb.internal/'): Properties {
  return {
    Integration: {
      Type: 'HTTP',
      IntegrationHttpMethod: 'POST',
      Uri: uri,
      ConnectionType: 'VPC_LINK',
      ConnectionId: 'link01',
      IntegrationResponses: [{ StatusCode: '200' }],
      ...more,
    },
  };
}

interface Setup extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly backend: Backend;
  ask(path: string, options?: SendOptions): Promise<RawAnswer>;
}

async function withHttp(
  properties: Properties,
  { path = '/x', answer, api }: { path?: string; answer?: Answer; api?: Properties } = {},
): Promise<Setup> {
  const gateway = await openGateway({}, { Name: 'Test', ...api });
  const backend = await gateway.backend(answer);
  await gateway.method('ANY', path, properties);
  await gateway.deploy({ where: 'there' });
  return {
    gateway,
    backend,
    ask: (at, options) => gateway.send(`/prod${at}`, options),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

function answering(body: string | Buffer, headers: Readonly<Record<string, string>> = {}, status = 200): Answer {
  return (_, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

test('Of the client’s headers and query only what is mapped goes on, with a fixed set (AG-214, AG-218, AG-226, AG-903)', async () => {
  await using setup = await withHttp(
    http({
      RequestParameters: {
        'integration.request.header.X-Mapped': 'method.request.header.X-Client',
        'integration.request.header.user-agent': "'mine'",
        'integration.request.header.X-None': 'method.request.header.X-Missing',
        'integration.request.header.X-Hidden': 'method.request.header.TE',
        'integration.request.querystring.q': 'method.request.querystring.q',
        'integration.request.querystring.all': 'method.request.multivaluequerystring.q',
        'integration.request.querystring.none': 'method.request.querystring.none',
      },
    }),
  );
  const { gateway, backend } = setup;
  await setup.ask('/x?q=1&q=a%20b%26&r=2', {
    headers: { 'X-Client': 'v', 'X-Other': 'o', Cookie: 'a=b', Accept: 'text/html', TE: 'trailers', 'X-Forwarded-For': '1.2.3.4' },
  });
  const [seen] = backend.seen;
  assert.equal(seen!.target, '/?q=a%20b%26&all=1%2Ca%20b%26');
  assert.deepEqual(
    seen!.headers.map(([name, value]) => (name === 'X-Amzn-Trace-Id' ? name : `${name}: ${value}`)).sort(),
    [
      'Accept: application/json',
      'Connection: Keep-Alive',
      'Content-Length: 0',
      'Host: nlb.internal',
      `X-Amzn-Apigateway-Api-Id: ${gateway.api.id}`,
      'X-Amzn-Trace-Id',
      'X-Mapped: v',
      'user-agent: mine',
    ].sort(),
  );
});

test('The template makes the body, and is the one for the Content-Type (AG-218, AG-226, AG-342)', async () => {
  await using setup = await withHttp(
    http({
      RequestTemplates: {
        [json]: '{"wrapped": $input.json("$.a"), "via": "$context.stage $stageVariables.where"}',
        'text/plain': '"$util.escapeJavaScript($input.body)"',
      },
    }),
  );
  const { backend } = setup;
  await setup.ask('/x', { method: 'PUT', headers: { 'Content-Type': json }, body: '{"a": {"b": "é"}}' });
  await setup.ask('/x', { method: 'PUT', headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'a "b"\n' });
  await setup.ask('/x', { method: 'PUT', headers: { 'Content-Type': 'text/csv' }, body: 'a,b' });
  assert.deepEqual(
    backend.seen.map(({ method, body, values }) => [method, body, values('Content-Type')[0], values('Content-Length')[0]]),
    [
      ['POST', '{"wrapped": {"b":"é"}, "via": "prod there"}', json, '44'],
      ['POST', String.raw`"a \"b\"\n"`, json, '11'],
      ['POST', 'a,b', json, '3'],
    ],
  );
});

test('NEVER refuses what has no template, without asking the backend (AG-345, AG-346)', async () => {
  await using setup = await withHttp(http({ RequestTemplates: { [json]: '{}' }, PassthroughBehavior: 'NEVER' }));
  const answer = await setup.ask('/x', { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: 'a' });
  assert.deepEqual([answer.status, answer.body], [415, '{"message": "Unsupported Media Type"}']);
  assert.equal(setup.backend.seen.length, 0);
});

test('Values of the body are mapped by JSONPath: objects as JSON, texts without quotes, what is missing not at all (AG-333 to AG-335)', async () => {
  await using setup = await withHttp(
    http(
      {
        RequestParameters: {
          'integration.request.header.X-Name': 'method.request.body.pets[0].name',
          'integration.request.header.X-Pet': 'method.request.body.pets[0]',
          'integration.request.header.X-None': 'method.request.body.none',
          'integration.request.querystring.n': 'method.request.body.pets.length()',
          'integration.request.path.id': 'method.request.body.id',
        },
      },
      'http://nlb.internal/pets/{id}/{other}',
    ),
  );
  const { backend } = setup;
  await setup.ask('/x', { method: 'POST', body: '{"id": "a/b c", "pets": [{"name": "Rex", "age": 3}]}' });
  const [seen] = backend.seen;
  assert.equal(seen!.target, '/pets/a/b%20c/{other}?n=1');
  assert.deepEqual(
    ['X-Name', 'X-Pet', 'X-None'].map((name) => seen!.values(name)),
    [['Rex'], ['{"name":"Rex","age":3}'], []],
  );
  const answer = await setup.ask('/x', { method: 'POST', body: '{"id": ' });
  assert.deepEqual(
    [answer.status, answer.body, answer.header('x-amzn-ErrorType')],
    [400, '{"message": "Invalid JSON in request body"}', 'BadRequestException'],
  );
  assert.equal((await setup.ask('/x', { method: 'POST', body: 'no json' })).status, 200);
  assert.equal(backend.seen.length, 2);
});

test('Overrides of the request win over mappings, for header, query and path (AG-339, AG-358)', async () => {
  await using setup = await withHttp(
    http(
      {
        RequestParameters: {
          'integration.request.header.x-a': "'mapped'",
          'integration.request.querystring.q': "'mapped'",
          'integration.request.path.id': "'mapped'",
        },
        RequestTemplates: {
          [json]:
            '#set($context.requestOverride.header.X-A = "$input.path(\'$.v\')")#set($context.requestOverride.header.X-B = 2)#set($context.requestOverride.querystring.q = "a&b")#set($context.requestOverride.path.id = "o k")$input.body',
        },
      },
      'http://nlb.internal/{id}',
    ),
  );
  await setup.ask('/x', { method: 'POST', body: '{"v": "over"}' });
  const [seen] = setup.backend.seen;
  assert.deepEqual(
    [seen!.target, seen!.values('X-A'), seen!.values('X-B'), seen!.body],
    ['/o%20k?q=a%26b', ['over'], ['2'], '{"v": "over"}'],
  );
});

test('What a template puts into a header or a path cannot break out of it', async () => {
  await using setup = await withHttp(
    http(
      {
        RequestTemplates: {
          [json]:
            '#set($in = $input.path("$"))#if($in.h)#set($context.requestOverride.header[$in.n] = $in.h)#end#if($in.p)#set($context.requestOverride.path.id = $in.p)#end#if($in.q)#set($context.requestOverride.querystring[$in.q] = "v")#end{}',
        },
      },
      'http://nlb.internal/a/{id}',
    ),
  );
  const ask = async (body: object): Promise<number> => (await setup.ask('/x', { method: 'POST', body: JSON.stringify(body) })).status;
  assert.equal(await ask({ n: 'X-A', h: 'a\r\nX-Evil: 1' }), 500);
  assert.equal(await ask({ n: 'X-A: 1\r\nX-Evil', h: 'a' }), 500);
  assert.equal(await ask({ n: 'Content-Length', h: '0' }), 500);
  assert.equal(await ask({ n: 'Transfer-Encoding', h: 'chunked' }), 500);
  assert.equal(await ask({ p: '../admin' }), 400);
  assert.equal(await ask({ p: 'x/%2e%2e/admin' }), 400);
  assert.equal(setup.backend.seen.length, 0);
  assert.equal(await ask({ p: 'a?b#c\r\nd' }), 200);
  assert.equal(await ask({ q: 'a=b&c d\r\n' }), 200);
  assert.deepEqual(
    setup.backend.seen.map(({ target }) => target),
    ['/a/a%3Fb%23c%0D%0Ad', '/a/{id}?a%3Db%26c%20d%0D%0A=v'],
  );
});

test('GET is sent without a body, whatever the template prints; ANY takes the client’s verb (AG-204, AG-235)', async () => {
  await using setup = await withHttp(http({ IntegrationHttpMethod: 'ANY', RequestTemplates: { [json]: '{"a": 1}' } }));
  await setup.ask('/x');
  await setup.ask('/x', { method: 'DELETE' });
  assert.deepEqual(
    setup.backend.seen.map(({ method, body, values }) => [method, body, values('Content-Type')]),
    [
      ['GET', '', []],
      ['DELETE', '{"a": 1}', [json]],
    ],
  );
});

test('The status selects the response; of the backend’s headers only what is mapped comes back (AG-242, AG-247, AG-248, AG-309)', async () => {
  const properties = http({
    IntegrationResponses: [
      { StatusCode: '200' },
      {
        StatusCode: '404',
        SelectionPattern: '4\\d{2}',
        ResponseParameters: {
          'method.response.header.X-Code': 'integration.response.body.error.code',
          'method.response.header.X-Error': 'integration.response.body.error',
          'method.response.header.X-From': 'integration.response.header.X-BACKEND',
          'method.response.header.X-All': 'integration.response.multivalueheader.X-Two',
          'method.response.header.X-Last': 'integration.response.header.X-Two',
          'method.response.header.Date': 'integration.response.header.Date',
        },
        ResponseTemplates: { [json]: '{"code": "$input.path(\'$.error.code\')", "id": "$context.requestId"}' },
      },
    ],
  });
  await using setup = await withHttp(properties, {
    answer: ({ body }, response) => {
      response.writeHead(Number(body), { 'Content-Type': 'text/html', 'X-Backend': 'b', 'X-Two': ['1', '2'], 'X-Secret': 's' });
      response.end('{"error": {"code": 17}}');
    },
  });
  const found = await setup.ask('/x', { method: 'POST', body: '418' });
  assert.deepEqual([found.status, found.body], [404, `{"code": "17", "id": "${found.header('x-amzn-RequestId')}"}`]);
  assert.deepEqual(
    ['X-Code', 'X-Error', 'X-From', 'X-All', 'X-Last', 'X-Secret', 'Content-Type'].map((name) => found.header(name)),
    ['17', '{"code":17}', 'b', '1,2', '2', undefined, json],
  );
  assert.match(found.header('x-amzn-Remapped-Date')!, /GMT$/);
  assert.match(found.header('X-Amzn-Trace-Id')!, /^Root=1-/);
  const plain = await setup.ask('/x', { method: 'POST', body: '500' });
  assert.deepEqual(
    [plain.status, plain.body, plain.header('Content-Type'), plain.header('X-Backend')],
    [200, '{"error": {"code": 17}}', json, undefined],
  );
});

test('A mapping from a body that is no JSON is a failure of the integration (AG-333); a text that does not look like it has no values', async () => {
  const properties = http({
    IntegrationResponses: [{ StatusCode: '200', ResponseParameters: { 'method.response.header.X': 'integration.response.body.a' } }],
  });
  await using broken = await withHttp(properties, { answer: answering('{"a": ') });
  assert.deepEqual([(await broken.ask('/x')).status], [500]);
  await using text = await withHttp(properties, { answer: answering('hello') });
  const answer = await text.ask('/x');
  assert.deepEqual([answer.status, answer.body, answer.header('X')], [200, 'hello', undefined]);
});

test('Failures are those of HTTP_PROXY: no answer, a refused connection, an address that is none (AG-257, AG-258)', async () => {
  await using setup = await withHttp(http(), { answer: (_, response) => void response.destroy() });
  const closed = await setup.ask('/x', { method: 'POST' });
  assert.deepEqual([closed.status, closed.body], [504, '{"message": "Network error communicating with endpoint"}']);
  assert.equal(setup.gateway.trace(closed).integration!.type, 'HTTP');
  assert.equal(setup.gateway.trace(closed).integration!.link, 'link01');
  await using empty = await withHttp(http({}, 'http://${stageVariables.none}/'));
  assert.equal((await empty.ask('/x')).status, 500);
});

test('Binary bodies become base64 for templates and text clients, and bytes again for clients that accept them (AG-441 to AG-443)', async () => {
  const bytes = Buffer.from([0x89, 0x50, 0xff, 0x00]);
  const base64 = bytes.toString('base64');
  const type = { 'method.response.header.Content-Type': 'integration.response.header.Content-Type' };
  const api = { BinaryMediaTypes: ['image/png', 'application/octet-stream'] };
  const responses = (more: Properties = {}): Properties => ({
    IntegrationResponses: [{ StatusCode: '200', ResponseParameters: type, ...more }],
  });
  const image = answering(bytes, { 'Content-Type': 'image/png' });

  await using request = await withHttp(
    http({ RequestTemplates: { 'image/png': '{"image": "$input.body"}' }, ContentHandling: 'CONVERT_TO_TEXT' }),
    { api },
  );
  await request.ask('/x', { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: bytes });
  assert.equal(request.backend.seen[0]!.body, `{"image": "${base64}"}`);

  await using toBinary = await withHttp(http({ ContentHandling: 'CONVERT_TO_BINARY' }), { api });
  await toBinary.ask('/x', { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: Buffer.from('héllo').toString('base64') });
  assert.equal(toBinary.backend.seen[0]!.body, 'héllo');
  assert.equal((await toBinary.ask('/x', { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'no base64!' })).status, 500);

  await using plain = await withHttp(http(responses()), { api, answer: image });
  assert.equal(
    (await plain.ask('/x', { headers: { Accept: 'text/html,image/png' } })).body,
    base64,
    'only the first type of Accept counts (AG-439)',
  );
  const binary = await plain.ask('/x', { headers: { Accept: 'image/png' } });
  assert.deepEqual([binary.header('Content-Length'), binary.header('Content-Type')], ['4', 'image/png']);

  await using forced = await withHttp(
    http(responses({ ContentHandling: 'CONVERT_TO_TEXT', ResponseTemplates: { [json]: '[$input.body]' } })),
    { api, answer: image },
  );
  assert.equal((await forced.ask('/x', { headers: { Accept: 'image/png' } })).body, `[${base64}]`);

  await using text = await withHttp(http(responses()), {
    api,
    answer: answering(Buffer.from('hi there').toString('base64'), { 'Content-Type': 'text/plain' }),
  });
  assert.equal((await text.ask('/x', { headers: { Accept: 'application/octet-stream' } })).body, 'hi there');
});

test('A MOCK answers bytes from a template in base64 (AG-442)', async () => {
  await using gateway = await openGateway({}, { Name: 'Test', BinaryMediaTypes: ['*/*'] });
  await gateway.method('GET', '/x', {
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { [json]: '{"statusCode": 200}' },
      IntegrationResponses: [
        { StatusCode: '200', ContentHandling: 'CONVERT_TO_BINARY', ResponseTemplates: { 'image/x-icon': 'aGVsbG8=\n' } },
      ],
    },
  });
  await gateway.deploy();
  const answer = await gateway.send('/prod/x');
  assert.deepEqual([answer.body, answer.header('Content-Type')], ['hello', 'image/x-icon']);
});
