import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';

/** Names that resolve inside one VPC (ECS-095). */
export const privateDnsNamespace: ResourceType = {
  type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    Vpc: 'simulated',
    Description: { inert: 'text for people' },
    Properties: { inert: 'the SOA record of a zone has no effect on the names in it' },
    Tags: { inert: 'tags have no effect' },
  },
  required: ['Name', 'Vpc'],
  attributes: ['Arn', 'HostedZoneId', 'Id'],
  replacedBy: ['Name', 'Vpc'],
  create,
};

async function create({ account, properties, physicalId }: ResourceContext): Promise<Resource> {
  const reader = new PropertyReader(properties);
  const vpcId = reader.string('Vpc');
  const name = reader.string('Name').toLowerCase().replace(/\.$/, '');
  if (account.network.model.findVpc(vpcId) === undefined) throw new ResourceFailure(`The VPC ${vpcId} does not exist`, { property: 'Vpc' });
  const taken = account.directory.list('dnsNamespace').find(([, other]) => other.vpcId === vpcId && other.name === name);
  if (taken !== undefined) throw new ResourceFailure(`The VPC ${vpcId} has a namespace ${name} already, ${taken[0]}`, { property: 'Name' });
  const id = `ns-${physicalId(16, 'base36').toLowerCase()}`;
  const arn = `arn:${account.partition}:servicediscovery:${account.region}:${account.id}:namespace/${id}`;
  const takeAway = account.directory.provide('dnsNamespace', id, { id, arn, name, vpcId });
  const resource: Resource = {
    ref: id,
    attributes: { Arn: arn, Id: id, HostedZoneId: `Z${physicalId(20, 'base36', 'zone').toUpperCase()}` },
    update: () => Promise.resolve(resource),
    delete: () => Promise.resolve(takeAway()),
  };
  return resource;
}
