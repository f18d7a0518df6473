import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib/core';
import { HttpApi, HttpMethod, VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpAlbIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancedFargateService, NetworkLoadBalancedFargateService } from 'aws-cdk-lib/aws-ecs-patterns';
import { EngineFailure, up } from 's3m';
import { recommended } from './cdk-stack.ts';
import { createProject, type Project } from './project.ts';

const server = `import { createServer } from 'node:http';
createServer((request, response) => response.end('hello')).listen(80, '0.0.0.0');
process.on('SIGTERM', () => process.exit(0));
`;
const dockerfile = 'FROM node:26-slim\nWORKDIR /app\nCOPY server.mjs ./\nUSER node\nCMD ["node", "server.mjs"]\n';

/** An empty stack beside the sources of a service. */
function createStack(project: Project, context: object): { readonly app: App; readonly stack: Stack } {
  project.write('service/server.mjs', server);
  project.write('service/Dockerfile', dockerfile);
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    outdir: project.path('cdk.out'),
    context: { ...context },
  });
  return { app, stack: new Stack(app, 'Pattern') };
}

/** CDK's own pattern, unmodified, with feature flags; `mend` adds to it what the failure names. */
function synthesize(project: Project, context: object, mend: (pattern: NetworkLoadBalancedFargateService) => void = () => {}): void {
  const { app, stack } = createStack(project, context);
  mend(
    new NetworkLoadBalancedFargateService(stack, 'Service', {
      taskImageOptions: { image: ContainerImage.fromAsset(project.path('service')), containerPort: 80 },
      publicLoadBalancer: false,
      desiredCount: 1,
      minHealthyPercent: 100,
    }),
  );
  app.synth();
}

async function problemOf(project: Project): Promise<{ readonly message: string; readonly fix: string }> {
  const started = up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0 } });
  const error = await started.then(
    (engine) => engine.close().then(() => assert.fail('it came up')),
    (failure: unknown) => failure,
  );
  assert.ok(error instanceof EngineFailure, String(error));
  const [{ message, fix = '' } = assert.fail('no problem')] = error.problems;
  return { message, fix };
}

async function assertComesUp(project: Project): Promise<void> {
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0 } });
  const states = engine.account.directory.list('targetGroup').flatMap(([, group]) => group.describe().map(({ health }) => health.state));
  assert.deepEqual(states, ['healthy']);
}

test("CDK's NetworkLoadBalancedFargateService without flags never gets healthy: the service's group lets the nodes' addresses not in (NLB-060)", async () => {
  using project = createProject();
  synthesize(project, {});
  const { message, fix } = await problemOf(project);
  assert.match(
    message,
    /never gets healthy in target group .*: no ingress rule of sg-\w+ \(ServiceSecurityGroup\w+\) lets tcp 80 in from NLB node/,
  );
  assert.match(fix, /^Add to sg-\w+ \(ServiceSecurityGroup\w+\): ingress tcp 80 from 10\.0\.\d+\.0\/18 \(subnet \w+\)\.$/);
});

test('with a rule for these addresses it comes up', async () => {
  using project = createProject();
  synthesize(project, {}, ({ service, cluster }) => service.connections.allowFrom(Peer.ipv4(cluster.vpc.vpcCidrBlock), Port.tcp(80)));
  await assertComesUp(project);
});

test("with CDK's recommended flags the balancer's own group stops the checks as well (NLB-061, NLB-053)", async () => {
  using project = createProject();
  synthesize(project, recommended);
  const { message, fix } = await problemOf(project);
  assert.match(
    message,
    /no egress rule of sg-\w+ \(ServiceLBSecurityGroup\w+\) lets tcp 80 out to task .*; no ingress rule of sg-\w+ \(ServiceSecurityGroup/,
  );
  assert.match(
    fix,
    /^Add to sg-\w+ \(ServiceLBSecurityGroup\w+\): egress tcp 80 to sg-\w+ \(ServiceSecurityGroup\w+\); add to sg-\w+ \(ServiceSecurityGroup/,
  );
});

test('with a rule from group to group it comes up', async () => {
  using project = createProject();
  synthesize(project, recommended, ({ service, loadBalancer }) => service.connections.allowFrom(loadBalancer, Port.tcp(80)));
  await assertComesUp(project);
});

test("CDK's ApplicationLoadBalancedFargateService comes up healthy as it is, answers at its URL, and through a VPC link V2 (NLB-062, NLB-064)", async () => {
  using project = createProject();
  const { app, stack } = createStack(project, recommended);
  const { listener, cluster } = new ApplicationLoadBalancedFargateService(stack, 'Service', {
    taskImageOptions: { image: ContainerImage.fromAsset(project.path('service')), containerPort: 80 },
    desiredCount: 2,
    minHealthyPercent: 100,
  });
  const { vpc } = cluster;
  // Without a group of its own the link has the VPC's default one, whose rules CDK takes away: nothing would leave.
  const vpcLink = new VpcLink(stack, 'Link', { vpc, securityGroups: [new SecurityGroup(stack, 'LinkGroup', { vpc })] });
  const api = new HttpApi(stack, 'Api');
  api.addRoutes({ path: '/private', methods: [HttpMethod.GET], integration: new HttpAlbIntegration('Alb', listener, { vpcLink }) });
  app.synth();
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, api: 0, lb: 0 } });
  const { localOutputs, outputs } = engine.describe().stacks['Pattern']!;
  const name = Object.keys(outputs).find((key) => key.startsWith('ServiceServiceURL')) ?? '';
  assert.match(String(outputs[name]), /^http:\/\/.*-\d{10}\.us-east-1\.elb\.amazonaws\.com$/);
  assert.match(String(localOutputs[name]), /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual(Object.values(engine.describe().endpoints.balancers), [{ '80': localOutputs[name] }]);
  const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(String(localOutputs[name]))));
  assert.deepEqual(
    await Promise.all(answers.map((answer) => answer.text())),
    Array.from({ length: 10 }, () => 'hello'),
  );
  const answer = await fetch(new URL('/private', Object.values(engine.describe().endpoints.apis)[0]!.stages['$default']));
  assert.deepEqual([answer.status, await answer.text()], [200, 'hello']);
});
