import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefixList } from '../../../src/services/ec2/prefix-list.ts';
import { route } from '../../../src/services/ec2/route.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { smallNetwork } from '../../network/small-network.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

/** The small network with an internet gateway and a public task. */
async function bench() {
  const small = smallNetwork();
  small.network.model.addInternetGateway('igw-1', 'Igw');
  small.network.model.attachInternetGateway('igw-1', 'vpc-1');
  const account = await fakeAccount({ network: small.network });
  const context = (type: ResourceType, logicalId: string, properties: Properties): ReturnType<typeof createContext> =>
    createContext(account, type, { logicalId, properties });
  const make = async (type: ResourceType, logicalId: string, properties: Properties): Promise<Resource> =>
    type.create(context(type, logicalId, properties));
  const task = small.task({ public: true });
  const ask = (host: string): { readonly allowed: boolean; readonly rule: string } =>
    small.network.egressTo(task.id, { host, port: 443 }).hop;
  return { make, context, ask, [Symbol.asyncDispose]: () => account[Symbol.asyncDispose]() };
}

const offices = (...cidrs: readonly string[]): Properties => ({
  PrefixListName: 'offices',
  AddressFamily: 'IPv4',
  MaxEntries: 5,
  Entries: cidrs.map((Cidr) => ({ Cidr })),
});
const toList = (id: string): Properties => ({ RouteTableId: 'rtb-main', DestinationPrefixListId: id, GatewayId: 'igw-1' });

test('a route to a prefix list leads to its addresses, as they are when a packet comes, and to no others (VPC-004)', async () => {
  await using it = await bench();
  const list = await it.make(prefixList, 'Offices', offices('198.51.100.0/24'));
  const made = await it.make(route, 'ToOffices', toList(list.ref));
  assert.equal(made.ref, `rtb-main|${list.ref}`);
  const { allowed, rule } = it.ask('198.51.100.7');
  assert.ok(allowed, rule);
  assert.match(rule, /^route pl-[0-9a-f]{17} \(Offices\) to igw-1 in route table rtb-main/);
  assert.match(it.ask('203.0.113.7').rule, /has no route to 203\.0\.113\.7/);
  await list.update!(it.context(prefixList, 'Offices', offices('203.0.113.0/24')));
  assert.ok(it.ask('203.0.113.7').allowed);
  assert.match(it.ask('198.51.100.7').rule, /has no route to 198\.51\.100\.7/);
  await made.delete();
  assert.equal(it.ask('203.0.113.7').allowed, false);
});

test('the longest range of a prefix list counts against those of other routes (VPC-004)', async () => {
  await using it = await bench();
  const list = await it.make(prefixList, 'Offices', offices('198.51.0.0/16', '198.51.100.0/24'));
  await it.make(route, 'ToOffices', toList(list.ref));
  const elsewhere = { RouteTableId: 'rtb-main', NatGatewayId: 'nat-gone' };
  await it.make(route, 'Between', { ...elsewhere, DestinationCidrBlock: '198.51.96.0/20' });
  assert.ok(it.ask('198.51.100.7').allowed);
  await it.make(route, 'Longest', { ...elsewhere, DestinationCidrBlock: '198.51.100.0/28' });
  assert.match(it.ask('198.51.100.7').rule, /198\.51\.100\.0\/28 to nat-gone .* is a black hole/);
});

test('a route whose target is not there is a black hole, and the longer one counts although it leads nowhere (VPC-005)', async () => {
  await using it = await bench();
  await it.make(route, 'All', { RouteTableId: 'rtb-main', DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1' });
  assert.ok(it.ask('198.51.100.7').allowed);
  await it.make(route, 'Gone', { RouteTableId: 'rtb-main', DestinationCidrBlock: '198.51.100.0/24', GatewayId: 'igw-gone' });
  const { allowed, rule } = it.ask('198.51.100.7');
  assert.ok(!allowed);
  assert.match(rule, /route 198\.51\.100\.0\/24 to igw-gone .* is a black hole: that gateway is not attached to the VPC/);
  assert.ok(it.ask('203.0.113.7').allowed);
});

test('a list that is not there, one of AWS, a second route to a list, and two destinations or none are refused', async () => {
  await using it = await bench();
  await assert.rejects(it.make(route, 'R', toList('pl-0')), { message: "The prefix list ID 'pl-0' does not exist" });
  await assert.rejects(it.make(route, 'R', toList('pl-63a5400a')), /Routes to the addresses of com\.amazonaws\.us-east-1\.s3/);
  const list = await it.make(prefixList, 'Offices', offices('198.51.100.0/24'));
  await it.make(route, 'R', toList(list.ref));
  await assert.rejects(it.make(route, 'S', toList(list.ref)), new RegExp(`The route identified by ${list.ref} already exists\\.`));
  const either = /Exactly one of DestinationCidrBlock and DestinationPrefixListId/;
  await assert.rejects(it.make(route, 'T', { ...toList(list.ref), DestinationCidrBlock: '0.0.0.0/0' }), either);
  await assert.rejects(it.make(route, 'U', { RouteTableId: 'rtb-main', GatewayId: 'igw-1' }), either);
});
