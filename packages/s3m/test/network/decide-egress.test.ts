import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpointServiceOf } from '../../src/network/endpoint-service.ts';
import type { NetworkInterface } from '../../src/network/network.ts';
import { ALLOW_ALL } from '../../src/network/security-rule.ts';
import type { VpcNetwork } from '../../src/network/vpc-network.ts';
import { smallNetwork, tcp, to } from './small-network.ts';

const everywhere = to('0.0.0.0/0');
const registry = 'registry.example.org';

/** Private subnets lead to a NAT gateway in the public one, that to the internet. */
function addWayOut({ model }: VpcNetwork): { readonly closeNat: () => void; readonly detachGateway: () => void } {
  model.addInternetGateway('igw-1', 'Igw');
  const detachGateway = model.attachInternetGateway('igw-1', 'vpc-1');
  model.addRouteTable({ id: 'rtb-public', name: 'PublicRoutes', vpcId: 'vpc-1' });
  model.associateRouteTable('subnet-public', 'rtb-public');
  model.addRoute('rtb-public', { destination: everywhere, target: { kind: 'internet-gateway', id: 'igw-1' } });
  const closeNat = model.addNatGateway({ id: 'nat-1', name: 'Nat', subnetId: 'subnet-public', connectivity: 'public' });
  model.addRoute('rtb-main', { destination: everywhere, target: { kind: 'nat-gateway', id: 'nat-1' } });
  return { closeNat, detachGateway };
}

function ask(network: VpcNetwork, from: NetworkInterface, host = registry): { readonly allowed: boolean; readonly rule: string } {
  return network.egressTo(from.id, { host, port: 443 }).hop;
}

describe('a way out of a VPC', () => {
  it('is missing in a subnet whose table holds only the local route (VPC-002, VPC-003)', () => {
    const { network, task } = smallNetwork();
    const { allowed, rule } = ask(network, task());
    assert.ok(!allowed);
    assert.equal(
      rule,
      `route table rtb-main (main of Vpc) of subnet-1 (Private1) has no route to ${registry}. To open it, add a route for 0.0.0.0/0 to a NAT gateway`,
    );
  });

  it('leads over a NAT gateway in a public subnet (VPC-011, VPC-021)', () => {
    const { network, task } = smallNetwork();
    addWayOut(network);
    const { allowed, rule } = ask(network, task());
    assert.ok(allowed, rule);
    assert.match(rule, /^route 0\.0\.0\.0\/0 to nat-1 in route table rtb-main .*; egress all traffic to 0\.0\.0\.0\/0 on sg-task/);
  });

  it('is a black hole once the NAT gateway is deleted (VPC-014)', () => {
    const { network, task } = smallNetwork();
    const { closeNat } = addWayOut(network);
    const from = task();
    assert.ok(ask(network, from).allowed);
    closeNat();
    assert.match(ask(network, from).rule, /nat-1 .* is a black hole: there is no such NAT gateway/);
  });

  it('ends at a NAT gateway whose own subnet leads nowhere (VPC-011)', () => {
    const { network, task } = smallNetwork();
    const { detachGateway } = addWayOut(network);
    detachGateway();
    assert.match(
      ask(network, task()).rule,
      /nat-1 \(Nat\) is in subnet-public \(Public\), which has no route to an attached internet gateway/,
    );
  });

  it('ends at a private NAT gateway', () => {
    const { network, task } = smallNetwork();
    addWayOut(network).closeNat();
    network.model.addNatGateway({ id: 'nat-1', name: 'Nat', subnetId: 'subnet-public', connectivity: 'private' });
    assert.match(ask(network, task()).rule, /nat-1 \(Nat\) is private/);
  });

  it('over an internet gateway needs a public address (VPC-009, VPC-010)', () => {
    const { network, task } = smallNetwork();
    addWayOut(network);
    const refused = ask(network, task({ subnetId: 'subnet-public' }));
    assert.ok(!refused.allowed);
    assert.match(refused.rule, /needs a public address.*AssignPublicIp: ENABLED/);
    assert.ok(ask(network, task({ name: 'other', subnetId: 'subnet-public', public: true })).allowed);
  });

  it('is a black hole once the internet gateway is detached (VPC-005)', () => {
    const { network, task } = smallNetwork();
    const { detachGateway } = addWayOut(network);
    const from = task({ subnetId: 'subnet-public', public: true });
    assert.ok(ask(network, from).allowed);
    detachGateway();
    assert.match(ask(network, from).rule, /igw-1 .* is a black hole: that gateway is not attached to the VPC/);
  });

  it('also needs an egress rule of the groups (VPC-024)', () => {
    const { network, task } = smallNetwork({ task: { egress: [tcp(80, '0.0.0.0/0'), tcp(443, '10.0.0.0/16')] } });
    addWayOut(network);
    const { allowed, rule } = ask(network, task());
    assert.ok(!allowed);
    assert.match(
      rule,
      /no egress rule of sg-task .* To open it, add to sg-task \(WeatherSecurityGroup\): egress tcp 443 to 0\.0\.0\.0\/0$/,
    );
  });

  it('is chosen by the longest prefix (VPC-004)', () => {
    const { network, task } = smallNetwork();
    addWayOut(network);
    network.model.addRoute('rtb-main', { destination: to('198.51.100.0/24'), target: { kind: 'nat-gateway', id: 'nat-gone' } });
    const from = task();
    assert.match(ask(network, from, '198.51.100.7').rule, /^route 198\.51\.100\.0\/24 to nat-gone .* is a black hole/);
    assert.ok(ask(network, from, '198.51.101.7').allowed);
    assert.ok(ask(network, from, registry).allowed);
  });

  it("follows a subnet's own table before the main one (VPC-002)", () => {
    const { network, task } = smallNetwork();
    addWayOut(network);
    network.model.addRouteTable({ id: 'rtb-own', name: 'Own', vpcId: 'vpc-1' });
    const dissociate = network.model.associateRouteTable('subnet-1', 'rtb-own');
    const from = task();
    assert.ok(!ask(network, from).allowed);
    dissociate();
    assert.ok(ask(network, from).allowed);
  });
});

