import assert from 'node:assert/strict';
import test from 'node:test';
import type { Properties } from '../../../src/services/resource-type.ts';
import { addAuthorizer, allow, openGateway, type Gateway, type RawAnswer, type SendOptions } from './gateway-fixture.ts';

const json = 'application/json';

/** A MOCK integration with one default response. */
function mock(response: string | Properties, request: string | Properties = '{"statusCode": 200}', more: Properties = {}): Properties {
  return {
    Integration: {
      Type: 'MOCK',
      RequestTemplates: typeof request === 'string' ? { [json]: request } : request,
      IntegrationResponses: [{ StatusCode: '200', ResponseTemplates: typeof response === 'string' ? { [json]: response } : response }],
      ...more,
    },
  };
}

async function withMock(
  properties: Properties,
  path = '/x',
): Promise<Gateway & { ask(options?: SendOptions & { path?: string }): Promise<RawAnswer> }> {
  const gateway = await openGateway();
  await gateway.method('ANY', path, properties);
  await gateway.deploy({ name: 'value', a: '1' });
  return {
    ...gateway,
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
    ask: ({ path: at = '/x', ...options } = {}) => gateway.send(`/prod${at}`, options),
  };
}

test('A response template has the path, query and headers of the request (AG-323, AG-352)', async () => {
  await using gateway = await withMock(
    mock(
      '$input.params("id") $input.params("q") $input.params("x-h") [$input.params("none")] $input.params().querystring.q $input.params().path $input.params().header.get("X-H")',
    ),
    '/x/{id}',
  );
  const answer = await gateway.ask({ path: '/x/a%20b?q=1&q=2%203', headers: { 'X-H': 'v', Connection: 'close' } });
  assert.equal(answer.body, 'a%20b 2 3 v [] 2 3 {id=a%20b} v');
  assert.equal(answer.header('Content-Type'), json);
});

test('The headers of $input.params() are the client’s that are not hidden, and the gateway’s own (AG-219, AG-270, AG-271)', async () => {
  await using gateway = await withMock(
    mock('#foreach($name in $input.params().header.keySet())$name #end$input.params("x-forwarded-for")'),
  );
  const answer = await gateway.ask({ headers: { 'x-ODD': '1', TE: 'trailers', 'X-Forwarded-For': '1.2.3.4' } });
  assert.equal(answer.body, 'Host x-ODD X-Amzn-Trace-Id X-Forwarded-For X-Forwarded-Port X-Forwarded-Proto 1.2.3.4, 127.0.0.1');
});

test('The template that AWS offers for passing everything on prints JSON (AG-352, AG-353, AG-357)', async () => {
  const template = `#set($allParams = $input.params())
{
"body-json" : $input.json('$'),
"params" : {
#foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
"$type" : {
    #foreach($paramName in $params.keySet())
    "$paramName" : "$util.escapeJavaScript($params.get($paramName))"
        #if($foreach.hasNext),#end
    #end
}
    #if($foreach.hasNext),#end
#end
},
"stage" : "$context.stage",
"user" : "$context.identity.user"
}
`;
  await using gateway = await withMock(mock(template), '/x/{id}');
  const { body } = await gateway.ask({ path: '/x/5?a=1&b=it%27s', headers: { Accept: 'text/html, */*' } });
  const { params, ...rest } = JSON.parse(body.replaceAll("\\'", "'")) as { params: Record<string, Record<string, string>> };
  assert.deepEqual(rest, { 'body-json': {}, stage: 'prod', user: '' });
  assert.deepEqual(
    [params['path'], params['querystring'], params['header']!['Accept']],
    [{ id: '5' }, { a: '1', b: "it's" }, 'text/html, */*'],
  );
  assert.ok(body.startsWith('{\n"body-json" : {},\n"params" : {\n"path" : {\n        "id" : "5"\n            }\n    ,"querystring"'), body);
});

