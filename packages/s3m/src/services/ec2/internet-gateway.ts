import type { ResourceType } from '../resource-type.ts';
import { unchanging } from './unchanging.ts';

/** `AWS::EC2::InternetGateway`: the door of a VPC once it is attached to one. */
export const internetGateway: ResourceType = {
  type: 'AWS::EC2::InternetGateway',
  scope: 'simulated',
  properties: { Tags: { inert: 'nothing reads tags' } },
  attributes: ['InternetGatewayId'],
  create: async (context) => {
    const id = `igw-${context.physicalId(17)}`;
    const remove = context.account.network.model.addInternetGateway(id, context.name.logicalId);
    return unchanging(id, { InternetGatewayId: id }, remove);
  },
};
