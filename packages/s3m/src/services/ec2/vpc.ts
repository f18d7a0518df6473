import type { DefaultSecurityGroup } from '../../capabilities/default-security-group.ts';
import type { VpcDns } from '../../network/vpc-parts.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';

/** `AWS::EC2::VPC`: a private address range, with a main route table and a default security group. */
export const vpc: ResourceType = {
  type: 'AWS::EC2::VPC',
  scope: 'simulated',
  properties: {
    CidrBlock: 'simulated',
    EnableDnsHostnames: 'simulated',
    EnableDnsSupport: 'simulated',
    InstanceTenancy: { inert: 'there is no hardware to share' },
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['CidrBlock'],
  attributes: ['CidrBlock', 'CidrBlockAssociations', 'DefaultNetworkAcl', 'DefaultSecurityGroup', 'Ipv6CidrBlocks', 'VpcId'],
  replacedBy: ['CidrBlock', 'InstanceTenancy'],
  create: (context) => Promise.resolve(createVpc(context)),
};

function createVpc(context: ResourceContext): Resource {
  const { model } = context.account.network;
  const cidr = new PropertyReader(context.properties).string('CidrBlock');
  const id = `vpc-${context.physicalId(17)}`;
  const defaultSecurityGroupId = `sg-${context.physicalId(17, 'hex', 'default group')}`;
  const defaultNetworkAclId = `acl-${context.physicalId(17, 'hex', 'acl')}`;
  const mainRouteTableId = `rtb-${context.physicalId(17, 'hex', 'main route table')}`;
  const name = context.name.logicalId;
  const dns = readDns(context.properties);
  const remove = inNetwork(
    () => model.addVpc({ id, name, cidr, mainRouteTableId, defaultSecurityGroupId, defaultNetworkAclId, dns }),
    'CidrBlock',
  );
  const group: DefaultSecurityGroup = {
    id: defaultSecurityGroupId,
    restrict: () => model.restrictDefaultSecurityGroup(defaultSecurityGroupId),
    restore: () => model.restoreDefaultSecurityGroup(defaultSecurityGroupId),
  };
  const takeBack = context.account.directory.provide('defaultSecurityGroup', defaultSecurityGroupId, group);
  const resource: Resource = {
    ref: id,
    attributes: {
      VpcId: id,
      CidrBlock: cidr,
      CidrBlockAssociations: [`vpc-cidr-assoc-${context.physicalId(17, 'hex', 'association')}`],
      DefaultNetworkAcl: defaultNetworkAclId,
      DefaultSecurityGroup: defaultSecurityGroupId,
      Ipv6CidrBlocks: [],
    },
    update: (next) => {
      model.setVpcDns(id, readDns(next.properties));
      return Promise.resolve(resource);
    },
    delete: () => {
      takeBack();
      remove();
      return Promise.resolve();
    },
  };
  return resource;
}

/** VPC-007 */
function readDns(properties: Properties): VpcDns {
  const read = new PropertyReader(properties);
  return { support: read.boolean('EnableDnsSupport', true), hostnames: read.boolean('EnableDnsHostnames', false) };
}
