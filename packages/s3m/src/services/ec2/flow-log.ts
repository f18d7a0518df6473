import type { ResourceType, Scope } from '../resource-type.ts';
import { unchanging } from './unchanging.ts';

const unread: Scope = { inert: 'connections are kept in traces; nothing reads flow logs' };

/** `AWS::EC2::FlowLog` */
export const flowLog: ResourceType = {
  type: 'AWS::EC2::FlowLog',
  scope: unread,
  properties: {
    DeliverCrossAccountRole: unread,
    DeliverLogsPermissionArn: unread,
    DestinationOptions: unread,
    LogDestination: unread,
    LogDestinationType: unread,
    LogFormat: unread,
    LogGroupName: unread,
    MaxAggregationInterval: unread,
    ResourceId: unread,
    ResourceType: unread,
    Tags: unread,
    TrafficType: unread,
  },
  required: ['ResourceId', 'ResourceType'],
  attributes: ['Id'],
  create: async (context) => {
    const id = `fl-${context.physicalId(17)}`;
    return unchanging(id, { Id: id });
  },
};
