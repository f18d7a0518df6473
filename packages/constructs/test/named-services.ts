import assert from 'node:assert/strict';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { HttpApi, VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpServiceDiscoveryIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { DnsRecordType } from 'aws-cdk-lib/aws-servicediscovery';
import type { App as Engine } from 's3m';
import { text } from 'node:stream/consumers';
import type { Project } from './project.ts';

/** Answers with what `UPSTREAM` answers, or `BALANCER`, or with its own name. */
const server = `import { createServer } from 'node:http';
import { lookup, resolveSrv } from 'node:dns/promises';
const ask = (url) => fetch(url, { signal: AbortSignal.timeout(1500) }).then((answer) => answer.text(), ({ name, cause }) => cause?.code ?? name);
const code = ({ code }) => code;
const self = async () => {
  const { ECS_CONTAINER_METADATA_URI_V4: own, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: credentials } = process.env;
  const all = [own, own + '/task', own + '/stats', own + '/task/stats', 'http://169.254.170.2' + credentials, 'http://169.254.170.2/v2/credentials/none'];
  return Promise.all(all.map(async (url) => (await fetch(url)).json()));
};
createServer(async (request, response) => {
  const { UPSTREAM, BALANCER, NAME } = process.env;
  if (request.url === '/srv') return response.end(JSON.stringify(await resolveSrv('backend.app.local').catch(code)));
  if (request.url === '/balancer') return response.end(await ask('http://' + BALANCER + '/own'));
  if (request.url === '/unknown') return response.end(JSON.stringify(await lookup('nobody.app.local').catch(code)));
  if (request.url === '/self') return response.end(JSON.stringify(await self().catch(String)));
  if (request.url === '/own' || UPSTREAM === undefined) return response.end(NAME);
  response.end(await ask(UPSTREAM));
}).listen(8080);
process.on('SIGTERM', () => process.exit(0));
`;

/** Services of CDK's own making, found by name, the backend behind a balancer too; `open` lets the frontend in to the other one. */
export function synthesizeNamedServices(project: Project, open: boolean): void {
  project.write('service/server.mjs', server);
  project.write('service/Dockerfile', 'FROM node:26-slim\nWORKDIR /app\nCOPY server.mjs ./\nCMD ["node", "server.mjs"]\n');
  project.write('side/side.mjs', "setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));\n");
  project.write('side/Dockerfile', 'FROM node:26-slim\nWORKDIR /app\nCOPY side.mjs ./\nCMD ["node", "side.mjs"]\n');
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: project.path('cdk.out') });
  const stack = new Stack(app, 'Named');
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 1 });
  const cluster = new Cluster(stack, 'Cluster', { vpc, defaultCloudMapNamespace: { name: 'app.local' } });
  const service = (
    name: string,
    environment: Record<string, string>,
    dnsRecordType: DnsRecordType.A | DnsRecordType.SRV,
  ): FargateService => {
    const taskDefinition = new FargateTaskDefinition(stack, `${name}Task`);
    const container = taskDefinition.addContainer('main', {
      image: ContainerImage.fromAsset(project.path('service')),
      environment: { NAME: name, ...environment },
      portMappings: [{ containerPort: 8080 }],
    });
    if (name === 'other') {
      // Two images of one repository, which their task wants at once.
      taskDefinition.addContainer('side', { image: ContainerImage.fromAsset(project.path('side')), essential: false });
    }
    return new FargateService(stack, name, {
      cluster,
      taskDefinition,
      desiredCount: 1,
      minHealthyPercent: 100,
      securityGroups: [new SecurityGroup(stack, `${name}Group`, { vpc })],
      cloudMapOptions: { name, dnsRecordType, dnsTtl: Duration.seconds(10), container, containerPort: 8080 },
    });
  };
  const backend = service('backend', {}, DnsRecordType.SRV);
  const other = service('other', {}, DnsRecordType.A);
  const balancerGroup = new SecurityGroup(stack, 'BalancerGroup', { vpc });
  const balancer = new NetworkLoadBalancer(stack, 'Balancer', { vpc, internetFacing: false, securityGroups: [balancerGroup] });
  balancer.addListener('Listener', { port: 80 }).addTargets('Backend', { port: 8080, targets: [backend] });
  backend.connections.allowFrom(balancerGroup, Port.tcp(8080));
  const upstreams = { UPSTREAM: 'http://other.app.local:8080/', BALANCER: balancer.loadBalancerDnsName };
  const frontend = service('frontend', upstreams, DnsRecordType.A);
  balancerGroup.connections.allowFrom(frontend, Port.tcp(80));
  frontend.connections.allowFrom(backend, Port.tcp(8080));
  if (open) other.connections.allowFrom(frontend, Port.tcp(8080));
  const linkGroup = new SecurityGroup(stack, 'LinkGroup', { vpc });
  const vpcLink = new VpcLink(stack, 'Link', { vpc, securityGroups: [linkGroup] });
  backend.connections.allowFrom(linkGroup, Port.tcp(8080));
  new HttpApi(stack, 'Api', {
    defaultIntegration: new HttpServiceDiscoveryIntegration('Discovered', backend.cloudMapService!, { vpcLink }),
  });
  app.synth();
}

