import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { signHeaders } from '../signature/official-signer.ts';

const ref = (Ref: string): object => ({ Ref });
const answer = (body: string): object => ({
  Type: 'MOCK',
  RequestTemplates: { 'application/json': '{"statusCode": 200}' },
  IntegrationResponses: [{ StatusCode: '200', ResponseTemplates: { 'application/json': body } }],
});

function method(verb: string, more: object, body: string): object {
  const root = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
  const MethodResponses = [{ StatusCode: '200' }];
  return {
    Type: 'AWS::ApiGateway::Method',
    Properties: { RestApiId: ref('Api'), ResourceId: root, HttpMethod: verb, ...more, Integration: answer(body), MethodResponses },
  };
}

const template = {
  Resources: {
    Users: { Type: 'AWS::Cognito::UserPool', Properties: {} },
    Web: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: ref('Users') } },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'callers' } },
    Authorizer: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        RestApiId: ref('Api'),
        Name: 'users',
        Type: 'COGNITO_USER_POOLS',
        IdentitySource: 'method.request.header.Authorization',
        ProviderARNs: [{ 'Fn::GetAtt': ['Users', 'Arn'] }],
      },
    },
    Get: method('GET', { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: ref('Authorizer') }, '$context.authorizer.claims.sub'),
    Post: method('POST', { AuthorizationType: 'AWS_IAM' }, '$context.identity.userArn'),
    Deployment: { Type: 'AWS::ApiGateway::Deployment', DependsOn: ['Get', 'Post'], Properties: { RestApiId: ref('Api') } },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: ref('Api'), DeploymentId: ref('Deployment'), StageName: 'prod' },
    },
  },
};

async function start(): Promise<AsyncDisposable & { readonly engine: Engine; readonly url: URL }> {
  const directory = mkdtempSync(join(tmpdir(), 's3m-callers-'));
  writeFileSync(join(directory, 'system.json'), JSON.stringify(template));
  const engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0, api: 0 } });
  return {
    engine,
    url: new URL(`${engine.describe().endpoints.apis['Api']!.stages['prod']}/`),
    async [Symbol.asyncDispose]() {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

test('A token that the engine gives out for a user pool of the template is let in by its API', async () => {
  await using system = await start();
  const get = async (token: string): Promise<Response> => fetch(system.url, { headers: { Authorization: token } });
  const { token, subject } = await system.engine.token({ user: 'ann', claims: { sub: 'user-1' }, pool: { pool: 'Users' } });
  const response = await get(token);
  assert.deepEqual([response.status, await response.text(), subject], [200, 'user-1', 'ann']);
  assert.equal((await get((await system.engine.token({ pool: { pool: 'Users', access: {} } })).token)).status, 401);
  assert.equal((await get((await system.engine.token({ expired: true, pool: { pool: 'Users' } })).token)).status, 401);
  await assert.rejects(system.engine.token({ pool: { pool: 'Nobody' } }), /no user pool "Nobody". There: Users \(us-east-1_/);
  await assert.rejects(system.engine.token({ pool: { pool: 'Users', client: 'App' } }), /has no client "App". There: Web \(/);
});

test('What signs with the environment that exec hands on is let in by AWS_IAM methods, with a secret that no other engine has', async () => {
  await using system = await start();
  await using other = await start();
  const post = async ({ account }: Engine): Promise<Response> => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = account.developer;
    const credentials = {
      accessKeyId: AWS_ACCESS_KEY_ID!,
      secretAccessKey: AWS_SECRET_ACCESS_KEY!,
      sessionToken: AWS_SESSION_TOKEN!,
    };
    const signed = { method: 'POST', target: '/prod/', host: system.url.host, body: '', at: Date.now(), credentials };
    const { host: _, ...headers } = await signHeaders(signed);
    return fetch(system.url, { method: 'POST', headers });
  };
  const response = await post(system.engine);
  assert.deepEqual([response.status, await response.text()], [200, 'arn:aws:iam::000000000000:user/developer']);
  assert.equal((await post(other.engine)).status, 403);
  assert.equal((await fetch(system.url, { method: 'POST' })).status, 403);
});
