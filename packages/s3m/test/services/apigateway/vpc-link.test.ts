import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import test from 'node:test';
import type { NetworkSource } from '../../../src/network/network-source.ts';
import { vpcLink } from '../../../src/services/apigateway/vpc-link.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { openGateway, proxy } from './gateway-fixture.ts';

const arn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/0123456789abcdef';
const properties = { Name: 'x', TargetArns: [arn] };

test('A link dials its load balancer as PrivateLink, and the way tells of the link; it is available at once (AG-184, AG-191, NLB-056, NLB-063)', async () => {
  await using account = await fakeAccount();
  const link = await vpcLink.create(createContext(account, vpcLink, { logicalId: 'Link', properties }));
  assert.match(link.ref, /^[0-9a-z]{6}$/);
  assert.equal(link.attributes['VpcLinkId'], link.ref);
  const capability = account.directory.find('vpcLink', link.ref)!;
  assert.deepEqual([capability.status, capability.statusMessage], ['AVAILABLE', 'Your vpc link is ready for use']);
  await assert.rejects(capability.dial(80), { name: 'DialFailure', kind: 'no-load-balancer' });
  const dials: { readonly port: number; readonly source: NetworkSource }[] = [];
  let draining = false;
  account.directory.provide('loadBalancer', arn, {
    arn,
    name: 'n',
    logicalId: 'Nlb',
    type: 'network',
    dnsName: 'n.internal',
    listeners: [],
    nodeAddresses: [],
    routesTo: () => true,
    dial: async (request) => {
      dials.push(request);
      return {
        socket: new Socket(),
        route: { loadBalancer: 'n', listener: '80', targetGroup: 't', target: '10.0.0.9:80', hops: [] },
        get draining() {
          return draining;
        },
        onDraining: () => {},
      };
    },
  });
  const connection = await capability.dial(8080);
  assert.deepEqual(dials, [{ port: 8080, source: { kind: 'private-link', vpcLinkId: link.ref } }]);
  assert.equal(connection.route.vpcLink, link.ref);
  draining = true;
  assert.equal(connection.draining, true);
  await link.delete();
  assert.equal(account.directory.find('vpcLink', link.ref), undefined);
});

test('A second link to one load balancer fails (AG-186)', async () => {
  await using account = await fakeAccount();
  await vpcLink.create(createContext(account, vpcLink, { logicalId: 'One', properties }));
  await assert.rejects(vpcLink.create(createContext(account, vpcLink, { logicalId: 'Two', properties })), {
    message: 'NLB is already associated with another VPC Endpoint Service',
  });
});

test('A link is not deleted while a method names it by its id; a stage variable does not count (AG-190)', async () => {
  await using gateway = await openGateway();
  const link = await gateway.create(vpcLink, 'Link', properties);
  const integration = (id: string): Properties => proxy('http://nlb.internal/', { ConnectionId: id });
  const method = await gateway.method('GET', '/a', integration(link.ref));
  await gateway.method('GET', '/b', integration('${stageVariables.link}'));
  const resourceId = await gateway.path('/a');
  await assert.rejects(link.delete(), {
    message: `Cannot delete vpc link. Vpc link '${link.ref}', is referenced in [GET:${gateway.api.id}:${resourceId}] in format of [Method:Resource].`,
  });
  assert.notEqual(gateway.account.directory.find('vpcLink', link.ref), undefined);
  await method.delete();
  await link.delete();
  assert.equal(gateway.account.directory.find('vpcLink', link.ref), undefined);
});
