import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkRefusal } from '../../src/network/network.ts';
import { vpcNeighbours } from '../../src/services/vpc-neighbours.ts';
import { smallNetwork } from '../network/small-network.ts';
import { fakeAccount } from './fake-account.ts';

test('neither a group without egress rules nor an ACL without entries keeps names from a task, only what they stand for (VPC-008)', async () => {
  const { network, task, node } = smallNetwork({ task: { egress: [] } });
  const { acls } = network.model;
  acls.add({ id: 'acl-1', name: 'Closed', vpcId: 'vpc-1' });
  acls.associate({ id: 'subnet-1', vpcId: 'vpc-1' }, 'acl-1');
  const { address } = node();
  await using account = await fakeAccount({ network });
  account.directory.provide('loadBalancer', 'arn:nlb', {
    arn: 'arn:nlb',
    name: 'nlb',
    logicalId: 'PrivateNlb',
    type: 'network',
    dnsName: 'nlb.elb.us-east-1.amazonaws.com',
    listeners: [],
    nodeAddresses: [address],
    routesTo: () => false,
    dial: () => assert.fail('dialled'),
  });
  const from = task();
  const neighbours = vpcNeighbours(account, from, { outward: false, refused: () => {} });
  assert.deepEqual(neighbours.place.resolvers, ['10.0.0.2', '169.254.169.253']);
  assert.deepEqual(neighbours.resolve('nlb.elb.us-east-1.amazonaws.com')?.addresses, [address]);
  await assert.rejects(network.dial({ kind: 'interface', interfaceId: from.id }, { address, port: 80 }), (error: unknown) => {
    assert.ok(error instanceof NetworkRefusal);
    assert.match(error.message, /no egress rule of sg-task .* no outbound rule of network ACL acl-1 \(Closed\)/);
    return true;
  });
});
