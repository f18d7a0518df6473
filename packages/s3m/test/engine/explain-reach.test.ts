import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { explainReach } from '../../src/engine/explain-reach.ts';
import { EngineFailure } from '../../src/engine/problem.ts';
import { ALLOW_ALL } from '../../src/network/security-rule.ts';
import type { LoadBalancer } from '../../src/capabilities/load-balancer.ts';
import { ApiDraft } from '../../src/services/apigateway/draft.ts';
import { LiveApi } from '../../src/services/apigateway/live-api.ts';
import type { MethodDefinition } from '../../src/services/apigateway/method-definition.ts';
import { namedVpcLinks } from '../../src/services/apigateway/named-vpc-links.ts';
import { privateDnsNamespace } from '../../src/services/servicediscovery/private-dns-namespace.ts';
import { discoveryService } from '../../src/services/servicediscovery/service.ts';
import { createContext, fakeAccount } from '../services/fake-account.ts';
import { smallNetwork, tcp } from '../network/small-network.ts';

const opens = (): Promise<Socket> => Promise.resolve(new Socket());
const refuses = (): Promise<Socket> => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));

test('each task that a name stands for is asked about, with the rule and whether something listens', async () => {
  const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, 'sg-nlb')] } });
  node();
  const [one, other] = [task({ name: 'task Weather/1', accept: opens }), task({ name: 'task Weather/2', accept: refuses })];
  await using account = await fakeAccount({ network });
  const answers = await explainReach(account, { from: 'nlb node', to: 'weather', port: 8080 });
  assert.deepEqual(
    answers.map(({ to, allowed, listens }) => [to, allowed, listens]),
    [
      [`task Weather/1 (${one.address})`, true, 'yes'],
      [`task Weather/2 (${other.address})`, true, 'no'],
    ],
  );
  assert.match(answers[0]!.rule, /ingress tcp 8080 from sg-nlb/);
});

test('what is not let through is not dialled, and the rule that would open it is told', async () => {
  const { network, node, task } = smallNetwork();
  node();
  task({ accept: () => assert.fail('dialled') });
  await using account = await fakeAccount({ network });
  const [answer] = await explainReach(account, { from: 'NLB', to: 'weather', port: 8080 });
  assert.equal(answer!.allowed, false);
  assert.equal(answer!.listens, undefined);
  assert.match(answer!.rule, /To open it, add to sg-task/);
});

test('the port of a registered target need not be said, and its health is told', async () => {
  const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, 'sg-nlb')] } });
  node();
  const { address, zone } = task({ accept: opens });
  await using account = await fakeAccount({ network });
  const description = {
    address,
    port: 8080,
    zone,
    health: { state: 'unhealthy', reason: 'Target.FailedHealthChecks' },
    detail: 'answered 404, expected 200',
  } as const;
  account.directory.provide('targetGroup', 'arn:group', {
    arn: 'arn:group',
    name: 'weather',
    targetType: 'ip',
    port: 8080,
    protocol: 'TCP',
    deregistrationDelayMs: 0,
    inUse: true,
    requests: 0,
    register: () => {},
    deregister: () => Promise.resolve(),
    describe: () => [description],
    onHealthChange: () => () => {},
  });
  const [answer] = await explainReach(account, { from: 'NLB', to: address });
  assert.equal(answer!.port, 8080);
  assert.equal(answer!.health, 'unhealthy in target group weather: Target.FailedHealthChecks: answered 404, expected 200');
});

