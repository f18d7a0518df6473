import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { App, CfnElement, CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib/core';
import { CorsHttpMethod, HttpApi, HttpMethod, HttpStage, MappingValue, ParameterMapping, VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
  HttpUserPoolAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration, HttpNlbIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IConstruct } from 'constructs';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { NetworkLoadBalancer, Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { up, type App as Engine } from 's3m';
import { createProject, type Project } from './project.ts';

const server = `import { createServer } from 'node:http';
createServer((request, response) => {
  if (request.url === '/health') return void response.end('ok');
  response.end(JSON.stringify({ url: request.url, headers: request.headers }));
}).listen(8080, '0.0.0.0');
process.on('SIGTERM', () => process.exit(0));
`;

const dockerfile = `FROM node:26-slim
WORKDIR /app
COPY server.mjs ./
USER node
CMD ["node", "server.mjs"]
`;

let project: Project;
let engine: Engine;
let url: string;

before(async () => {
  project = createProject();
  synthesize();
  engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, api: 0, site: 0 } });
  url = engine.describe().endpoints.apis['Api']!.stages['$default']!;
});

after(async () => {
  await engine?.close();
  project[Symbol.dispose]();
});

/** What CDK's constructs make of an HTTP API with each kind of integration and authorizer. */
function synthesize(): void {
  project.write('service/server.mjs', server);
  project.write('service/Dockerfile', dockerfile);
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: project.path('cdk.out') });
  const stack = new Stack(app, 'Http');
  const issuer = new CfnParameter(stack, 'JwtIssuer').valueAsString;
  const audience = new CfnParameter(stack, 'JwtAudience').valueAsString;
  const inline = (id: string, code: string): Function =>
    new Function(stack, id, { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline(code) });
  const echo = inline('Echo', 'exports.handler = async (event) => event;');
  const gate = inline(
    'Gate',
    `exports.handler = async (event) => ({ isAuthorized: event.identitySource[0] === 'open sesame', context: { user: 'ada' } });`,
  );

  const vpc = new Vpc(stack, 'Vpc', {
    natGateways: 0,
    subnetConfiguration: [{ name: 'private', subnetType: SubnetType.PRIVATE_ISOLATED }],
  });
  // VPC-022: what Fargate needs to pull an image without a NAT gateway.
  vpc.addInterfaceEndpoint('EcrApi', { service: InterfaceVpcEndpointAwsService.ECR });
  vpc.addInterfaceEndpoint('EcrDocker', { service: InterfaceVpcEndpointAwsService.ECR_DOCKER });
  vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
  const taskGroup = new SecurityGroup(stack, 'TaskGroup', { vpc });
  taskGroup.addIngressRule(Peer.ipv4(vpc.vpcCidrBlock), Port.tcp(8080));
  const definition = new FargateTaskDefinition(stack, 'Task');
  definition.addContainer('web', { image: ContainerImage.fromAsset(project.path('service')), portMappings: [{ containerPort: 8080 }] });
  const fargate = new FargateService(stack, 'Service', {
    cluster: new Cluster(stack, 'Cluster', { vpc }),
    taskDefinition: definition,
    desiredCount: 1,
    minHealthyPercent: 100,
    securityGroups: [taskGroup],
    vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
  });
  const balancer = new NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });
  balancer.connections.allowFromAnyIpv4(Port.tcp(80));
  const listener = balancer.addListener('Http', { port: 80 });
  listener.addTargets('Web', { port: 8080, targets: [fargate], healthCheck: { protocol: Protocol.HTTP, path: '/health' } });

  const api = new HttpApi(stack, 'Api', {
    corsPreflight: { allowOrigins: ['https://www.example.com'], allowMethods: [CorsHttpMethod.GET], allowHeaders: ['authorization'] },
  });
  const vpcLink = new VpcLink(stack, 'Link', { vpc, subnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });
  const jwt = new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: [audience] });
  const lambda = new HttpLambdaAuthorizer('Lambda', gate, { responseTypes: [HttpLambdaResponseType.SIMPLE] });
  api.addRoutes({ path: '/echo/{id}', methods: [HttpMethod.GET], integration: new HttpLambdaIntegration('Echo', echo), authorizer: jwt });
  api.addRoutes({ path: '/gated', methods: [HttpMethod.GET], integration: new HttpLambdaIntegration('Gated', echo), authorizer: lambda });
  const pool = new UserPool(stack, 'Pool');
  const client = pool.addClient('Client');
  api.addRoutes({
    path: '/pool',
    methods: [HttpMethod.GET],
    integration: new HttpLambdaIntegration('Pooled', echo),
    authorizer: new HttpUserPoolAuthorizer('Users', pool, { userPoolClients: [client] }),
  });
  const parameterMapping = new ParameterMapping()
    .overwritePath(MappingValue.requestPath())
    .overwriteHeader('x-user', MappingValue.contextVariable('authorizer.claims.sub'));
  api.addRoutes({
    path: '/private/{proxy+}',
    integration: new HttpNlbIntegration('Private', listener, { vpcLink, parameterMapping }),
    authorizer: jwt,
  });
  new HttpStage(stack, 'Dev', { httpApi: api, stageName: 'dev', autoDeploy: true, throttle: { rateLimit: 100, burstLimit: 100 } });
  new CfnOutput(stack, 'Url', { value: api.apiEndpoint });
  overrideLogicalId(api, 'Api');
  overrideLogicalId(pool, 'Pool');
  app.synth();
}