test('$context and $stageVariables: what is set is printed, what is not is nothing (AG-354, AG-355)', async () => {
  await using gateway = await withMock(
    mock(
      "$context.httpMethod $context.resourcePath $context.stage $context.identity.sourceIp [$context.identity.user$context.nothing$context.authorizer.principalId] $stageVariables.name ${stageVariables['a']}[$stageVariables.none]",
    ),
  );
  assert.equal((await gateway.ask({ method: 'PUT' })).body, 'PUT /x prod 127.0.0.1 [] value 1[]');
});

test('$context.authorizer has what the authorizer answered (AG-330)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = (event) => allow(event.methodArn, { stringKey: 'value', numberKey: 1, booleanKey: true });
  await gateway.method('GET', '/x', {
    ...mock(
      '$context.authorizer.principalId $context.authorizer.stringKey $context.authorizer.numberKey ${context.authorizer.booleanKey} $context.authorizer.get("none")',
    ),
    ...guard,
  });
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/x', { headers: { Authorization: 't' } })).body, 'user value 1 true ');
});

test('The request template reads the body and sets overrides, which last into the response (AG-323, AG-324, AG-358)', async () => {
  const request = `
#set($in = $input.path('$'))
#set($context.responseOverride.status = $in.code)
#set($context.responseOverride.header.foo = $in.foo)
#set($context.responseOverride.header['X-Two'] = "2")
#set($context.responseOverride.custom = "passed around")
{
  "statusCode": 200
}
`;
  await using gateway = await withMock(
    mock('$context.responseOverride.status $context.responseOverride.header.foo $context.responseOverride.custom', request),
  );
  const ask = (code: unknown): Promise<RawAnswer> => gateway.ask({ method: 'POST', body: JSON.stringify({ code, foo: 'bar' }) });
  const answer = await ask(444);
  assert.deepEqual([answer.status, answer.header('foo'), answer.header('X-Two'), answer.body], [444, 'bar', '2', '444 bar passed around']);
  for (const code of [600, 99, '404', 4.5, null]) assert.equal((await ask(code)).status, 200, `${code} does not count as a status`);
  assert.equal((await ask(150)).status, 500);
});

test('An override that is set twice fails the request (AG-340)', async () => {
  await using gateway = await withMock(
    mock('#set($context.responseOverride.status = 201)x', '#set($context.responseOverride.status = 202){"statusCode": 200}'),
  );
  const answer = await gateway.ask();
  assert.deepEqual([answer.status, answer.body], [500, '{"message": "Internal server error"}']);
  assert.match(gateway.trace(answer).decision!.why, /responseOverride\.status is set twice/);
});

test('A value that cannot stand in a header is left out, whoever sent it', async () => {
  await using gateway = await withMock(
    mock(
      '#set($context.responseOverride.header.X-Bad = $util.urlDecode($input.params("q")))#set($context.responseOverride.header.X-Good = "a")ok',
    ),
  );
  const answer = await gateway.ask({ path: '/x?q=a%250d%250aX-Evil:%25201' });
  assert.deepEqual([answer.status, answer.body, answer.header('X-Good')], [200, 'ok', 'a']);
  assert.equal(answer.header('X-Bad'), undefined);
  assert.equal(answer.header('X-Evil'), undefined);
});

test('$input.body is the text or {}, json and path select from it (AG-347 to AG-351)', async () => {
  const template =
    "{\"statusCode\": 200}#set($context.responseOverride.header.r = \"$input.body|$input.json('$.a')|$input.json('$.none')|$input.path('$.a.b')|$input.path('$')|$input.body.x\")";
  await using gateway = await withMock(mock('', template));
  const ask = async (body?: string): Promise<string | undefined> =>
    (await gateway.ask({ method: 'POST', ...(body === undefined ? {} : { body }) })).header('r');
  assert.equal(
    await ask('{"a": {"b": [1, "x"]}}'),
    '{"a": {"b": [1, "x"]}}|{"b":[1,"x"]}|""|[1,"x"]|{a={"b":[1,"x"]}}|'.replace('{a={"b":[1,"x"]}}', '{a={b=[1,"x"]}}'),
  );
  assert.equal(await ask(), '{}|""|""|||');
});

