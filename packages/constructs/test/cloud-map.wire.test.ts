import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { HttpApi, VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpServiceDiscoveryIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { DnsRecordType } from 'aws-cdk-lib/aws-servicediscovery';
import { up, type App as Engine } from 's3m';
import { createProject, type Project } from './project.ts';

/** Answers with what `UPSTREAM` answers, or with its own name. */
const server = `import { createServer } from 'node:http';
import { resolveSrv } from 'node:dns/promises';
createServer(async (request, response) => {
  const { UPSTREAM, NAME } = process.env;
  if (request.url === '/srv') return response.end(JSON.stringify(await resolveSrv('backend.app.local').catch(({ code }) => code)));
  if (request.url === '/own' || UPSTREAM === undefined) return response.end(NAME);
  response.end(await fetch(UPSTREAM, { signal: AbortSignal.timeout(1500) }).then((answer) => answer.text(), ({ name, cause }) => cause?.code ?? name));
}).listen(8080);
process.on('SIGTERM', () => process.exit(0));
`;

/** Two services of CDK's own making, found by name; `open` lets the one in to the other. */
function synthesize(project: Project, open: boolean): void {
  project.write('service/server.mjs', server);
  project.write('service/Dockerfile', 'FROM node:26-slim\nWORKDIR /app\nCOPY server.mjs ./\nCMD ["node", "server.mjs"]\n');
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
  const frontend = service('frontend', { UPSTREAM: 'http://other.app.local:8080/' }, DnsRecordType.A);
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
async function ask({ account }: Engine, path: string): Promise<string> {
  const interfaceOf = (name: string) => account.network.interfaces.find((each) => each.name.startsWith(`task ${name}`))!;
  const source = { kind: 'interface', interfaceId: interfaceOf('backend').id } as const;
  const { socket } = await account.network.dial(source, { address: interfaceOf('frontend').address, port: 8080 });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: frontend\r\nConnection: close\r\n\r\n`);
  return (await text(socket)).split('\r\n\r\n')[1] ?? '';
}

test("CDK's cloudMapOptions give tasks names by which other tasks find and reach them, and HTTP APIs (ECS-095, VPC-036, AG-577, AG-580)", async () => {
  using project = createProject();
  synthesize(project, true);
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, api: 0 } });
  assert.match(await ask(engine, '/'), /other/);
  const api = Object.values(engine.describe().endpoints.apis)[0]!.stages['$default']!;
  assert.equal(await (await fetch(`${api}/own`)).text(), 'backend', 'an HTTP API finds it too (AG-577, AG-580)');
  assert.match(await ask(engine, '/srv'), /"name":"\w{32}\.backend\.app\.local","port":8080/);
});

test('a name leads nowhere where no rule lets the connection in: silence for the program, the rule for people (VPC-030)', async () => {
  using project = createProject();
  synthesize(project, false);
  const notices: string[] = [];
  await using engine = await up({
    directory: project.directory,
    app: 'cdk.out',
    ports: { aws: 0, api: 0 },
    onEvent: (event) => void (event.event === 'problem' && notices.push(event.message)),
  });
  assert.match(await ask(engine, '/'), /TimeoutError/);
  assert.match(notices.join('\n'), /gets no answer: task frontend\S* .*cannot reach task other.* on port 8080: no ingress rule of sg-/);
});
