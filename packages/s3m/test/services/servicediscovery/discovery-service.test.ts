import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceFailure, type Properties } from '../../../src/services/resource-type.ts';
import { privateDnsNamespace } from '../../../src/services/servicediscovery/private-dns-namespace.ts';
import { discoveryService } from '../../../src/services/servicediscovery/service.ts';
import { smallNetwork } from '../../network/small-network.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

const records = (...types: readonly string[]): Properties => ({ DnsRecords: types.map((Type) => ({ Type, TTL: 15 })) });

/** `backend.weather.local`, with the records given. */
async function serviceOf(properties: Properties) {
  const account = await fakeAccount({ network: smallNetwork().network });
  const named = { Name: 'weather.local', Vpc: 'vpc-1' };
  const namespace = await privateDnsNamespace.create(
    createContext(account, privateDnsNamespace, { logicalId: 'Names', properties: named }),
  );
  const created = await discoveryService.create(
    createContext(account, discoveryService, {
      logicalId: 'Backend',
      properties: { Name: 'backend', NamespaceId: namespace.ref, ...properties },
    }),
  );
  const live = account.directory.find('discoveryService', created.attributes['Arn'] as string)!;
  const register = (host: number): (() => void) =>
    live.register({ id: `task${host}`, address: `10.0.1.${host}`, port: 8080, attributes: {} });
  return { account, namespace, created, live, register, [Symbol.asyncDispose]: () => account[Symbol.asyncDispose]() };
}

test('the name of a service stands for the addresses of its instances, with the TTL of its records (ECS-095)', async () => {
  await using it = await serviceOf({ DnsConfig: records('A') });
  const leave = it.register(4);
  it.register(5);
  assert.deepEqual(it.live.resolve('backend.weather.local')?.addresses.toSorted(), ['10.0.1.4', '10.0.1.5']);
  assert.deepEqual(it.live.resolve('BACKEND.weather.local.')?.ttl, 15);
  assert.deepEqual(it.live.resolve('backend.weather.local')?.srv, []);
  assert.equal(it.live.resolve('other.weather.local'), undefined);
  leave();
  assert.deepEqual(it.live.resolve('backend.weather.local')?.addresses, ['10.0.1.5']);
});

test('SRV records name the port of an instance and a name of its own (ECS-095)', async () => {
  await using it = await serviceOf({ DnsConfig: records('SRV') });
  it.register(4);
  const found = it.live.resolve('backend.weather.local');
  assert.deepEqual(found, {
    addresses: [],
    srv: [{ name: 'task4.backend.weather.local', port: 8080, priority: 1, weight: 1 }],
    ttl: 15,
  });
  assert.deepEqual(it.live.resolve('task4.backend.weather.local')?.addresses, ['10.0.1.4']);
});

test('an answer holds eight instances at most, of a WEIGHTED service one', async () => {
  await using many = await serviceOf({ DnsConfig: records('A') });
  await using one = await serviceOf({ DnsConfig: { ...records('A'), RoutingPolicy: 'WEIGHTED' } });
  for (let host = 4; host < 16; host++) for (const { register } of [many, one]) register(host);
  assert.equal(new Set(many.live.resolve('backend.weather.local')?.addresses).size, 8);
  assert.equal(one.live.resolve('backend.weather.local')?.addresses.length, 1);
});

test('an unhealthy instance is left out where the service has a custom health check, and only there', async () => {
  await using checked = await serviceOf({ DnsConfig: records('A'), HealthCheckCustomConfig: { FailureThreshold: 1 } });
  await using unchecked = await serviceOf({ DnsConfig: records('A') });
  for (const { register, live } of [checked, unchecked]) {
    register(4);
    live.setHealth('task4', false);
  }
  assert.deepEqual(checked.live.resolve('backend.weather.local')?.addresses, []);
  assert.deepEqual(unchecked.live.resolve('backend.weather.local')?.addresses, ['10.0.1.4']);
});

test('Ref is the id; the attributes are those of CFN-040', async () => {
  await using it = await serviceOf({ DnsConfig: records('A') });
  assert.match(it.created.ref, /^srv-[a-z0-9]{16}$/);
  assert.deepEqual(Object.keys(it.created.attributes), ['Arn', 'Id', 'Name']);
  assert.match(it.namespace.ref, /^ns-[a-z0-9]{16}$/);
  assert.deepEqual(Object.keys(it.namespace.attributes), ['Arn', 'Id', 'HostedZoneId']);
});

test('what has no records, or others than A and SRV, is told as unsupported', () => {
  assert.deepEqual(
    discoveryService.check!({ Name: 'x' }, {}).map(({ property, kind }) => [property, kind]),
    [['DnsConfig', 'unsupported']],
  );
  assert.deepEqual(
    discoveryService.check!({ DnsConfig: records('A', 'CNAME', 'MX') }, {}).map(({ property, kind }) => [property, kind]),
    [
      ['DnsConfig.DnsRecords[1].Type', 'unsupported'],
      ['DnsConfig.DnsRecords[2].Type', 'invalid'],
    ],
  );
});

test('a namespace that is not there, and a second one of the same name in a VPC, are refused', async () => {
  await using it = await serviceOf({ DnsConfig: records('A') });
  const again = { logicalId: 'Again', properties: { Name: 'weather.local', Vpc: 'vpc-1' } };
  await assert.rejects(privateDnsNamespace.create(createContext(it.account, privateDnsNamespace, again)), ResourceFailure);
  const lost = { logicalId: 'Lost', properties: { Name: 'lost', NamespaceId: 'ns-none', DnsConfig: records('A') } };
  await assert.rejects(discoveryService.create(createContext(it.account, discoveryService, lost)), /Can't find namespace: ns-none/);
});
