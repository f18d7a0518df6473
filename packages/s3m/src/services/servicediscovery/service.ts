import { isObject, isUnresolved, listOf, textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { LiveDiscoveryService, type DiscoverySettings } from './live-discovery-service.ts';

/** A name in a private namespace, and who answers to it (ECS-095). */
export const discoveryService: ResourceType = {
  type: 'AWS::ServiceDiscovery::Service',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    NamespaceId: 'simulated',
    'DnsConfig.NamespaceId': 'simulated',
    'DnsConfig.DnsRecords.Type': 'simulated',
    'DnsConfig.DnsRecords.TTL': 'simulated',
    'DnsConfig.RoutingPolicy': 'simulated',
    'HealthCheckCustomConfig.FailureThreshold': { inert: 'AWS takes any number for 1' },
    ServiceAttributes: { inert: 'nothing reads them here' },
    Description: { inert: 'text for people' },
    Tags: { inert: 'tags have no effect' },
  },
  attributes: ['Arn', 'Id', 'Name'],
  replacedBy: ['Name', 'NamespaceId', 'DnsConfig.NamespaceId', 'DnsConfig.RoutingPolicy', 'HealthCheckCustomConfig'],
  check,
  create,
};

function check(properties: Properties): Finding[] {
  const config = properties['DnsConfig'];
  if (!isObject(config)) {
    return [
      {
        property: 'DnsConfig',
        kind: 'unsupported',
        message: 'services without DNS records are found by calls of DiscoverInstances only, which is not simulated',
        fix: 'Use a service with A or SRV records in an AWS::ServiceDiscovery::PrivateDnsNamespace.',
      },
    ];
  }
  const findings: Finding[] = [];
  for (const [index, record] of listOf(config['DnsRecords']).entries()) {
    const type = textOf(record['Type']);
    if (type === 'A' || type === 'SRV' || isUnresolved(record['Type'])) continue;
    const property = `DnsConfig.DnsRecords[${index}].Type`;
    if (type === 'AAAA' || type === 'CNAME')
      findings.push({
        property,
        kind: 'unsupported',
        message: `${type} records are not simulated; tasks have IPv4 addresses: A and SRV are`,
      });
    else
      findings.push({
        property,
        kind: 'invalid',
        message: `The type of a record is ${JSON.stringify(type)}, it must be A, AAAA, SRV or CNAME`,
      });
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account, name, physicalId, physicalName, properties } = context;
  const reader = new PropertyReader(properties);
  const namespaceId = reader.optionalString('NamespaceId') ?? reader.object('DnsConfig')?.optionalString('NamespaceId') ?? '';
  const namespace = account.directory.find('dnsNamespace', namespaceId);
  if (namespace === undefined) {
    throw new ResourceFailure(`Can't find namespace: ${namespaceId}`, {
      property: 'NamespaceId',
      fix: 'Name an AWS::ServiceDiscovery::PrivateDnsNamespace of the template.',
    });
  }
  const serviceName = reader.optionalString('Name') ?? physicalName();
  const id = `srv-${physicalId(16, 'base36').toLowerCase()}`;
  const arn = `arn:${account.partition}:servicediscovery:${account.region}:${account.id}:service/${id}`;
  const identity = { id, arn, logicalId: name.logicalId, namespace, name: serviceName };
  const live = new LiveDiscoveryService(identity, readSettings(properties), account.random);
  const takeAway = account.directory.provide('discoveryService', arn, live);
  const resource: Resource = {
    ref: id,
    attributes: { Arn: arn, Id: id, Name: serviceName },
    update: (changed) => {
      live.configure(readSettings(changed.properties));
      return Promise.resolve(resource);
    },
    delete: () => Promise.resolve(takeAway()),
  };
  return resource;
}

function readSettings(properties: Properties): DiscoverySettings {
  const reader = new PropertyReader(properties);
  const dns = reader.object('DnsConfig');
  const records = dns?.objects('DnsRecords') ?? [];
  return {
    ttls: new Map(records.map((record) => [record.oneOf('Type', ['A', 'SRV']), record.integer('TTL')])),
    routing: dns?.oneOf('RoutingPolicy', ['MULTIVALUE', 'WEIGHTED'], 'MULTIVALUE') ?? 'MULTIVALUE',
    checked: reader.has('HealthCheckCustomConfig'),
  };
}
