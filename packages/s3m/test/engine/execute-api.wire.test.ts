import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { sendRaw, type RawAnswer } from '../services/s3/raw-s3.ts';

const code = `exports.handler = async (event) => ({
  statusCode: 201,
  headers: { 'x-length': String(event.body?.length) },
  body: JSON.stringify([event.requestContext.domainName, event.requestContext.stage, event.path ?? event.rawPath, event.headers.Host ?? event.headers.host]),
})`;
const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
const uri = { 'Fn::Sub': 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Function.Arn}/invocations' };
const Resources = {
  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] } } },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: { ZipFile: code } },
  },
  Permission: {
    Type: 'AWS::Lambda::Permission',
    Properties: { FunctionName: { Ref: 'Function' }, Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
  },
  Rest: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'rest' } },
  Proxy: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: { RestApiId: { Ref: 'Rest' }, ParentId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] }, PathPart: '{proxy+}' },
  },
  Any: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Rest' },
      ResourceId: { Ref: 'Proxy' },
      HttpMethod: 'ANY',
      AuthorizationType: 'NONE',
      Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: uri },
    },
  },
  Deployment: { Type: 'AWS::ApiGateway::Deployment', DependsOn: ['Any'], Properties: { RestApiId: { Ref: 'Rest' } } },
  Stage: {
    Type: 'AWS::ApiGateway::Stage',
    Properties: { RestApiId: { Ref: 'Rest' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'prod' },
  },
  Http: {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: { Name: 'http', ProtocolType: 'HTTP', Target: { 'Fn::GetAtt': ['Function', 'Arn'] } },
  },
};

async function start(): Promise<AsyncDisposable & { readonly engine: Engine; readonly rest: string; readonly http: string }> {
  const directory = mkdtempSync(join(tmpdir(), 's3m-execute-api-'));
  writeFileSync(join(directory, 'system.json'), JSON.stringify({ Resources }));
  const engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0, api: 0 } });
  const idOf = (name: string): string => engine.account.directory.list('api').find(([, api]) => api.name === name)![0];
  return {
    engine,
    rest: idOf('rest'),
    http: idOf('http'),
    async [Symbol.asyncDispose]() {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function ask({ account: { endpoint } }: Engine, target: string, host: string, body = ''): Promise<RawAnswer> {
  return sendRaw({ url: endpoint.url, method: 'POST', target, host, body: Buffer.from(body) });
}

suite('an API at the AWS endpoint', () => {
  test('answers by its host name, which events have, and by the paths of other local tools', async () => {
    await using system = await start();
    const host = `${system.rest}.execute-api.localhost:4566`;
    const byHost = await ask(system.engine, '/prod/a/b?c=d', host, 'text');
    assert.deepEqual([byHost.status, byHost.headers['x-length']], [201, '4']);
    assert.deepEqual(JSON.parse(byHost.body).slice(1), ['prod', '/a/b', host]);
    for (const target of [`/_aws/execute-api/${system.rest}/prod/a/b`, `/restapis/${system.rest}/prod/_user_request_/a/b`]) {
      const byPath = await ask(system.engine, target, 'localhost:4566', 'x'.repeat(100_000));
      assert.deepEqual([byPath.status, byPath.headers['x-length']], [201, '100000']);
      assert.deepEqual(JSON.parse(byPath.body).slice(1, 3), ['prod', '/a/b']);
    }
    const missing = await ask(system.engine, '/none/a', host);
    assert.deepEqual([missing.status, missing.body], [403, '{"message":"Forbidden"}']);
  });

  test('of HTTP has its default stage in no path', async () => {
    await using system = await start();
    const byHost = await ask(system.engine, '/a/b', `${system.http}.execute-api.us-east-1.amazonaws.com`);
    assert.deepEqual(JSON.parse(byHost.body).slice(1, 3), ['$default', '/a/b']);
    const byPath = await ask(system.engine, `/_aws/execute-api/${system.http}/$default/a/b`, 'localhost');
    assert.deepEqual(JSON.parse(byPath.body).slice(1, 3), ['$default', '/a/b']);
  });

  test('that is not there is refused with those that are (AG-004: on AWS its name is not found)', async () => {
    await using system = await start();
    const answer = await ask(system.engine, '/prod/a', 'nothere.execute-api.localhost:4566');
    assert.equal(answer.status, 403);
    assert.match(
      JSON.parse(answer.body).message,
      /^There is no API "nothere" here\. There are: [a-z0-9]{10} \(rest, http:\/\/127\.0\.0\.1:\d+\), /,
    );
  });
});