test('What a template changes in $input.path is in $input.json afterwards', async () => {
  await using gateway = await withMock(
    mock(
      '',
      '#set($b = $input.path(\'$\'))#set($b.url = "https://example.com/$b.id")#set($context.responseOverride.header.r = $input.json(\'$\')){"statusCode": 200}',
    ),
  );
  assert.equal((await gateway.ask({ method: 'POST', body: '{"id": 1}' })).header('r'), '{"id":1,"url":"https://example.com/1"}');
});

test('$util (AG-353)', async () => {
  const cases: readonly (readonly [string, string])[] = [
    [`$util.escapeJavaScript("it's a/b")`, String.raw`it\'s a\/b`],
    [`$util.escapeJavaScript('say "hi" \\ é')`, String.raw`say \"hi\" \\ \u00E9`],
    ['$util.urlEncode("a b&c=é~*!")', 'a+b%26c%3D%C3%A9%7E*%21'],
    ['$util.urlDecode("a+b%26%C3%A9")', 'a b&é'],
    ['$util.base64Encode("héllo")', 'aMOpbGxv'],
    ['$util.base64Decode("aMOpbGxv")', 'héllo'],
    [`$util.parseJson('{"a": [1, {"b": 2}]}').a[1].b`, '2'],
    ['[$util.escapeJavaScript($none)$util.nothing("x")]', '[]'],
  ];
  await using gateway = await withMock(mock(cases.map(([template]) => template).join('\n')));
  assert.deepEqual(
    (await gateway.ask()).body.split('\n'),
    cases.map(([, expected]) => expected),
  );
});

test('The status selects the response by a pattern that matches it whole, else the default (AG-309, AG-311, AG-316)', async () => {
  const responses = (more: readonly Properties[]): Properties => ({
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { [json]: '{"statusCode": $input.params("s")}' },
      IntegrationResponses: [{ StatusCode: '404', SelectionPattern: '4\\d{2}' }, { StatusCode: '503', SelectionPattern: '50' }, ...more],
    },
  });
  await using gateway = await openGateway();
  await gateway.method('GET', '/with', responses([{ StatusCode: '200', ResponseTemplates: { [json]: 'default' } }]));
  await gateway.method('GET', '/without', responses([]));
  await gateway.deploy();
  const status = async (path: string): Promise<number> => (await gateway.send(`/prod${path}`)).status;
  assert.deepEqual([await status('/with?s=418'), await status('/with?s=500'), await status('/without?s=499')], [404, 200, 404]);
  const answer = await gateway.send('/prod/without?s=500');
  assert.deepEqual(
    [answer.status, answer.body, answer.header('x-amzn-ErrorType')],
    [500, '{"message": "Internal server error"}', 'InternalServerErrorException'],
  );
  assert.equal(await status('/with?s=%22200%22'), 500, 'a text is no status (AG-317)');
});

