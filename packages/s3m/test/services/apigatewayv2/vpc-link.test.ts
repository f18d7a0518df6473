import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import test from 'node:test';
import type { ListenerView, LoadBalancer } from '../../../src/capabilities/load-balancer.ts';
import type { NetworkSource } from '../../../src/network/network-source.ts';
import { loadBalancerArn } from '../../../src/services/apigatewayv2/listener-target.ts';
import { vpcLink } from '../../../src/services/apigatewayv2/vpc-link.ts';
import { LiveDiscoveryService } from '../../../src/services/servicediscovery/live-discovery-service.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { smallNetwork, tcp } from '../../network/small-network.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

const prefix = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:';
const balancerArn = `${prefix}loadbalancer/app/web/0123456789abcdef`;
const listenerArn = `${prefix}listener/app/web/0123456789abcdef/fedcba9876543210`;

interface Dial {
  readonly port: number;
  readonly source: NetworkSource;
}

/** A load balancer, of either type, that notes how it is dialled. */
function fakeBalancer(dials: Dial[]): LoadBalancer {
  const listener: ListenerView = { arn: listenerArn, port: 8080, protocol: 'HTTP', targetGroupArns: [] };
  return {
    arn: balancerArn,
    name: 'web',
    logicalId: 'Web',
    type: 'application',
    dnsName: 'web.internal',
    listeners: [listener],
    nodeAddresses: [],
    routesTo: () => true,
    async dial(request) {
      dials.push(request);
      const route = { loadBalancer: balancerArn, listener: listenerArn, targetGroup: 't', target: '10.0.1.9:80', hops: [] };
      return { socket: new Socket(), route, draining: false, onDraining: () => {} };
    },
  };
}