/** A request to the frontend, from where its group lets one in. */
export async function askFrontend({ account }: Engine, path: string): Promise<string> {
  const interfaceOf = (name: string) => account.network.interfaces.find((each) => each.name.startsWith(`task ${name}`))!;
  const source = { kind: 'interface', interfaceId: interfaceOf('backend').id } as const;
  const { socket } = await account.network.dial(source, { address: interfaceOf('frontend').address, port: 8080 });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: frontend\r\nConnection: close\r\n\r\n`);
  return (await text(socket)).split('\r\n\r\n')[1] ?? '';
}

/** What the frontend's task is told of itself, at the metadata endpoint and at the one for credentials. */
export async function checkSelf(engine: Engine): Promise<void> {
  const self = JSON.parse(await askFrontend(engine, '/self')) as readonly Record<string, unknown>[];
  const [container = {}, task = {}, stats = {}, allStats = {}, credentials = {}, others = {}] = self;
  const attached = engine.account.network.interfaces.find(({ name }) => name.startsWith('task frontend'))!;
  assert.equal(container['Name'], 'main');
  assert.equal(container['KnownStatus'], 'RUNNING');
  const [network = {}] = container['Networks'] as readonly Record<string, unknown>[];
  assert.deepEqual(network['IPv4Addresses'], [attached.address]);
  assert.deepEqual([network['DomainNameServers'], network['DomainNameSearchList']], [['10.0.0.2'], ['ec2.internal']]);
  assert.match(String(network['IPv4SubnetCIDRBlock']), /^10\.0\.(128|192)\.0\/18$/);
  assert.match(String(network['SubnetGatewayIpv4Address']), /^10\.0\.(128|192)\.1\/18$/);
  assert.match(String(network['MACAddress']), /^0a(:[0-9a-f]{2}){5}$/);
  assert.deepEqual([task['LaunchType'], task['Limits'], task['VPCID']], ['FARGATE', { CPU: 0.25, Memory: 512 }, attached.vpcId]);
  assert.deepEqual((task['Containers'] as readonly object[]).length, 1);
  assert.ok((stats['memory_stats'] as { readonly usage: number }).usage > 1_000_000);
  assert.deepEqual(Object.keys(allStats), [container['DockerId']]);
  assert.match(String(credentials['RoleArn']), /:role\/Named-frontendTask/);
  assert.match(String(credentials['AccessKeyId']), /^ASIA/);
  const inMinutes = (Date.parse(String(credentials['Expiration'])) - Date.now()) / 60_000;
  assert.ok(inMinutes > 300 && inMinutes <= 360, String(inMinutes));
  assert.equal(others['code'], 'InvalidIdInRequest');
}
