import type { Account } from '../account.ts';
import type { ResourceType } from '../resource-type.ts';

const FARGATE = 'all tasks run on this machine';
/** An account has it without asking: services and tasks that name no cluster are in it (Amazon ECS Developer Guide, "Amazon ECS clusters"). */
export const DEFAULT_CLUSTER = 'default';

/** `AWS::ECS::Cluster` */
export const cluster: ResourceType = {
  type: 'AWS::ECS::Cluster',
  scope: 'simulated',
  properties: {
    ClusterName: 'simulated',
    CapacityProviders: { inert: FARGATE },
    DefaultCapacityProviderStrategy: { inert: FARGATE },
    ClusterSettings: { inert: 'Container Insights collects no metrics here' },
    Configuration: { inert: 'ECS Exec and the encryption of managed storage are not there' },
    Tags: { inert: 'tags have no effect here' },
  },
  attributes: ['Arn'],
  replacedBy: ['ClusterName'],
  create: (context) => {
    const { account, properties } = context;
    const name = typeof properties['ClusterName'] === 'string' ? properties['ClusterName'] : context.physicalName();
    const arn = clusterArn(account, name);
    const takeAway = account.directory.provide('cluster', name, { name, arn });
    const resource = {
      ref: name,
      attributes: { Arn: arn },
      // Everything but the name is inert.
      update: () => Promise.resolve(resource),
      delete: () => Promise.resolve(takeAway()),
    };
    return Promise.resolve(resource);
  },
};

export function clusterArn(account: Account, name: string): string {
  return `arn:${account.partition}:ecs:${account.region}:${account.id}:cluster/${name}`;
}