test('a host outside is asked about by name, at 443; API Gateway comes in through a VPC link', async () => {
  const { network, node, task } = smallNetwork({ balancer: { ingress: [tcp(80, '0.0.0.0/0')] } });
  const balancer = node();
  task();
  await using account = await fakeAccount({ network });
  const [way] = await explainReach(account, { from: 'weather', to: 'dynamodb.us-east-1.amazonaws.com' });
  assert.deepEqual([way!.port, way!.allowed], [443, false]);
  assert.match(way!.rule, /has no route to dynamodb/);
  const [entry] = await explainReach(account, { from: 'gateway', to: balancer.id, port: 80 });
  assert.ok(entry!.allowed, entry!.rule);
  const [elsewhere] = await explainReach(account, { from: 'gateway', to: 'task', port: 80 });
  assert.match(elsewhere!.rule, /a VPC link leads to the nodes of its load balancer only/);
  const [internet] = await explainReach(account, { from: 'internet', to: 'NLB', port: 80 });
  assert.match(internet!.rule, /has no public address/);
});

for (const [title, question, pattern] of [
  [
    'a name that nothing has',
    { from: 'NLB', to: 'nothing' },
    /Nothing in the network is called "nothing".*There are: internet, gateway, NLB node/s,
  ],
  ['a target without a known port', { from: 'NLB', to: 'weather' }, /Which port of task weather\/1\?/],
] as const) {
  test(`${title} is told with what there is`, async () => {
    const { network, node, task } = smallNetwork();
    node();
    task();
    await using account = await fakeAccount({ network });
    await assert.rejects(explainReach(account, question), (error: unknown) => {
      assert.ok(error instanceof EngineFailure);
      const [problem] = error.problems;
      assert.match(`${problem!.message} ${problem!.fix ?? ''}`, pattern);
      return true;
    });
  });
}

test("a balancer's node is told to listen on the ports of its listeners, and is not dialled", async () => {
  const { network, node } = smallNetwork({ balancer: { ingress: [tcp(80, '0.0.0.0/0'), tcp(81, '0.0.0.0/0')] } });
  const { address, id } = node();
  await using account = await fakeAccount({ network });
  account.directory.provide('loadBalancer', 'arn:alb', {
    arn: 'arn:alb',
    name: 'alb',
    logicalId: 'Alb',
    type: 'application',
    dnsName: 'alb.example.com',
    listeners: [{ arn: 'arn:listener', port: 80, protocol: 'HTTP', targetGroupArns: [] }],
    nodeAddresses: [address],
    routesTo: () => false,
    dial: () => assert.fail('dialled'),
  });
  const [answer] = await explainReach(account, { from: 'gateway', to: id });
  assert.deepEqual([answer!.port, answer!.allowed, answer!.listens], [80, true, 'yes']);
  const [other] = await explainReach(account, { from: 'gateway', to: id, port: 81 });
  assert.deepEqual([other!.allowed, other!.listens], [true, 'no']);
});

test('nobody is reached in another VPC, not even by an address that is in both', async () => {
  const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, '0.0.0.0/0')] } });
  const { address } = node();
  const { model } = network;
  model.addVpc({
    id: 'vpc-2',
    name: 'Other',
    cidr: '10.0.0.0/16',
    mainRouteTableId: 'rtb-2',
    defaultSecurityGroupId: 'sg-2',
    defaultNetworkAclId: 'acl-2',
    dns: { support: true, hostnames: true },
  });
  model.addSubnet({ id: 'subnet-other', name: 'Elsewhere', vpcId: 'vpc-2', zone: 'us-east-1a', cidr: '10.0.1.0/24' });
  const here = task({ name: 'task weather/1', accept: opens });
  const there = network.attach({ name: 'task far/1', subnetId: 'subnet-other', securityGroupIds: [], address: here.address });
  await using account = await fakeAccount({ network });
  const [answer] = await explainReach(account, { from: address, to: there.id, port: 8080 });
  assert.equal(answer!.allowed, false);
  assert.equal(
    answer!.rule,
    `NLB node PrivateNlb (${address}) is in vpc-1 (Vpc) and task far/1 (${there.address}) in vpc-2 (Other), and nothing joins the two. To open it, put both into one VPC: peering and transit gateways are not supported`,
  );
});