describe('a VPC endpoint', () => {
  const dkr = '000000000000.dkr.ecr.us-east-1.amazonaws.com';
  const layers = 'prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com';

  function addInterfaceEndpoint(network: VpcNetwork, options: { readonly privateDns: boolean; readonly ingress: boolean }): void {
    const ingress = options.ingress ? [tcp(443, 'sg-task')] : [];
    network.model.addSecurityGroup({ id: 'sg-vpce', name: 'EndpointSecurityGroup', vpcId: 'vpc-1', ingress, egress: [ALLOW_ALL] });
    const { id } = network.attach({ name: 'VPC endpoint Dkr', subnetId: 'subnet-2', securityGroupIds: ['sg-vpce'] });
    const service = 'com.amazonaws.us-east-1.ecr.dkr';
    network.model.addInterfaceEndpoint({
      id: 'vpce-1',
      name: 'Dkr',
      vpcId: 'vpc-1',
      service,
      privateDns: options.privateDns,
      dnsNames: [],
      interfaceIds: [id],
    });
  }

  it('answers for its service without any route out (VPC-022)', () => {
    const { network, task } = smallNetwork();
    addInterfaceEndpoint(network, { privateDns: true, ingress: true });
    const from = task();
    assert.ok(ask(network, from, dkr).allowed);
    assert.ok(!ask(network, from, layers).allowed, 'another service');
  });

  it('must let the tasks in on 443 (VPC-023)', () => {
    const { network, task } = smallNetwork();
    addInterfaceEndpoint(network, { privateDns: true, ingress: false });
    assert.match(
      ask(network, task(), dkr).rule,
      /add to sg-vpce \(EndpointSecurityGroup\): ingress tcp 443 from sg-task \(WeatherSecurityGroup\)$/,
    );
  });

  it("is not found under the service's name without private DNS or the VPC's two DNS settings (VPC-007)", () => {
    const { network, task } = smallNetwork();
    addInterfaceEndpoint(network, { privateDns: false, ingress: true });
    assert.match(ask(network, task(), dkr).rule, /has no route .* or a VPC endpoint for com\.amazonaws\.us-east-1\.ecr\.dkr$/);
    const other = smallNetwork();
    addInterfaceEndpoint(other.network, { privateDns: true, ingress: true });
    other.network.model.setVpcDns('vpc-1', { support: true, hostnames: false });
    const from = other.task();
    assert.ok(!ask(other.network, from, dkr).allowed);
    other.network.model.setVpcDns('vpc-1', { support: false, hostnames: true });
    assert.ok(!ask(other.network, from, dkr).allowed);
    other.network.model.setVpcDns('vpc-1', { support: true, hostnames: true });
    assert.ok(ask(other.network, from, dkr).allowed);
  });

  it('of the gateway kind is a route; groups must still let public addresses out (VPC-024)', () => {
    const { network, task } = smallNetwork();
    const service = 'com.amazonaws.us-east-1.s3';
    network.model.addGatewayEndpoint({ id: 'vpce-s3', name: 'S3', vpcId: 'vpc-1', service });
    network.model.addRoute('rtb-main', { destination: { kind: 'service', service }, target: { kind: 'gateway-endpoint', id: 'vpce-s3' } });
    const from = task();
    assert.ok(ask(network, from, layers).allowed);
    assert.ok(!ask(network, from, registry).allowed);
    network.model.setSecurityRules('sg-task', { ingress: [], egress: [tcp(443, '10.0.0.0/16')] });
    assert.ok(!ask(network, from, layers).allowed);
  });

  for (const [host, service] of [
    ['api.ecr.us-east-1.amazonaws.com', 'com.amazonaws.us-east-1.ecr.api'],
    [dkr, 'com.amazonaws.us-east-1.ecr.dkr'],
    [layers, 'com.amazonaws.us-east-1.s3'],
    ['s3.eu-west-1.amazonaws.com', 'com.amazonaws.eu-west-1.s3'],
    ['dynamodb.us-gov-west-1.amazonaws.com', 'com.amazonaws.us-gov-west-1.dynamodb'],
    ['logs.us-east-1.amazonaws.com', 'com.amazonaws.us-east-1.logs'],
    ['registry.example.org', undefined],
    ['amazonaws.com', undefined],
    ['logs.us-east-1.amazonaws.com.example.org', undefined],
  ] as const) {
    it(`${host} is ${service ?? 'no AWS API'}`, () => assert.equal(endpointServiceOf(host), service));
  }
});

