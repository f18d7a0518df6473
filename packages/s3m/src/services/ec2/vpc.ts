import type { DefaultSecurityGroup } from '../../capabilities/default-security-group.ts';
import { ALLOW_ALL } from '../../network/security-rule.ts';
import type { Account } from '../account.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { inEc2 } from './in-ec2.ts';

/** `AWS::EC2::VPC`: a private address range with a default security group. */
export const vpc: ResourceType = {
  type: 'AWS::EC2::VPC',
  scope: 'simulated',
  properties: {
    CidrBlock: 'simulated',
    EnableDnsHostnames: { inert: 'names of load balancers are known to those who dial them' },
    EnableDnsSupport: { inert: 'names of load balancers are known to those who dial them' },
    InstanceTenancy: { inert: 'there is no hardware to share' },
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['CidrBlock'],
  attributes: ['CidrBlock', 'CidrBlockAssociations', 'DefaultNetworkAcl', 'DefaultSecurityGroup', 'VpcId'],
  replacedBy: ['CidrBlock', 'InstanceTenancy'],
  create: (context) => Promise.resolve(createVpc(context)),
};

function createVpc(context: ResourceContext): Resource {
  const { account } = context;
  const cidr = new PropertyReader(context.properties).string('CidrBlock');
  const id = `vpc-${context.physicalId(17)}`;
  const defaultGroupId = `sg-${context.physicalId(17, 'hex', 'default group')}`;
  const remove = inEc2(() => account.network.addVpc({ id, name: context.name.logicalId, cidr, defaultGroupId }));
  const group = createDefaultGroup(account, defaultGroupId);
  const takeBack = account.directory.provide('defaultSecurityGroup', defaultGroupId, group);
  const resource: Resource = {
    ref: id,
    attributes: {
      VpcId: id,
      CidrBlock: cidr,
      CidrBlockAssociations: [`vpc-cidr-assoc-${context.physicalId(17, 'hex', 'association')}`],
      DefaultNetworkAcl: `acl-${context.physicalId(17, 'hex', 'acl')}`,
      DefaultSecurityGroup: defaultGroupId,
    },
    update: () => Promise.resolve(resource),
    delete: async () => {
      takeBack();
      remove();
    },
  };
  return resource;
}

/** VPC-038: it lets its own members in and everything out. */
function createDefaultGroup({ network }: Account, id: string): DefaultSecurityGroup {
  const group: DefaultSecurityGroup = {
    id,
    restrict: () => network.setInlineRules(id, { ingress: [], egress: [] }),
    restore: () => network.setInlineRules(id, { ingress: [{ ...ALLOW_ALL, peer: { kind: 'group', groupId: id } }], egress: [ALLOW_ALL] }),
  };
  group.restore();
  return group;
}
