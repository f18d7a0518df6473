import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMethodNotices } from '../../src/engine/open-methods.ts';
import type { JsonObject } from '../../src/template/json.ts';
import { evaluate } from '../template/evaluate-fixture.ts';

const asked = { AuthorizationType: 'CUSTOM', AuthorizerId: 'a' };
const root = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };

function noticesOf(methods: Readonly<Record<string, JsonObject>>): readonly string[] {
  const resources = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
    Weather: { Type: 'AWS::ApiGateway::Resource', Properties: { RestApiId: { Ref: 'Api' }, ParentId: root, PathPart: 'weather' } },
    Proxy: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Api' }, ParentId: { Ref: 'Weather' }, PathPart: '{proxy+}' },
    },
    ...Object.fromEntries(
      Object.entries(methods).map(([id, properties]) => [
        id,
        { Type: 'AWS::ApiGateway::Method', Properties: { RestApiId: { Ref: 'Api' }, HttpMethod: 'ANY', ...properties } },
      ]),
    ),
  };
  return openMethodNotices(evaluate({ Resources: resources }));
}

test('an ANY method that asks nobody beside methods that do is told with its path, as the CDK’s addProxy leaves one on the root (CFN-070)', () => {
  const [notice, ...more] = noticesOf({
    Guarded: { ResourceId: { Ref: 'Proxy' }, ...asked },
    OnRoot: { ResourceId: root, AuthorizationType: 'NONE' },
    OnWeather: { ResourceId: { Ref: 'Weather' } },
  });
  assert.deepEqual(more, []);
  assert.match(
    notice!,
    /^ANY \/ \(OnRoot\), ANY \/weather \(OnWeather\) of API Api ask no authorizer, .* their AuthorizationType is NONE\./,
  );
});

for (const [title, methods] of [
  ['an API that asks nobody anywhere is taken for a public one', { Open: { ResourceId: root, AuthorizationType: 'NONE' } }],
  [
    'a single verb without authorizer is taken for meant, a preflight too',
    { Guarded: { ResourceId: root, ...asked }, Health: { ResourceId: { Ref: 'Weather' }, HttpMethod: 'GET', AuthorizationType: 'NONE' } },
  ],
  [
    'a method that wants an API key is not open',
    { Guarded: { ResourceId: root, ...asked }, Keyed: { ResourceId: { Ref: 'Proxy' }, AuthorizationType: 'NONE', ApiKeyRequired: true } },
  ],
] as const) {
  test(`${title}: no notice (CFN-070)`, () => assert.deepEqual(noticesOf(methods), []));
}
