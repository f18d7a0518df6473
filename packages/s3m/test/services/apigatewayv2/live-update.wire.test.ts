import assert from 'node:assert/strict';
import test from 'node:test';
import { runSmallSystem, type RunningSystem } from '../../engine/running-system.ts';
import { inlineFunction, type SmallSystemOptions } from '../../engine/small-system.ts';

const get = { 'Fn::GetAtt': ['Function', 'Arn'] };
const integrated = { 'Fn::Sub': 'integrations/${Integration}' };

/** An HTTP API with one function; `routes` by logical id. */
function systemOf(routes: Readonly<Record<string, object>>, more: Readonly<Record<string, unknown>> = {}): SmallSystemOptions {
  const ApiId = { Ref: 'Web' };
  return {
    desired: 0,
    resources: {
      ...inlineFunction('exports.handler = async (event) => ({ statusCode: 200, body: event.routeKey });'),
      Web: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'web', ProtocolType: 'HTTP' } },
      WebStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: '$default', AutoDeploy: true } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: get, PayloadFormatVersion: '2.0' },
      },
      MayInvoke: {
        Type: 'AWS::Lambda::Permission',
        Properties: { Action: 'lambda:InvokeFunction', FunctionName: get, Principal: 'apigateway.amazonaws.com' },
      },
      ...Object.fromEntries(
        Object.entries(routes).map(([id, properties]) => [
          id,
          { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId, Target: integrated, ...properties } },
        ]),
      ),
      ...more,
    },
  };
}

const jwt = {
  Jwt: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ApiId: { Ref: 'Web' },
      Name: 'jwt',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'http://127.0.0.1:9/issuer', Audience: ['a'] },
    },
  },
};

async function statusOf({ engine }: RunningSystem, path: string): Promise<number> {
  return (await fetch(new URL(path, engine.describe().endpoints.apis['Web']!.stages['$default']))).status;
}

/** What requests one after the other are answered with. */
async function statusesUntil(signal: AbortSignal, request: () => Promise<number>): Promise<ReadonlySet<number>> {
  const statuses = new Set<number>();
  while (!signal.aborted) statuses.add(await request());
  return statuses;
}

test('An update changes routes and who may call them at once, at the same address, and loses no request (AG-559)', async () => {
  await using system = await runSmallSystem(systemOf({ Old: { RouteKey: 'GET /old' }, Kept: { RouteKey: 'GET /kept' } }));
  const before = system.engine.describe().endpoints.apis['Web'];
  assert.deepEqual([await statusOf(system, '/old'), await statusOf(system, '/kept'), await statusOf(system, '/new')], [200, 200, 404]);
  const done = new AbortController();
  const load = statusesUntil(done.signal, () => statusOf(system, '/kept'));

  system.write(systemOf({ New: { RouteKey: 'GET /new' }, Kept: { RouteKey: 'GET /kept' } }));
  await system.engine.update();
  assert.deepEqual([await statusOf(system, '/old'), await statusOf(system, '/new')], [404, 200]);
  done.abort();
  assert.deepEqual([...(await load)], [200]);

  const guarded = { RouteKey: 'GET /kept', AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Jwt' } };
  system.write(systemOf({ New: { RouteKey: 'GET /new' }, Kept: guarded }, jwt));
  await system.engine.update();
  assert.deepEqual([await statusOf(system, '/new'), await statusOf(system, '/kept')], [200, 401]);
  assert.deepEqual(system.engine.describe().endpoints.apis['Web'], before);
});

test('An update that fails leaves every route as it was', async () => {
  await using system = await runSmallSystem(systemOf({ Kept: { RouteKey: 'GET /kept' } }));
  const broken = { RouteKey: 'GET /broken', AuthorizationType: 'JWT', AuthorizerId: 'nobody' };
  system.write(systemOf({ Kept: { RouteKey: 'GET /renamed' }, Broken: broken }));
  await assert.rejects(system.engine.update());
  assert.deepEqual(
    [await statusOf(system, '/kept'), await statusOf(system, '/renamed'), await statusOf(system, '/broken')],
    [200, 404, 404],
  );
});

test('New code of a function whose answers an HTTP API keeps is told: they stay until they expire (AG-575)', async () => {
  const authorizer = (ttl: number): Readonly<Record<string, unknown>> => ({
    Asking: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId: { Ref: 'Web' },
        Name: 'asking',
        AuthorizerType: 'REQUEST',
        AuthorizerUri: {
          'Fn::Sub': ['arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${arn}/invocations', { arn: get }],
        },
        AuthorizerPayloadFormatVersion: '2.0',
        AuthorizerResultTtlInSeconds: ttl,
        IdentitySource: ['$request.header.Authorization'],
      },
    },
  });
  const routes = { Kept: { RouteKey: 'GET /kept' } };
  await using system = await runSmallSystem(systemOf(routes, { ...authorizer(60) }));
  const since = system.events.length;
  system.write(systemOf(routes, { ...inlineFunction('exports.handler = async () => ({});'), ...authorizer(60) }));
  await system.engine.update();
  const { message } = await system.event('problem', since);
  assert.equal(
    message,
    'Function has new code, but results of the former one stay cached until they expire, as on AWS; caches of HTTP APIs cannot be flushed',
  );
});
