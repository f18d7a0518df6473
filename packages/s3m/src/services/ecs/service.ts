import type { EcsCluster } from '../../capabilities/ecs-cluster.ts';
import type { Account } from '../account.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceType } from '../resource-type.ts';
import { clusterArn, DEFAULT_CLUSTER } from './cluster.ts';
import { RunningService } from './running-service.ts';
import { checkService } from './service-check.ts';
import { readServiceSettings } from './service-settings.ts';

const FARGATE = 'all tasks run on this machine';
const TAGS = 'tags have no effect here';

/** `AWS::ECS::Service`, on Fargate, with rolling updates. */
export const service: ResourceType = {
  type: 'AWS::ECS::Service',
  scope: 'simulated',
  properties: {
    ServiceName: 'simulated',
    Cluster: 'simulated',
    TaskDefinition: 'simulated',
    DesiredCount: 'simulated',
    LaunchType: 'simulated',
    SchedulingStrategy: 'simulated',
    HealthCheckGracePeriodSeconds: 'simulated',
    ServiceConnectConfiguration: 'simulated',
    'DeploymentController.Type': 'simulated',
    'DeploymentConfiguration.MinimumHealthyPercent': 'simulated',
    'DeploymentConfiguration.MaximumPercent': 'simulated',
    'DeploymentConfiguration.DeploymentCircuitBreaker': 'simulated',
    'DeploymentConfiguration.Alarms': 'simulated',
    'DeploymentConfiguration.Strategy': 'simulated',
    'LoadBalancers.TargetGroupArn': 'simulated',
    'LoadBalancers.ContainerName': 'simulated',
    'LoadBalancers.ContainerPort': 'simulated',
    'ServiceRegistries.RegistryArn': 'simulated',
    'ServiceRegistries.ContainerName': 'simulated',
    'ServiceRegistries.ContainerPort': 'simulated',
    'ServiceRegistries.Port': 'simulated',
    'NetworkConfiguration.AwsvpcConfiguration.Subnets': 'simulated',
    'NetworkConfiguration.AwsvpcConfiguration.SecurityGroups': 'simulated',
    'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp': 'simulated',
    CapacityProviderStrategy: { inert: `${FARGATE}; Fargate Spot never interrupts here` },
    PlatformVersion: 'simulated',
    AvailabilityZoneRebalancing: { inert: 'tasks are spread over the zones when they start, and no zone fails here' },
    EnableECSManagedTags: { inert: TAGS },
    PropagateTags: { inert: TAGS },
    Tags: { inert: TAGS },
    EnableExecuteCommand: { inert: 'ECS Exec is not there; nothing runs a command in a container' },
  },
  required: ['TaskDefinition'],
  attributes: ['Name', 'ServiceArn'],
  replacedBy: ['ServiceName', 'Cluster', 'LaunchType', 'SchedulingStrategy'],
  check: checkService,
  create: (context) => {
    const { account } = context;
    const reader = new PropertyReader(context.properties);
    const cluster = findCluster(reader.optionalString('Cluster') ?? DEFAULT_CLUSTER, account);
    const name = reader.optionalString('ServiceName') ?? context.physicalName();
    const arn = `arn:${account.partition}:ecs:${account.region}:${account.id}:service/${cluster.name}/${name}`;
    const settings = readServiceSettings(context.properties, account);
    const identity = { name, arn, logicalId: context.name.logicalId, clusterName: cluster.name };
    const running = new RunningService(account, identity, settings);
    const takeAway = account.directory.provide('service', arn, running);
    const end = async (stop: () => Promise<void>): Promise<void> => {
      await stop();
      takeAway();
    };
    const resource: Resource = {
      ref: arn,
      attributes: { Name: name, ServiceArn: arn },
      stable: () => running.stable(),
      update: (changed) => {
        running.update(readServiceSettings(changed.properties, account, running.settings));
        return Promise.resolve(resource);
      },
      delete: () => end(() => running.delete()),
      stopNow: () => end(() => running.stopNow()),
    };
    return Promise.resolve(resource);
  },
};

/** By name or ARN. */
function findCluster(id: string, account: Account): EcsCluster {
  const name = id.slice(id.lastIndexOf('/') + 1);
  const cluster = account.directory.find('cluster', name);
  if (cluster !== undefined) return cluster;
  if (name === DEFAULT_CLUSTER) return { name, arn: clusterArn(account, name) };
  throw new ResourceFailure('Cluster not found.', {
    property: 'Cluster',
    fix: `It is ${JSON.stringify(id)}. Add an AWS::ECS::Cluster to the template and name it here, or leave Cluster out for the account's default one.`,
  });
}
