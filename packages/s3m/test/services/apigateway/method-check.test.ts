import assert from 'node:assert/strict';
import test from 'node:test';
import { authorizer } from '../../../src/services/apigateway/authorizer.ts';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import { checkMethod } from '../../../src/services/apigateway/method-check.ts';
import { resource } from '../../../src/services/apigateway/resource.ts';
import { restApi } from '../../../src/services/apigateway/rest-api.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import { vpcLink } from '../../../src/services/apigateway/vpc-link.ts';
import type { Finding, Properties, ResourceType } from '../../../src/services/resource-type.ts';
import { mock, proxy } from './gateway-fixture.ts';

const base = { RestApiId: 'a', ResourceId: 'r', HttpMethod: 'GET', AuthorizationType: 'NONE' };

/** Kind and property of each finding. */
function found(findings: readonly Finding[] | undefined): string[] {
  return (findings ?? []).map(({ kind, property }) => `${kind} ${property}`);
}

function check(type: ResourceType, properties: Properties): string[] {
  return found(type.check?.(properties, {}));
}

test('Methods as CDK writes them have no finding, also where values are not known yet', () => {
  const parameters = {
    'integration.request.path.proxy': 'method.request.path.proxy',
    'integration.request.header.x': 'context.authorizer.subject',
  };
  const integrations = [
    mock(),
    proxy('unresolved:http://${Nlb.DNSName}:80/{proxy}', { RequestParameters: parameters, ConnectionId: 'unresolved:Link' }),
  ];
  for (const integration of integrations) {
    assert.deepEqual(
      checkMethod({ ...base, RequestParameters: { 'method.request.path.proxy': true }, ApiKeyRequired: false, ...integration }),
      [],
    );
  }
});

test('What is not simulated is told, above all what lets requests in or keeps them out', () => {
  const cases: [Properties, string][] = [
    [{ AuthorizationType: 'COGNITO_USER_POOLS' }, 'invalid AuthorizerId'],
    [{ AuthorizationType: 'OPEN' }, 'invalid AuthorizationType'],
    [mock('#macro(row)x#end'), 'unsupported Integration.IntegrationResponses[0].ResponseTemplates.application/json'],
    [mock('$input.path("$..a.sum()")'), 'unsupported Integration.IntegrationResponses[0].ResponseTemplates.application/json'],
    [
      proxy(undefined, { RequestParameters: { 'integration.request.header.x': 'method.request.body.a[?(@.b =~ /c/)]' } }),
      'unsupported Integration.RequestParameters.integration.request.header.x',
    ],
  ];
  for (const [properties, expected] of cases) assert.deepEqual(found(checkMethod({ ...base, ...properties })), [expected]);
});

test('What AWS refuses is refused with its text (AG-062, AG-077, AG-205, AG-206, AG-255, AG-328, AG-337)', () => {
  const one = (properties: Properties): Finding => {
    const [finding, ...more] = checkMethod({ ...base, ...properties });
    assert.deepEqual(more, []);
    assert.equal(finding!.kind, 'invalid');
    return finding!;
  };
  assert.equal(
    one({ HttpMethod: 'FETCH' }).message,
    'Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY',
  );
  assert.match(one({ AuthorizationType: 'CUSTOM' }).message, /^Invalid authorizer ID specified\./);
  assert.equal(
    one({ Integration: { Type: 'HTTP_PROXY', Uri: 'http://x/' } }).message,
    'Enumeration value for HttpMethod must be non-empty',
  );
  assert.equal(one(proxy('ftp://x/')).message, 'Invalid HTTP endpoint specified for URI');
  assert.equal(one(proxy(undefined, { TimeoutInMillis: 29_001 })).message, 'Timeout should be between 50 ms and 29000 ms');
  const mapped = (expression: string): Properties =>
    proxy(undefined, { RequestParameters: { 'integration.request.header.x': expression } });
  assert.match(one(mapped('true')).message, /errors : \[Invalid mapping expression specified: true\]$/);
  assert.equal(one(mapped('method.request.header.X')).fix, "Declare method.request.header.X in the method's RequestParameters.");
});