/** `backend.app.local`, with records of a type, in the VPC of a small network whose tasks let everybody in at 8080. */
async function named(type: 'A' | 'SRV') {
  const small = smallNetwork({ task: { ingress: [tcp(8080, '0.0.0.0/0')], egress: [ALLOW_ALL] } });
  const account = await fakeAccount({ network: small.network });
  const namespace = await privateDnsNamespace.create(
    createContext(account, privateDnsNamespace, { logicalId: 'Names', properties: { Name: 'app.local', Vpc: 'vpc-1' } }),
  );
  const properties = { Name: 'backend', NamespaceId: namespace.ref, DnsConfig: { DnsRecords: [{ Type: type, TTL: 15 }] } };
  await discoveryService.create(createContext(account, discoveryService, { logicalId: 'Backend', properties }));
  const [, service] = account.directory.list('discoveryService')[0]!;
  small.task({ name: 'task front/1' });
  const back = small.task({ name: 'task back/1', accept: opens });
  const reach = (port?: number) =>
    explainReach(account, { from: 'front', to: 'backend.app.local', ...(port === undefined ? {} : { port }) });
  const enter = (): void =>
    void service.register({ id: 'a', address: back.address, ...(type === 'SRV' ? { port: 8080 } : {}), attributes: {} });
  return { ...small, account, back, reach, enter, [Symbol.asyncDispose]: () => account[Symbol.asyncDispose]() };
}

test('a name of the VPC stands for whom Cloud Map has under it, never for a host outside (ECS-095, VPC-007)', async () => {
  await using it = await named('A');
  const [nobody] = await it.reach();
  assert.deepEqual([nobody!.allowed, nobody!.rule], [false, 'nobody else stands behind the name backend.app.local now']);
  it.enter();
  const [answer, ...more] = await it.reach(8080);
  assert.deepEqual([answer!.to, answer!.allowed, answer!.listens, more.length], [`task back/1 (${it.back.address})`, true, 'yes', 0]);
  const [shut] = await it.reach(9090);
  assert.match(shut!.rule, /^no ingress rule of sg-task/);
  it.network.model.addVpc({
    id: 'vpc-1',
    name: 'Vpc',
    cidr: '10.0.0.0/16',
    mainRouteTableId: 'rtb-main',
    defaultSecurityGroupId: 'sg-default',
    defaultNetworkAclId: 'acl-default',
    dns: { support: false, hostnames: true },
  });
  const [mute] = await it.reach(8080);
  assert.deepEqual([mute!.allowed, mute!.rule], [false, 'EnableDnsSupport of vpc-1 (Vpc) is off, so no name is found in it']);
});

test('SRV records tell the port too (ECS-095)', async () => {
  await using it = await named('SRV');
  it.enter();
  const [answer] = await it.reach();
  assert.deepEqual([answer!.to, answer!.port, answer!.allowed], [`task back/1 (${it.back.address})`, 8080, true]);
});

test('an address of the VPC that nobody has leads nowhere, whatever the routes say (VPC-003)', async () => {
  await using it = await named('A');
  const [answer] = await explainReach(it.account, { from: 'front', to: '10.0.77.7', port: 80 });
  assert.deepEqual([answer!.allowed, answer!.rule], [false, 'no network interface has the address 10.0.77.7']);
});

