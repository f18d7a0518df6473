import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefixList } from '../../../src/services/ec2/prefix-list.ts';
import { securityGroup } from '../../../src/services/ec2/security-group.ts';
import { securityGroupIngress } from '../../../src/services/ec2/security-group-ingress.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { smallNetwork } from '../../network/small-network.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

/** A network into which resources are put. */
async function bench() {
  const small = smallNetwork();
  const account = await fakeAccount({ network: small.network });
  const context = (type: ResourceType, logicalId: string, properties: Properties): ReturnType<typeof createContext> =>
    createContext(account, type, { logicalId, properties });
  const make = async (type: ResourceType, logicalId: string, properties: Properties): Promise<Resource> =>
    type.create(context(type, logicalId, properties));
  return { ...small, account, context, make, [Symbol.asyncDispose]: () => account[Symbol.asyncDispose]() };
}

const listOf = (...cidrs: readonly string[]): Properties => ({
  PrefixListName: 'offices',
  AddressFamily: 'IPv4',
  MaxEntries: 5,
  Entries: cidrs.map((Cidr) => ({ Cidr })),
});
const groupWith = (rules: Properties): Properties => ({ GroupDescription: 'x', VpcId: 'vpc-1', ...rules });
const tcp = (FromPort: number, peer: Properties): Properties => ({ IpProtocol: 'tcp', FromPort, ToPort: FromPort, ...peer });

test('a rule admits the addresses of its prefix list, as they are when a connection is made (VPC-030)', async () => {
  await using it = await bench();
  const list = await it.make(prefixList, 'Offices', listOf('10.0.2.0/24'));
  assert.match(list.ref, /^pl-[0-9a-f]{17}$/);
  assert.equal(list.attributes['Version'], '1');
  const group = await it.make(securityGroup, 'Web', groupWith({}));
  await it.make(securityGroupIngress, 'In', { GroupId: group.ref, ...tcp(8080, { SourcePrefixListId: list.ref }) });
  const from = it.node();
  const to = it.task({ groups: [group.ref] });
  const decide = (): { readonly allowed: boolean; readonly rule: string } =>
    it.network.decide({ kind: 'interface', interfaceId: from.id }, { address: to.address, port: 8080 }).hop;
  assert.equal(decide().allowed, true);
  assert.match(decide().rule, /ingress tcp 8080 from pl-\w+ \(Offices\) on sg-\w+ \(Web\)/);
  const updated = await list.update!(it.context(prefixList, 'Offices', listOf('10.9.0.0/16')));
  assert.equal(updated.attributes['Version'], '2');
  assert.equal(decide().allowed, false);
});

test("the list of S3's addresses lets out to S3, and to nothing else (VPC-024)", async () => {
  await using it = await bench();
  const { model } = it.network;
  model.addGatewayEndpoint({ id: 'vpce-1', name: 'S3', vpcId: 'vpc-1', service: 'com.amazonaws.us-east-1.s3' });
  for (const service of ['s3', 'dynamodb'])
    model.addRoute('rtb-main', {
      destination: { kind: 'service', service: `com.amazonaws.us-east-1.${service}` },
      target: { kind: 'gateway-endpoint', id: 'vpce-1' },
    });
  const group = await it.make(
    securityGroup,
    'Closed',
    groupWith({ SecurityGroupEgress: [tcp(443, { CidrIp: '10.0.0.0/16' }), tcp(443, { DestinationPrefixListId: 'pl-63a5400a' })] }),
  );
  const task = it.task({ groups: [group.ref] });
  const egress = (host: string): { readonly allowed: boolean; readonly hop: { readonly rule: string } } =>
    it.network.egressTo(task.id, { host, port: 443 });
  const layers = egress('prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com');
  assert.equal(layers.allowed, true, layers.hop.rule);
  assert.match(layers.hop.rule, /egress tcp 443 to pl-63a5400a \(com\.amazonaws\.us-east-1\.s3\)/);
  assert.equal(egress('dynamodb.us-east-1.amazonaws.com').allowed, false);
});

test('a list that is not there, IPv6, and more entries than MaxEntries are refused', async () => {
  await using it = await bench();
  const rule = groupWith({ SecurityGroupIngress: [tcp(80, { SourcePrefixListId: 'pl-0' })] });
  await assert.rejects(it.make(securityGroup, 'Web', rule), /The prefix list ID 'pl-0' does not exist/);
  const many = { ...listOf('10.0.0.0/16', '10.1.0.0/16'), MaxEntries: 1 };
  await assert.rejects(it.make(prefixList, 'Offices', many), /has 2 entries, MaxEntries is 1/);
  await assert.rejects(it.make(prefixList, 'Offices', listOf('10.0.0.0')), /CIDR block 10\.0\.0\.0 is malformed/);
  assert.equal(prefixList.check!({ ...listOf(), AddressFamily: 'IPv6' }, {})[0]?.kind, 'unsupported');
});