test('Only HTTP and HTTP_PROXY go through a VPC link (AG-178)', () => {
  const uri = 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations';
  for (const Type of ['AWS', 'AWS_PROXY']) {
    const Integration = { Type, IntegrationHttpMethod: 'POST', Uri: uri, ConnectionType: 'VPC_LINK', ConnectionId: 'abc123' };
    assert.deepEqual(
      checkMethod({ ...base, Integration }).map(({ property, message }) => `${property}: ${message}`),
      [`Integration.ConnectionType: Integrations of type '${Type}' cannot use a VPC link`],
    );
  }
  for (const Type of ['HTTP', 'HTTP_PROXY']) {
    const Integration = {
      Type,
      IntegrationHttpMethod: 'GET',
      Uri: 'http://nlb.internal/',
      ConnectionType: 'VPC_LINK',
      ConnectionId: 'abc123',
    };
    assert.deepEqual(checkMethod({ ...base, Integration }), []);
  }
});

test('A response needs a method response of its status, and its headers declared there (AG-312, AG-314, AG-315)', () => {
  const declared = { 'method.response.header.A': true };
  const response = (MethodResponses: Properties['x']): readonly string[] =>
    checkMethod({
      ...base,
      Integration: {
        Type: 'MOCK',
        IntegrationResponses: [{ StatusCode: 204, ResponseParameters: { 'method.response.header.A': "'1'" } }],
      },
      MethodResponses,
    }).map(({ property, message }) => `${property}: ${message}`);
  assert.deepEqual(response([{ StatusCode: '204', ResponseParameters: declared }]), []);
  assert.deepEqual(response([{ StatusCode: '200', ResponseParameters: declared }]), [
    'Integration.IntegrationResponses[0].StatusCode: Invalid Response status code specified',
  ]);
  assert.deepEqual(response([{ StatusCode: '204' }]), [
    'Integration.IntegrationResponses[0].ResponseParameters.method.response.header.A: Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.A]',
  ]);
});

test('Compression begins between 0 and 10 MB (AG-447); content handling is for integrations that map', () => {
  for (const size of [0, '1024', 10_485_760]) assert.deepEqual(check(restApi, { Name: 'x', MinimumCompressionSize: size }), []);
  for (const size of [-1, 10_485_761, 'x', 1.5])
    assert.deepEqual(check(restApi, { Name: 'x', MinimumCompressionSize: size }), ['invalid MinimumCompressionSize']);
  assert.deepEqual(found(checkMethod({ ...base, ...proxy(undefined, { ContentHandling: 'CONVERT_TO_TEXT' }) })), [
    'unsupported Integration.ContentHandling',
  ]);
  assert.deepEqual(found(checkMethod({ ...base, Integration: { Type: 'MOCK', ContentHandling: 'TEXT' } })), [
    'invalid Integration.ContentHandling',
  ]);
});

test('Authorizers: REQUEST and Cognito are unsupported; source, URI and lifetime are checked (AG-078, AG-108, AG-122)', () => {
  const good = {
    RestApiId: 'a',
    Name: 'n',
    Type: 'TOKEN',
    AuthorizerUri:
      'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f:live/invocations',
    IdentitySource: 'method.request.header.Authorization',
  };
  assert.deepEqual(check(authorizer, good), []);
  assert.deepEqual(check(authorizer, { ...good, Type: 'REQUEST' }), []);
  assert.deepEqual(check(authorizer, { ...good, Type: 'JWT' }), ['invalid Type']);
  assert.deepEqual(check(authorizer, { ...good, Type: 'COGNITO_USER_POOLS' }), ['invalid ProviderARNs']);
  assert.deepEqual(check(authorizer, { ...good, IdentitySource: 'method.request.querystring.token' }), ['invalid IdentitySource']);
  assert.deepEqual(check(authorizer, { ...good, AuthorizerUri: 'arn:aws:lambda:us-east-1:000000000000:function:f' }), [
    'invalid AuthorizerUri',
  ]);
  assert.deepEqual(check(authorizer, { ...good, AuthorizerResultTtlInSeconds: 3601 }), ['invalid AuthorizerResultTtlInSeconds']);
  assert.deepEqual(check(authorizer, { ...good, IdentityValidationExpression: '\\p{Alnum}' }), [
    'unsupported IdentityValidationExpression',
  ]);
});