/** One balancer behind a link, and an API that has integrations with `ids`. */
async function systemWithLink({ ids, other = false }: { readonly ids: readonly string[]; readonly other?: boolean }) {
  const { network, node, task } = smallNetwork({ balancer: { ingress: [tcp(80, '0.0.0.0/0')] } });
  const [near, far] = [node(), other ? node({ subnetId: 'subnet-1' }) : undefined];
  task();
  network.attach({ name: 'VPC link Two (v2id)', subnetId: 'subnet-1', securityGroupIds: ['sg-task'] });
  const account = await fakeAccount({ network });
  const { directory } = account;
  const balancer = (logicalId: string, nodeAddresses: readonly string[]): LoadBalancer => ({
    arn: `arn:${logicalId}`,
    name: logicalId,
    logicalId,
    type: 'network',
    dnsName: 'nlb.example.com',
    listeners: [{ arn: 'arn:listener', port: 80, protocol: 'TCP', targetGroupArns: [] }],
    nodeAddresses,
    routesTo: () => false,
    dial: () => assert.fail('dialled'),
  });
  directory.provide('loadBalancer', 'arn:Near', balancer('Near', [near.address]));
  if (far !== undefined) directory.provide('loadBalancer', 'arn:Far', balancer('Far', [far.address]));
  const status = { status: 'AVAILABLE', statusMessage: '' } as const;
  const dial = (): never => assert.fail('dialled');
  directory.provide('vpcLink', 'v1id', { id: 'v1id', logicalId: 'One', loadBalancerArn: 'arn:Near', ...status, dial });
  directory.provide('vpcLinkV2', 'v2id', { id: 'v2id', ...status, dial });
  const api = new LiveApi(account, 'api1', 'root', { name: 'Weather API', logicalId: 'Api' });
  api.vpcLinkIds = () => ids;
  directory.provide('api', api.id, api);
  return { account, near, far };
}

for (const from of ['One', 'v1id', 'Api', 'api1', 'Weather API', 'on', 'aPI']) {
  test(`"${from}" stands for the VPC link, and leads to the load balancer of the link only (NLB-063)`, async () => {
    const { account, near, far } = await systemWithLink({ ids: ['v1id'], other: true });
    await using _ = account;
    const [way, ...more] = await explainReach(account, { from, to: near.id });
    assert.deepEqual([way!.from, way!.port, way!.allowed, way!.listens, more.length], ['VPC link One (v1id)', 80, true, 'yes', 0]);
    const [astray] = await explainReach(account, { from, to: far!.id });
    assert.deepEqual([astray!.allowed, astray!.rule], [false, 'it leads to the nodes of Near only']);
  });
}

test('an API stands for its links of both versions; V2 comes from its own interfaces', async () => {
  const { account, near } = await systemWithLink({ ids: ['v1id', 'v2id', ''] });
  await using _ = account;
  const answers = await explainReach(account, { from: 'Api', to: near.id });
  assert.deepEqual(
    answers.map(({ from }) => from.replace(/ \(10.*/, '')),
    ['VPC link One (v1id)', 'VPC link Two (v2id)'],
  );
});

test('what has interfaces comes before a part of the logical id of an API', async () => {
  const { account, near } = await systemWithLink({ ids: ['v1id'] });
  await using _ = account;
  account.network.attach({ name: 'task Ap/1', subnetId: 'subnet-1', securityGroupIds: ['sg-task'] });
  const [way] = await explainReach(account, { from: 'Ap', to: near.id });
  assert.match(way!.from, /^task Ap/);
});

test('an API without a VPC link is told to have none', async () => {
  const { account, near } = await systemWithLink({ ids: [] });
  await using _ = account;
  await assert.rejects(explainReach(account, { from: 'Api', to: near.id }), /No integration of API Api names a VPC link/);
});

test('a REST API names the links of its integrations, and those that its stages put for a variable (AG-183)', () => {
  const draft = new ApiDraft('root');
  const put = (resourceId: string, integration: object): void => {
    const definition = { resourceId, verb: 'GET', properties: { Integration: integration } };
    draft.methods.set(resourceId, definition as unknown as MethodDefinition);
  };
  put('a', { ConnectionId: 'v1id' });
  put('b', { ConnectionId: '${stageVariables.link}' });
  put('c', { Type: 'MOCK' });
  assert.deepEqual(namedVpcLinks(draft, [{ variables: { link: 'blue' } }, { variables: { link: 'green' } }]), [
    'v1id',
    '${stageVariables.link}',
    'blue',
    'green',
  ]);
});
