import type { TaskDefinition } from '../../capabilities/task-definition.ts';
import { PropertyReader } from '../property-reader.ts';
import type { ResourceType } from '../resource-type.ts';
import { readContainerDefinitions } from './container-definition.ts';
import { cpuUnits, memoryMib } from './fargate-size.ts';
import { nextRevision } from './task-definition-revision.ts';
import { checkTaskDefinition } from './task-definition-check.ts';

const NO_LIMITS = 'checked, but tasks on this machine are not limited in CPU';
const PINNED = 'an image built here is found by the hash of its content';

/** `AWS::ECS::TaskDefinition`, for Fargate. */
export const taskDefinition: ResourceType = {
  type: 'AWS::ECS::TaskDefinition',
  scope: 'simulated',
  properties: {
    Family: 'simulated',
    NetworkMode: 'simulated',
    RequiresCompatibilities: 'simulated',
    Cpu: { inert: NO_LIMITS },
    Memory: 'simulated',
    IpcMode: 'simulated',
    PlacementConstraints: 'simulated',
    ExecutionRoleArn: 'simulated',
    TaskRoleArn: 'simulated',
    'RuntimePlatform.OperatingSystemFamily': 'simulated',
    'RuntimePlatform.CpuArchitecture': 'simulated',
    'EphemeralStorage.SizeInGiB': { inert: 'tasks on this machine are not limited in disk space' },
    'Volumes.Name': 'simulated',
    'Volumes.Host': 'simulated',
    'Volumes.DockerVolumeConfiguration': 'simulated',
    Tags: { inert: 'tags have no effect here' },
    'ContainerDefinitions.Name': 'simulated',
    'ContainerDefinitions.Image': 'simulated',
    'ContainerDefinitions.Essential': 'simulated',
    'ContainerDefinitions.Command': 'simulated',
    'ContainerDefinitions.EntryPoint': 'simulated',
    'ContainerDefinitions.WorkingDirectory': 'simulated',
    'ContainerDefinitions.User': 'simulated',
    'ContainerDefinitions.ReadonlyRootFilesystem': 'simulated',
    'ContainerDefinitions.Environment': 'simulated',
    'ContainerDefinitions.EnvironmentFiles.Type': 'simulated',
    'ContainerDefinitions.EnvironmentFiles.Value': 'simulated',
    'ContainerDefinitions.Secrets.Name': 'simulated',
    'ContainerDefinitions.Secrets.ValueFrom': 'simulated',
    'ContainerDefinitions.Cpu': { inert: NO_LIMITS },
    'ContainerDefinitions.Memory': 'simulated',
    'ContainerDefinitions.MemoryReservation': { inert: 'what a container is sure of is not what it is held to' },
    'ContainerDefinitions.PortMappings.ContainerPort': 'simulated',
    'ContainerDefinitions.PortMappings.HostPort': 'simulated',
    'ContainerDefinitions.PortMappings.Protocol': 'simulated',
    'ContainerDefinitions.PortMappings.Name': { inert: 'only Service Connect uses it' },
    'ContainerDefinitions.PortMappings.AppProtocol': { inert: 'only Service Connect uses it' },
    'ContainerDefinitions.StopTimeout': 'simulated',
    'ContainerDefinitions.StartTimeout': 'simulated',
    'ContainerDefinitions.DependsOn': 'simulated',
    'ContainerDefinitions.RestartPolicy': 'simulated',
    'ContainerDefinitions.HealthCheck.Command': 'simulated',
    'ContainerDefinitions.HealthCheck.Interval': 'simulated',
    'ContainerDefinitions.HealthCheck.Timeout': 'simulated',
    'ContainerDefinitions.HealthCheck.Retries': 'simulated',
    'ContainerDefinitions.HealthCheck.StartPeriod': 'simulated',
    'ContainerDefinitions.MountPoints': 'simulated',
    'ContainerDefinitions.VolumesFrom': 'simulated',
    'ContainerDefinitions.LogConfiguration.LogDriver': 'simulated',
    'ContainerDefinitions.LogConfiguration.Options.awslogs-group': 'simulated',
    'ContainerDefinitions.LogConfiguration.Options.awslogs-stream-prefix': 'simulated',
    'ContainerDefinitions.LogConfiguration.Options.awslogs-create-group': 'simulated',
    'ContainerDefinitions.LogConfiguration.Options.awslogs-region': { inert: 'there is one region here' },
    'ContainerDefinitions.LogConfiguration.Options.awslogs-datetime-format': { inert: 'each line is a log event here' },
    'ContainerDefinitions.LogConfiguration.Options.awslogs-multiline-pattern': { inert: 'each line is a log event here' },
    'ContainerDefinitions.LogConfiguration.Options.mode': { inert: 'logging never holds up a container here' },
    'ContainerDefinitions.LogConfiguration.Options.max-buffer-size': { inert: 'logging never holds up a container here' },
    'ContainerDefinitions.DockerLabels': { inert: 'labels have no effect here' },
    'ContainerDefinitions.Ulimits': 'simulated',
    'ContainerDefinitions.LinuxParameters.InitProcessEnabled': 'simulated',
    'ContainerDefinitions.LinuxParameters.Capabilities.Add': 'simulated',
    'ContainerDefinitions.LinuxParameters.Capabilities.Drop': 'simulated',
    'ContainerDefinitions.LinuxParameters.Devices': 'simulated',
    'ContainerDefinitions.LinuxParameters.SharedMemorySize': 'simulated',
    'ContainerDefinitions.LinuxParameters.MaxSwap': 'simulated',
    'ContainerDefinitions.LinuxParameters.Swappiness': 'simulated',
    'ContainerDefinitions.LinuxParameters.Tmpfs': 'simulated',
    'ContainerDefinitions.VersionConsistency': { inert: PINNED },
    'ContainerDefinitions.Privileged': 'simulated',
    'ContainerDefinitions.Links': 'simulated',
    'ContainerDefinitions.Hostname': 'simulated',
    'ContainerDefinitions.DisableNetworking': 'simulated',
    'ContainerDefinitions.DnsServers': 'simulated',
    'ContainerDefinitions.DnsSearchDomains': 'simulated',
    'ContainerDefinitions.DockerSecurityOptions': 'simulated',
    'ContainerDefinitions.ExtraHosts': 'simulated',
  },
  required: ['ContainerDefinitions'],
  localMetadata: ['*'],
  attributes: ['TaskDefinitionArn'],
  // ECS-025
  replacedBy: ['*'],
  check: checkTaskDefinition,
  create: (context) => {
    const { account } = context;
    const reader = new PropertyReader(context.properties);
    const family = reader.optionalString('Family') ?? context.physicalName();
    const revision = nextRevision(account, family);
    const arn = `arn:${account.partition}:ecs:${account.region}:${account.id}:task-definition/${family}:${revision}`;
    const cpu = cpuUnits(reader.optionalString('Cpu') ?? '');
    const memory = memoryMib(reader.optionalString('Memory') ?? '');
    const taskRoleArn = reader.optionalString('TaskRoleArn');
    const executionRoleArn = reader.optionalString('ExecutionRoleArn');
    const cpuArchitecture = reader.object('RuntimePlatform')?.optionalString('CpuArchitecture');
    const definition: TaskDefinition = {
      arn,
      family,
      revision,
      networkMode: reader.optionalString('NetworkMode') ?? 'bridge', // ECS-007
      ...(cpuArchitecture === 'X86_64' || cpuArchitecture === 'ARM64' ? { cpuArchitecture } : {}),
      ...(cpu === undefined ? {} : { cpuUnits: cpu }),
      ...(memory === undefined ? {} : { memoryMiB: memory }),
      ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
      ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
      containers: readContainerDefinitions(context),
    };
    const takeAway = account.directory.provide('taskDefinition', arn, definition);
    return Promise.resolve({
      ref: arn,
      attributes: { TaskDefinitionArn: arn },
      delete: () => Promise.resolve(takeAway()),
    });
  },
};
