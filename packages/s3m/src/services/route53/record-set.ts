import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';

const noNames = 'names are not resolved here; a domain of an API answers at a port of this machine';

/** A name that leads to something. */
export const recordSet: ResourceType = {
  type: 'AWS::Route53::RecordSet',
  scope: { inert: noNames },
  properties: {
    AliasTarget: { inert: noNames },
    Comment: { inert: 'text for people' },
    HostedZoneId: { inert: noNames },
    HostedZoneName: { inert: noNames },
    Name: { inert: noNames },
    ResourceRecords: { inert: noNames },
    TTL: { inert: noNames },
    Type: { inert: noNames },
  },
  required: ['Name', 'Type'],
  attributes: [],
  create,
};

async function create({ properties }: ResourceContext): Promise<Resource> {
  const resource: Resource = {
    ref: new PropertyReader(properties).string('Name'),
    attributes: {},
    update: create,
    delete: () => Promise.resolve(),
  };
  return resource;
}
