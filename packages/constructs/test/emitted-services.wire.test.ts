import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stack } from 'aws-cdk-lib/core';
import { Cors, Integration, IntegrationType, ConnectionType, RestApi, TokenAuthorizer, VpcLink } from 'aws-cdk-lib/aws-apigateway';
import { Peer, Port } from 'aws-cdk-lib/aws-ec2';
import { CfnService, ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancedFargateService, NetworkLoadBalancedFargateService } from 'aws-cdk-lib/aws-ecs-patterns';
import type { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { up } from 's3m';
import { countTypes, recommended, synthesizeStack, theOnly } from './cdk-stack.ts';
import { createProject, type Project } from './project.ts';

const server = `import { createServer } from 'node:http';
createServer((request, response) => response.end(request.method + ' ' + request.url)).listen(80, '0.0.0.0');
process.on('SIGTERM', () => process.exit(0));
`;

function image(project: Project): ContainerImage {
  project.write('service/server.mjs', server);
  project.write('service/Dockerfile', 'FROM node:26-slim\nWORKDIR /app\nCOPY server.mjs ./\nCMD ["node", "server.mjs"]\n');
  return ContainerImage.fromAsset(project.path('service'));
}

/** Without what a VPC is made of. */
function countOthers(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const network = /^AWS::EC2::(VPC|Subnet|Route|EIP|NatGateway|InternetGateway)/;
  return Object.fromEntries(Object.entries(counts).filter(([type]) => !network.test(type)));
}

/** The pattern without tasks, which its class would not take. */
function addBalanced(stack: Stack, project: Project): void {
  const { service } = new NetworkLoadBalancedFargateService(stack, 'Service', { taskImageOptions: { image: image(project) } });
  const resource = service.node.tryFindChild('Service');
  assert.ok(resource instanceof CfnService);
  resource.desiredCount = 0;
}

const common = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 1,
  'AWS::ElasticLoadBalancingV2::Listener': 1,
  'AWS::ElasticLoadBalancingV2::TargetGroup': 1,
  'AWS::IAM::Role': 2,
  'AWS::IAM::Policy': 1,
  'AWS::ECS::Cluster': 1,
  'AWS::ECS::TaskDefinition': 1,
  'AWS::ECS::Service': 1,
  'AWS::Logs::LogGroup': 1,
};

test("CDK's NetworkLoadBalancedFargateService is what the engine takes without a finding, its alarms that are switched off too (CFN-066, CFN-068)", async () => {
  using project = createProject();
  const template = synthesizeStack(project, (stack) => addBalanced(stack, project));
  assert.deepEqual(countOthers(countTypes(template)), { ...common, 'AWS::EC2::SecurityGroup': 1 });
  const { Properties: service, DependsOn: dependencies } = theOnly(template, 'AWS::ECS::Service');
  assert.deepEqual(service['DeploymentConfiguration'].Alarms, { AlarmNames: [], Enable: false, Rollback: false });
  assert.equal(service['HealthCheckGracePeriodSeconds'], 60);
  assert.equal(service['EnableECSManagedTags'], false);
  assert.equal(service['NetworkConfiguration'].AwsvpcConfiguration.AssignPublicIp, 'DISABLED');
  assert.equal((dependencies as string[]).length, 3);
  const { DeletionPolicy: keeps, Properties: logs } = theOnly(template, 'AWS::Logs::LogGroup');
  assert.deepEqual([keeps, logs], ['Retain', undefined]);
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, lb: 0 } });
  const { outputs } = engine.describe().stacks['Stack']!;
  const [[name, value] = ['', '']] = Object.entries(outputs);
  assert.match(name, /^ServiceLoadBalancerDNS/);
  assert.match(String(value), /^Stack-Servi\w+-\w+-\w+\.elb\.us-east-1\.amazonaws\.com$/);
});

test('with the recommended flags the balancer has a group of its own, and the service no alarms (CFN-066, CFN-068)', async () => {
  using project = createProject();
  const template = synthesizeStack(project, (stack) => addBalanced(stack, project), { context: recommended });
  assert.equal(countTypes(template)['AWS::EC2::SecurityGroup'], 2);
  assert.equal(theOnly(template, 'AWS::ECS::Service')['Properties'].DeploymentConfiguration.Alarms, undefined);
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, lb: 0 } });
  assert.equal(engine.describe().unsupported.length, 0);
});

test("CDK's ApplicationLoadBalancedFargateService comes with the rules between balancer and tasks, and both outputs (CFN-067)", async () => {
  using project = createProject();
  const template = synthesizeStack(project, (stack) => {
    new ApplicationLoadBalancedFargateService(stack, 'Service', { taskImageOptions: { image: image(project) }, desiredCount: 1 });
  });
  assert.deepEqual(countOthers(countTypes(template)), {
    ...common,
    'AWS::EC2::SecurityGroup': 2,
    'AWS::EC2::SecurityGroupEgress': 1,
    'AWS::EC2::SecurityGroupIngress': 1,
  });
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, lb: 0 } });
  const { outputs, localOutputs } = engine.describe().stacks['Stack']!;
  assert.deepEqual(
    Object.keys(outputs)
      .map((name) => name.replace(/[0-9A-F]{8}$/, ''))
      .toSorted(),
    ['ServiceLoadBalancerDNS', 'ServiceServiceURL'],
  );
  const url = Object.entries(localOutputs).find(([name]) => name.startsWith('ServiceServiceURL'))![1];
  assert.equal(await (await fetch(`${String(url)}/x`)).text(), 'GET /x');
});

