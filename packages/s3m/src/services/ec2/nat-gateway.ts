import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';
import { unchanging } from './unchanging.ts';

/** `AWS::EC2::NatGateway`: the way out for private subnets; it leads somewhere only from a public subnet (VPC-011). */
export const natGateway: ResourceType = {
  type: 'AWS::EC2::NatGateway',
  scope: 'simulated',
  properties: {
    AllocationId: 'simulated',
    ConnectivityType: 'simulated',
    PrivateIpAddress: 'simulated',
    SubnetId: 'simulated',
    MaxDrainDurationSeconds: { inert: 'secondary addresses are not there to be drained' },
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['SubnetId'],
  attributes: ['EniId', 'NatGatewayId'],
  replacedBy: ['AllocationId', 'ConnectivityType', 'PrivateIpAddress', 'SubnetId'],
  create: (context) => Promise.resolve(createNatGateway(context)),
};

function createNatGateway(context: ResourceContext): Resource {
  const { network } = context.account;
  const read = new PropertyReader(context.properties);
  const connectivity = read.oneOf('ConnectivityType', ['public', 'private'], 'public');
  if (connectivity === 'public' && !read.has('AllocationId')) {
    throw new ResourceFailure('A public NAT gateway needs an Elastic IP address', {
      property: 'AllocationId',
      fix: 'Set AllocationId to the allocation id of an AWS::EC2::EIP.',
    });
  }
  const id = `nat-${context.physicalId(17)}`;
  const name = context.name.logicalId;
  const subnetId = read.string('SubnetId');
  const address = read.optionalString('PrivateIpAddress');
  // VPC-012: no security group around it.
  const attached = inNetwork(
    () =>
      network.attach({
        name: `NAT gateway ${name}`,
        subnetId,
        securityGroupIds: [],
        filtered: false,
        publicAddress: connectivity === 'public',
        ...(address === undefined ? {} : { address }),
      }),
    'SubnetId',
  );
  const remove = network.model.addNatGateway({ id, name, subnetId, connectivity });
  return unchanging(id, { NatGatewayId: id, EniId: attached.id }, () => {
    remove();
    attached.detach();
  });
}
