import type { DefaultSecurityGroup } from '../../capabilities/default-security-group.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';

/** Takes all rules from a VPC's default security group, as CDK does behind `@aws-cdk/aws-ec2:restrictDefaultSecurityGroup` (CFN-039, CFN-065). */
export const vpcRestrictDefaultSg: ResourceType = {
  type: 'Custom::VpcRestrictDefaultSG',
  scope: 'simulated',
  properties: {
    ServiceToken: { inert: 'the engine does what the function would do' },
    DefaultSecurityGroupId: 'simulated',
    Account: { inert: 'there is one account' },
  },
  required: ['DefaultSecurityGroupId'],
  attributes: [],
  create: (context) => Promise.resolve(createRestriction(context)),
};

function createRestriction(context: ResourceContext): Resource {
  findGroup(context).restrict();
  return describe(context.physicalId(32), context);
}

function describe(ref: string, context: ResourceContext): Resource {
  return {
    ref,
    attributes: {},
    update(next) {
      const [before, after] = [groupId(context), groupId(next)];
      if (before !== after) {
        context.account.directory.find('defaultSecurityGroup', before)?.restore();
        findGroup(next).restrict();
      }
      return Promise.resolve(describe(ref, next));
    },
    delete() {
      context.account.directory.find('defaultSecurityGroup', groupId(context))?.restore();
      return Promise.resolve();
    },
  };
}

function findGroup(context: ResourceContext): DefaultSecurityGroup {
  const id = groupId(context);
  const group = context.account.directory.find('defaultSecurityGroup', id);
  if (group !== undefined) return group;
  throw new ResourceFailure(`The security group '${id}' does not exist`, { property: 'DefaultSecurityGroupId' });
}

function groupId(context: ResourceContext): string {
  return new PropertyReader(context.properties).string('DefaultSecurityGroupId');
}