it("a subnet's ACL that keeps answers from outside out stops the connection, and names the ports that answers come to (VPC-041, VPC-050)", () => {
  const { network, task } = smallNetwork();
  addWayOut(network);
  const { acls } = network.model;
  acls.add({ id: 'acl-1', name: 'Strict', vpcId: 'vpc-1' });
  acls.associate({ id: 'subnet-1', vpcId: 'vpc-1' }, 'acl-1');
  const entry = (from: number, until: number) =>
    ({ ruleNumber: 100, action: 'allow', protocol: 'tcp', ports: { from, to: until }, range: { first: 0, prefix: 0 } }) as const;
  acls.addEntry('acl-1', 'egress', entry(443, 443));
  const from = task();
  const { allowed, rule } = ask(network, from);
  assert.ok(!allowed, rule);
  assert.match(
    rule,
    /no inbound rule of network ACL acl-1 \(Strict\) of subnet subnet-1 \(Private1\) lets tcp 32768-60999 \(answers\) in from registry\.example\.org\. To open it, add to acl-1 \(Strict\): inbound allow tcp 32768-60999 from 0\.0\.0\.0\/0$/,
  );
  acls.addEntry('acl-1', 'ingress', entry(1024, 65_535));
  assert.ok(ask(network, from).allowed);
});

it('is not opened by a public address where no setting gives one: that is not told as the fix for a function (VPC-009, VPC-010)', () => {
  const { network, task } = smallNetwork();
  addWayOut(network);
  const { rule } = ask(network, task({ subnetId: 'subnet-public', public: 'never' }));
  assert.match(rule, /needs a public address, .* has none\. To open it, use a subnet with a route to a NAT gateway$/);
  const { rule: ofTask } = ask(network, task({ subnetId: 'subnet-public' }));
  assert.match(ofTask, /To open it, give it one \(AssignPublicIp: ENABLED\), or use a subnet with a route to a NAT gateway$/);
});