test('Nothing that lets requests in or keeps them out is inert or passed over', () => {
  assert.equal(stage.properties['ClientCertificateId'], 'simulated');
  assert.deepEqual(check(restApi, { Name: 'x', EndpointConfiguration: { Types: ['PRIVATE'] } }), []);
});

test('Path parts, stage names and variables, gateway responses and links are checked as by AWS (AG-008, AG-058, AG-187 to AG-189, AG-392, AG-460)', () => {
  for (const part of ['weather', '{id}', '{proxy+}', 'a.b-c_d', 'unresolved:X'])
    assert.deepEqual(check(resource, { PathPart: part }), [], part);
  for (const part of ['a{b}', '{a}{b}', 'a/b', '{+}', '', '{a'])
    assert.deepEqual(check(resource, { PathPart: part }), ['invalid PathPart'], part);
  assert.deepEqual(check(stage, { StageName: 'a b', Variables: { 'a-b': 'x', ok: '{' } }), [
    'invalid StageName',
    'invalid Variables.a-b',
    'invalid Variables.ok',
  ]);
  assert.deepEqual(check(gatewayResponse, { ResponseType: 'NOPE', StatusCode: '600', ResponseParameters: { 'header.X': "'1'" } }), [
    'invalid ResponseType',
    'invalid StatusCode',
    'invalid ResponseParameters.header.X',
  ]);
  const nlb = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/0123456789abcdef';
  assert.deepEqual(vpcLink.check!({ Name: 'x', TargetArns: [nlb] }, {}), []);
  const messages = (TargetArns: string[]): string[] => vpcLink.check!({ Name: 'x', TargetArns }, {}).map(({ message }) => message);
  assert.deepEqual(messages(['invalid-arn']), ['Invalid ARN. ARN is not well formed invalid-arn']);
  assert.deepEqual(messages([nlb.replace('/net/', '/app/')]), ['NLB ARN is malformed']);
  assert.equal(messages([nlb, nlb]).length, 1);
});

test('A parameter name stands for one thing (AG-063)', () => {
  const parameters = (...keys: readonly string[]): Properties => ({
    RequestParameters: Object.fromEntries(keys.map((key) => [key, true])),
  });
  const twice = parameters('method.request.header.a', 'method.request.querystring.a');
  assert.deepEqual(found(checkMethod({ ...base, ...mock(), ...twice })), ['invalid RequestParameters']);
  const apart = parameters('method.request.header.a', 'method.request.querystring.b');
  assert.deepEqual(checkMethod({ ...base, ...mock(), ...apart }), []);
});

test('An HTTP endpoint on the Internet has port 80, 443 or one from 1024; behind a link any (AG-202)', () => {
  const findings = (port: number, more: Properties = {}): readonly string[] =>
    checkMethod({
      HttpMethod: 'GET',
      Integration: { Type: 'HTTP_PROXY', IntegrationHttpMethod: 'GET', Uri: `http://backend.example.com:${port}/`, ...more },
    }).map(({ message }) => message);
  for (const port of [80, 443, 1024, 65_535]) assert.deepEqual(findings(port), []);
  for (const port of [79, 81, 1023]) assert.deepEqual(findings(port), ['Invalid HTTP endpoint specified for URI']);
  assert.deepEqual(findings(81, { ConnectionType: 'VPC_LINK', ConnectionId: 'abc123' }), []);
});