async function openLink(properties: Properties = {}) {
  const { network } = smallNetwork();
  const account = await fakeAccount({ network });
  const all = { Name: 'x', SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-nlb'], ...properties };
  const created = vpcLink.create(createContext(account, vpcLink, { logicalId: 'Link', properties: all }));
  created.catch(() => account[Symbol.asyncDispose]());
  const link = await created;
  const dials: Dial[] = [];
  account.directory.provide('loadBalancer', balancerArn, fakeBalancer(dials));
  return { account, link, dials, capability: account.directory.find('vpcLinkV2', link.ref)!, network };
}

test('A link V2 dials a listener by its ARN, from its own interfaces in turn (AG-201, AG-581)', async () => {
  const { account, link, dials, capability } = await openLink();
  await using _ = account;
  assert.match(link.ref, /^[0-9a-z]{6}$/);
  assert.equal(link.attributes['VpcLinkId'], link.ref);
  assert.equal(capability.status, 'AVAILABLE');
  const { route } = await capability.dial(listenerArn);
  await capability.dial(listenerArn, 1234);
  await capability.dial(listenerArn);
  assert.equal(route.vpcLink, link.ref);
  assert.deepEqual(
    dials.map(({ port }) => port),
    [8080, 8080, 8080],
    'the ARN decides which listener it is, not the port',
  );
  const sources = dials.map(({ source }) => (source.kind === 'interface' ? source.interfaceId : source.kind));
  assert.match(sources[0]!, /^eni-/);
  assert.notEqual(sources[0], sources[1]);
  assert.equal(sources[0], sources[2]);
});

test('With the ARN of a load balancer the port names the listener (AG-201)', async () => {
  const { account, dials, capability } = await openLink();
  await using _ = account;
  await capability.dial(balancerArn, 8080);
  assert.equal(dials[0]?.port, 8080);
  await assert.rejects(capability.dial(balancerArn), { name: 'DialFailure', kind: 'no-listener' });
});

test('A dial says what is missing: the load balancer, the listener, or an ARN of either', async () => {
  const { account, link, capability } = await openLink();
  await using _ = account;
  await assert.rejects(capability.dial(listenerArn.replace('web', 'other')), { kind: 'no-load-balancer' });
  await assert.rejects(capability.dial('http://web.internal'), { kind: 'no-load-balancer' });
  await assert.rejects(capability.dial(`${listenerArn.slice(0, -1)}1`), {
    kind: 'no-listener',
    message: `Load balancer "web" has no listener ${listenerArn.slice(0, -1)}1. Its listeners: ${listenerArn}`,
    route: { loadBalancer: balancerArn, vpcLink: link.ref },
  });
});

test('A link without security groups gets the default group of its VPC (VPC-038), and a deleted one leaves no interface', async () => {
  const { account, link, network, dials, capability } = await openLink({ SubnetIds: ['subnet-1'], SecurityGroupIds: [] });
  await using _ = account;
  await capability.dial(listenerArn);
  const [{ source } = { source: { kind: 'outside' } as const }] = dials;
  const verdict = network.decide(source, { address: '10.0.2.200', port: 80 });
  assert.doesNotMatch(verdict.hop.rule, /not attached/);
  await link.delete();
  assert.equal(account.directory.find('vpcLinkV2', link.ref), undefined);
  assert.match(network.decide(source, { address: '10.0.2.200', port: 81 }).hop.rule, /not attached/);
});

test('A subnet or group that does not exist is told in EC2’s words', async () => {
  await assert.rejects(openLink({ SubnetIds: ['subnet-9'] }), {
    message: "The subnet ID 'subnet-9' does not exist",
    property: 'SubnetIds',
  });
  await assert.rejects(openLink({ SecurityGroupIds: ['sg-9'] }), { message: "The security group 'sg-9' does not exist" });
  assert.equal(vpcLink.check!({ Name: '', SubnetIds: [] }, {}).length, 2);
});

test('Which load balancer a listener belongs to stands in its ARN', () => {
  assert.equal(loadBalancerArn(listenerArn), balancerArn);
  assert.equal(loadBalancerArn(balancerArn), balancerArn);
  assert.equal(loadBalancerArn(`${balancerArn}/more`), undefined);
  assert.equal(loadBalancerArn('arn:aws:lambda:us-east-1:000000000000:function:f'), undefined);
});

test('A link V2 dials the healthy instances of a Cloud Map service in turn, where the network lets it, and tells when one leaves (AG-577, AG-580)', async () => {
  const { account, capability, network } = await openLink();
  await using _ = account;
  network.model.addSecurityGroup({ id: 'sg-open', name: 'Open', vpcId: 'vpc-1', ingress: [tcp(8080, 'sg-nlb')], egress: [] });
  const arn = 'arn:aws:servicediscovery:us-east-1:000000000000:service/srv-0123456789abcdef';
  const namespace = { id: 'ns-1', arn: 'arn:namespace', name: 'local', vpcId: 'vpc-1' };
  const settings = { ttls: new Map([['SRV', 60]] as const), routing: 'MULTIVALUE', checked: true } as const;
  const service = new LiveDiscoveryService({ id: 'srv-1', arn, logicalId: 'B', namespace, name: 'backend' }, settings, account.random);
  await assert.rejects(capability.dial(arn), /there is no such Cloud Map service/);
  account.directory.provide('discoveryService', arn, service);
  await assert.rejects(capability.dial(arn), /"backend\.local" has no healthy instance/);
  const leave = ['a', 'b', 'c'].map((id) => {
    const attached = network.attach({
      name: `task ${id}`,
      subnetId: 'subnet-1',
      securityGroupIds: ['sg-open'],
      accept: () => Promise.resolve(new Socket()),
    });
    return service.register({ id, address: attached.address, port: 8080, attributes: {} });
  });
  service.setHealth('c', false);
  const connections = await Promise.all([1, 2, 3, 4].map(() => capability.dial(arn)));
  const targets = connections.map(({ route }) => route.target);
  assert.equal(new Set(targets).size, 2);
  assert.equal(targets[0], targets[2]);
  let left = 0;
  for (const connection of connections) connection.onDraining(() => left++);
  leave[0]!();
  assert.equal(left, 2);
  assert.equal(connections.filter(({ draining }) => draining).length, 2);
  const closed = network.attach({ name: 'task closed', subnetId: 'subnet-1', securityGroupIds: ['sg-task'] });
  leave[1]!();
  service.register({ id: 'closed', address: closed.address, port: 8080, attributes: {} });
  await assert.rejects(capability.dial(arn), /cannot reach task closed .* on port 8080: no ingress rule of sg-task/);
});