/** What the article builds, of CDK's own classes: a proxy resource behind an authorizer, through a VPC link. */
function addProxy(stack: Stack, loadBalancer: NetworkLoadBalancer): void {
  const handler = new Function(stack, 'Authorize', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(`exports.handler = async ({ authorizationToken }) => ({
  principalId: 'ada',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: authorizationToken === 'open' ? 'Allow' : 'Deny', Resource: '*' }],
  },
});`),
  });
  const api = new RestApi(stack, 'Api', {
    defaultCorsPreflightOptions: { allowOrigins: Cors.ALL_ORIGINS, allowMethods: Cors.ALL_METHODS },
  });
  const authorizer = new TokenAuthorizer(stack, 'Authorizer', { handler });
  const vpcLink = new VpcLink(stack, 'Link', { targets: [loadBalancer] });
  const integration = new Integration({
    type: IntegrationType.HTTP_PROXY,
    integrationHttpMethod: 'ANY',
    uri: `http://${loadBalancer.loadBalancerDnsName}/{proxy}`,
    options: {
      connectionType: ConnectionType.VPC_LINK,
      vpcLink,
      requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
    },
  });
  api.root.addProxy({
    defaultIntegration: integration,
    defaultMethodOptions: { authorizer, requestParameters: { 'method.request.path.proxy': true } },
  });
}

test("CDK's RestApi with a proxy resource leads through authorizer and VPC link to the task, the path with it (CFN-069, CFN-072)", async () => {
  using project = createProject();
  const template = synthesizeStack(project, (stack) => {
    const { loadBalancer, service, cluster } = new NetworkLoadBalancedFargateService(stack, 'Service', {
      taskImageOptions: { image: image(project) },
      publicLoadBalancer: false,
      desiredCount: 1,
      minHealthyPercent: 100,
    });
    service.connections.allowFrom(Peer.ipv4(cluster.vpc.vpcCidrBlock), Port.tcp(80));
    addProxy(stack, loadBalancer);
  });
  const counts = countTypes(template);
  const types = ['RestApi', 'Account', 'Deployment', 'Stage', 'Resource', 'Method', 'Authorizer', 'VpcLink'];
  assert.deepEqual(
    types.map((type) => counts[`AWS::ApiGateway::${type}`]),
    [1, 1, 1, 1, 1, 4, 1, 1],
  );
  assert.equal(theOnly(template, 'AWS::ApiGateway::Account')['DeletionPolicy'], 'Retain');
  const { Type, IdentitySource, AuthorizerResultTtlInSeconds } = theOnly(template, 'AWS::ApiGateway::Authorizer')['Properties'];
  assert.deepEqual([Type, IdentitySource, AuthorizerResultTtlInSeconds], ['TOKEN', 'method.request.header.Authorization', 300]);
  const methods = Object.values(template.findResources('AWS::ApiGateway::Method')).map((method) => method['Properties']);
  const { Integration: proxy } = methods.find((method) => method.AuthorizationType === 'CUSTOM')!;
  assert.deepEqual(
    [proxy.Type, proxy.ConnectionType, Object.keys(proxy.ConnectionId), Object.keys(proxy.Uri), proxy.RequestParameters],
    ['HTTP_PROXY', 'VPC_LINK', ['Ref'], ['Fn::Join'], { 'integration.request.path.proxy': 'method.request.path.proxy' }],
  );
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, api: 0, lb: 0 } });
  const { outputs, localOutputs } = engine.describe().stacks['Stack']!;
  const name = Object.keys(outputs).find((key) => key.startsWith('ApiEndpoint')) ?? '';
  assert.match(String(outputs[name]), /^https:\/\/\w{10}\.execute-api\.us-east-1\.amazonaws\.com\/prod\/$/);
  const ask = async (path: string, init?: RequestInit): Promise<readonly [number, string]> => {
    const answer = await fetch(new URL(path, String(localOutputs[name])), init);
    return [answer.status, await answer.text()];
  };
  const authorization = (token: string): RequestInit => ({ headers: { authorization: token } });
  assert.deepEqual(await ask('a/b', authorization('open')), [200, 'GET /a/b']);
  assert.deepEqual(await ask('a/b', { method: 'PUT', ...authorization('open') }), [200, 'PUT /a/b']);
  assert.equal((await ask('a/b'))[0], 401);
  assert.equal((await ask('a/b', authorization('shut')))[0], 403);
  assert.equal((await ask('a/b', { method: 'OPTIONS' }))[0], 204);
});
