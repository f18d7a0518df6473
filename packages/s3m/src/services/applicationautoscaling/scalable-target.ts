import type { Account } from '../account.ts';
import { textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { LiveScalableTarget, type Capacity } from './live-scalable-target.ts';
import { checkScheduledActions, readScheduledActions } from './scheduled-actions.ts';

const DIMENSION = 'ecs:service:DesiredCount';

/** `AWS::ApplicationAutoScaling::ScalableTarget`, for services of ECS (ECS-098). */
export const scalableTarget: ResourceType = {
  type: 'AWS::ApplicationAutoScaling::ScalableTarget',
  scope: 'simulated',
  properties: {
    ResourceId: 'simulated',
    ScalableDimension: 'simulated',
    ServiceNamespace: 'simulated',
    MinCapacity: 'simulated',
    MaxCapacity: 'simulated',
    'ScheduledActions.ScheduledActionName': 'simulated',
    'ScheduledActions.Schedule': 'simulated',
    'ScheduledActions.Timezone': 'simulated',
    'ScheduledActions.StartTime': 'simulated',
    'ScheduledActions.EndTime': 'simulated',
    'ScheduledActions.ScalableTargetAction.MinCapacity': 'simulated',
    'ScheduledActions.ScalableTargetAction.MaxCapacity': 'simulated',
    RoleARN: { inert: 'AWS uses its service-linked role for services of ECS in any case' },
  },
  required: ['ResourceId', 'ScalableDimension', 'ServiceNamespace', 'MinCapacity', 'MaxCapacity'],
  attributes: ['Id'],
  replacedBy: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
  check: checkTarget,
  create: (context) => Promise.resolve().then(() => createTarget(context)),
};

function checkTarget(properties: Properties): Finding[] {
  const findings: Finding[] = checkScheduledActions(properties);
  for (const [property, only] of [
    ['ServiceNamespace', 'ecs'],
    ['ScalableDimension', DIMENSION],
  ] as const) {
    const value = textOf(properties[property]);
    if (value !== undefined && value !== only)
      findings.push({ property, kind: 'unsupported', message: `${property} ${value} is not supported; ${only} is` });
  }
  const [least, most] = [textOf(properties['MinCapacity']), textOf(properties['MaxCapacity'])];
  if (least !== undefined && most !== undefined && Number(least) > Number(most))
    findings.push({ property: 'MinCapacity', kind: 'invalid', message: 'Maximum capacity cannot be less than minimum capacity.' });
  return findings;
}

function createTarget(context: ResourceContext): Resource {
  const { account } = context;
  const resourceId = new PropertyReader(context.properties).string('ResourceId');
  const arn = `arn:${account.partition}:ecs:${account.region}:${account.id}:${resourceId}`;
  if (account.directory.find('service', arn) === undefined) {
    throw new ResourceFailure(`ECS service doesn't exist: ${resourceId}`, {
      property: 'ResourceId',
      fix: `It must be service/CLUSTER/SERVICE, and the service be created before (DependsOn). There are: ${services(account)}.`,
    });
  }
  const target = new LiveScalableTarget(account, capacityOf(context.properties), () => account.directory.find('service', arn));
  target.schedule(readScheduledActions(context.properties));
  const id = `${resourceId}|${DIMENSION}|ecs`;
  const withdraw = account.directory.provide('scalableTarget', id, target);
  const resource: Resource = {
    ref: id,
    attributes: { Id: id },
    update: (next) => {
      target.resize(capacityOf(next.properties));
      target.schedule(readScheduledActions(next.properties));
      return Promise.resolve(resource);
    },
    delete: () => {
      target.close();
      return Promise.resolve(withdraw());
    },
  };
  return resource;
}

function capacityOf(properties: Properties): Capacity {
  const reader = new PropertyReader(properties);
  return { minimum: reader.integer('MinCapacity'), maximum: reader.integer('MaxCapacity') };
}

function services(account: Account): string {
  const known = account.directory.list('service').map(([arn]) => arn.slice(arn.indexOf(':service/') + 1));
  return known.join(', ') || 'none';
}