/** So that the test can name it. */
function overrideLogicalId({ node: { defaultChild } }: IConstruct, id: string): void {
  assert.ok(defaultChild instanceof CfnElement);
  defaultChild.overrideLogicalId(id);
}

async function get(
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string; headers: Headers }> {
  const answer = await fetch(new URL(path, url), { headers });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

test("A route of a CDK app is guarded by the local issuer's tokens, and its function gets their claims", async () => {
  assert.equal((await get('/echo/1')).status, 401);
  const { token, subject } = await engine.token({});
  const answer = await get('/echo/1?x=1', { authorization: `Bearer ${token}` });
  assert.equal(answer.status, 200);
  const event = JSON.parse(answer.body) as {
    routeKey: string;
    requestContext: { authorizer: { jwt: { claims: Record<string, string> } } };
  };
  assert.equal(event.routeKey, 'GET /echo/{id}');
  assert.equal(event.requestContext.authorizer.jwt.claims['sub'], subject);
  const { token: expired } = await engine.token({ expired: true });
  assert.equal((await get('/echo/1', { authorization: `Bearer ${expired}` })).status, 401);
});

test('A route of a CDK app is guarded by a function that runs in an official runtime', async () => {
  assert.equal((await get('/gated')).status, 401);
  assert.equal((await get('/gated', { authorization: 'open says me' })).status, 403);
  const answer = await get('/gated', { authorization: 'open sesame' });
  assert.equal(answer.status, 200);
  assert.deepEqual((JSON.parse(answer.body) as { requestContext: { authorizer: unknown } }).requestContext.authorizer, {
    lambda: { user: 'ada' },
  });
});

test('A private service of a CDK app is reached through link, balancer and task, without the stage', async () => {
  const { token, subject } = await engine.token({});
  const answer = await get('/dev/private/a/b?x=1', { authorization: `Bearer ${token}`, 'x-user': 'forged' });
  assert.equal(answer.status, 200);
  const seen = JSON.parse(answer.body) as { url: string; headers: Record<string, string> };
  assert.equal(seen.url, '/private/a/b?x=1');
  assert.equal(seen.headers['x-user'], subject);
  const trace = engine.account.traces.find(answer.headers.get('apigw-requestid')!)!;
  assert.equal(
    trace.integration!.network!.every(({ allowed }) => allowed),
    true,
  );
  assert.equal((await get('/private/a')).status, 401);
});

test('A route of a CDK app is guarded by the tokens of its user pool', async () => {
  const { token } = await engine.token({ pool: { pool: 'Pool' } });
  const answer = await get('/pool', { authorization: `Bearer ${token}` });
  assert.equal(answer.status, 200);
  const { token: other } = await engine.token({});
  assert.equal((await get('/pool', { authorization: `Bearer ${other}` })).status, 401);
});

test('Preflights are answered by the API, for CDK too', async () => {
  const headers = { origin: 'https://www.example.com', 'access-control-request-method': 'GET' };
  const answer = await fetch(new URL('/gated', url), { method: 'OPTIONS', headers });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://www.example.com');
});

test('Outputs tell the address as on AWS and as it is here', () => {
  const { outputs, localOutputs } = engine.describe().stacks['Http']!;
  assert.match(String(outputs['Url']), /^https:\/\/[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/);
  assert.equal(`${String(localOutputs['Url'])}/`, url);
});
