import { PropertyReader } from '../property-reader.ts';
import type { ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';
import { unchanging } from './unchanging.ts';

/** `AWS::EC2::NetworkAcl`: the filter of a subnet's border. A new one lets nothing pass (VPC-042). */
export const networkAcl: ResourceType = {
  type: 'AWS::EC2::NetworkAcl',
  scope: 'simulated',
  properties: { VpcId: 'simulated', Tags: { inert: 'nothing reads tags' } },
  required: ['VpcId'],
  attributes: ['Id'],
  replacedBy: ['VpcId'],
  create: async (context) => {
    const id = `acl-${context.physicalId(17)}`;
    const vpcId = new PropertyReader(context.properties).string('VpcId');
    const { acls } = context.account.network.model;
    const remove = inNetwork(() => acls.add({ id, name: context.name.logicalId, vpcId }), 'VpcId');
    return unchanging(id, { Id: id }, remove);
  },
};