test('The template is chosen by Content-Type without parameters; others pass through or are 415 (AG-318, AG-342, AG-345, AG-346)', async () => {
  await using gateway = await openGateway();
  for (const PassthroughBehavior of ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'])
    await gateway.method('POST', `/${PassthroughBehavior}`, mock('ok', undefined, { PassthroughBehavior }));
  await gateway.method('POST', '/none', mock('ok', {}, { PassthroughBehavior: 'WHEN_NO_TEMPLATES' }));
  await gateway.deploy();
  const ask = async (path: string, type: string, body = '{"statusCode": 200}'): Promise<number> =>
    (await gateway.send(`/prod/${path}`, { method: 'POST', headers: { 'Content-Type': type }, body })).status;
  assert.equal(await ask('NEVER', 'Application/JSON; charset=utf-8', 'x'), 200);
  assert.deepEqual(
    [await ask('WHEN_NO_MATCH', 'text/plain'), await ask('WHEN_NO_TEMPLATES', 'text/plain'), await ask('NEVER', 'text/plain')],
    [200, 415, 415],
  );
  assert.deepEqual([await ask('none', 'text/plain'), await ask('WHEN_NO_MATCH', 'text/plain', '{"a": 1}')], [200, 500]);
  const answer = await gateway.send('/prod/NEVER', { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'x' });
  assert.deepEqual([answer.body, answer.header('x-amzn-ErrorType')], ['{"message": "Unsupported Media Type"}', 'BadRequestException']);
});

test('The response template is chosen by Accept, else the JSON one, else the first (AG-344)', async () => {
  await using gateway = await withMock(mock({ 'text/plain': 'text', [json]: 'json', 'application/xml': 'xml' }));
  const ask = async (Accept?: string): Promise<readonly (string | undefined)[]> => {
    const answer = await gateway.ask({ headers: Accept === undefined ? {} : { Accept } });
    return [answer.header('Content-Type'), answer.body];
  };
  assert.deepEqual(await ask('application/xml'), ['application/xml', 'xml']);
  assert.deepEqual(await ask('image/png, text/plain;q=0.5'), ['text/plain', 'text']);
  assert.deepEqual(await ask('*/*'), [json, 'json']);
  assert.deepEqual(await ask(), [json, 'json']);
});

test('Mapped headers: constants, context, stage variables; names of the gateway’s own come out renamed (AG-247, AG-314)', async () => {
  await using gateway = await withMock({
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { [json]: '{"statusCode": 200}' },
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseParameters: {
            'method.response.header.Content-Type': "'text/html'",
            'method.response.header.X-Stage': 'context.stage',
            'method.response.header.X-Var': 'stageVariables.name',
            'method.response.header.X-None': 'integration.response.header.X',
            'method.response.header.Server': "'mine'",
            'method.response.header.Content-Length': "'5'",
          },
          ResponseTemplates: { [json]: '<p>' },
        },
      ],
    },
  });
  const answer = await gateway.ask();
  assert.deepEqual(
    [
      'Content-Type',
      'X-Stage',
      'X-Var',
      'X-None',
      'Server',
      'x-amzn-Remapped-Server',
      'Content-Length',
      'x-amzn-Remapped-Content-Length',
    ].map((name) => answer.header(name)),
    ['text/html', 'prod', 'value', undefined, undefined, 'mine', '3', '5'],
  );
  assert.equal(answer.headers.filter(([name]) => name === 'Content-Type').length, 1);
});

test('A template that is none, or fails, is 500 at each request and says where (AG-359)', async () => {
  await using gateway = await openGateway();
  await gateway.method('POST', '/broken', mock('#if($x'));
  await gateway.method('POST', '/request', mock('ok', '$input.json("$.a")'));
  await gateway.method('POST', '/loop', mock('#foreach($i in [1..1000])#foreach($j in [1..1000])#foreach($k in [1..1000])x#end#end#end'));
  await gateway.deploy();
  const broken = await gateway.send('/prod/broken', { method: 'POST' });
  assert.deepEqual([broken.status, broken.body], [500, '{"message": "Internal server error"}']);
  assert.match(gateway.trace(broken).decision!.why, /response template for application\/json failed: line 1, column 7/);
  assert.ok(gateway.trace(broken).logs.includes('Execution failed due to configuration error: Unable to transform response'));
  const noJson = await gateway.send('/prod/request', { method: 'POST', body: 'foo' });
  assert.equal(noJson.status, 400); // AG-360
  assert.match(noJson.body, /^\{"message": "Could not parse request body into json: Unrecognized token 'foo'/);
  assert.equal((await gateway.send('/prod/loop', { method: 'POST' })).status, 500);
});
