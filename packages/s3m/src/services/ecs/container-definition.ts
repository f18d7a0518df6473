import { readFileSync } from 'node:fs';
import type { ContainerDefinition } from '../../capabilities/task-definition.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Properties, ResourceContext, Value } from '../resource-type.ts';
import { parseObjectArn } from './object-arn.ts';

/** ECS-018 */
const DEFAULT_STOP_TIMEOUT_S = 30;

/**
 * Reads the container definitions of a task definition and fills in AWS's defaults. What the container itself will see (environment, command)
 * comes from `local`, whose addresses answer on this machine; what names other resources comes from `properties`.
 */
export function readContainerDefinitions({
  properties,
  local,
  metadata,
  findAsset,
}: Pick<ResourceContext, 'properties' | 'local' | 'metadata' | 'findAsset'>): ContainerDefinition[] {
  const localContainers = new PropertyReader(local).objects('ContainerDefinitions');
  const containers = new PropertyReader(properties).objects('ContainerDefinitions');
  return containers.map((container, index) => {
    const read = readContainer(container, localContainers[index] ?? container, localStart(metadata, container.string('Name')));
    const environmentFiles = readEnvironmentFiles(container, findAsset);
    return { ...read, ...environmentFiles, mountPoints: [...read.mountPoints, ...readVolumesFrom(container, containers)] };
  });
}

/** Files of the application's own (CDK's `EnvironmentFile.fromAsset`) are read now: their bucket is not here (CFN-054). */
function readEnvironmentFiles(
  container: PropertyReader,
  findAsset: ResourceContext['findAsset'],
): Pick<ContainerDefinition, 'environmentFiles'> {
  const arns = container.objects('EnvironmentFiles').map((file) => file.string('Value'));
  if (arns.length === 0) return {};
  const environmentFiles = arns.map((arn) => {
    const { bucket, key } = parseObjectArn(arn);
    const asset = findAsset(bucket, key);
    return asset === undefined ? { arn } : { arn, text: readFileSync(asset.path, 'utf8') };
  });
  return { environmentFiles };
}

/** ECS-100 */
function readVolumesFrom(container: PropertyReader, all: readonly PropertyReader[]): ContainerDefinition['mountPoints'] {
  return container.objects('VolumesFrom').flatMap((from) => {
    const source = all.find((other) => other.string('Name') === from.string('SourceContainer'));
    const mounts = source === undefined ? [] : readMounts(source);
    return mounts.map((mount) => ({ ...mount, readOnly: mount.readOnly || from.boolean('ReadOnly', false) }));
  });
}

function readMounts(container: PropertyReader): ContainerDefinition['mountPoints'] {
  return container.objects('MountPoints').map((mount) => ({
    containerPath: mount.string('ContainerPath'),
    readOnly: mount.boolean('ReadOnly', false),
    sourceVolume: mount.string('SourceVolume'),
  }));
}

function readCapabilities(linux: PropertyReader | undefined): ContainerDefinition['capabilities'] {
  const capabilities = linux?.object('Capabilities');
  if (capabilities === undefined) return undefined;
  const names = (name: string): readonly string[] => (capabilities.has(name) ? capabilities.strings(name) : []);
  return { add: names('Add'), drop: names('Drop') };
}

function readContainer(container: PropertyReader, local: PropertyReader, start: ContainerDefinition['local']): ContainerDefinition {
  const log = readLog(container.object('LogConfiguration'));
  const workingDirectory = container.optionalString('WorkingDirectory');
  const user = container.optionalString('User');
  const secrets = container.objects('Secrets').map((secret) => ({ name: secret.string('Name'), valueFrom: secret.string('ValueFrom') }));
  // ECS-019: Fargate heeds no other limit.
  const openFiles = container.objects('Ulimits').find((limit) => limit.optionalString('Name') === 'nofile');
  const linux = container.object('LinuxParameters');
  const capabilities = readCapabilities(linux);
  const restartPolicy = readRestartPolicy(container.object('RestartPolicy'));
  const healthCheck = readHealthCheck(container.object('HealthCheck'), local.object('HealthCheck'));
  return {
    name: container.string('Name'),
    image: container.string('Image'),
    // ECS-008
    essential: container.boolean('Essential', true),
    ...(local.has('Command') ? { command: local.strings('Command') } : {}),
    ...(local.has('EntryPoint') ? { entryPoint: local.strings('EntryPoint') } : {}),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
    ...(user === undefined ? {} : { user }),
    readonlyRootFilesystem: container.boolean('ReadonlyRootFilesystem', false),
    environment: Object.fromEntries(
      local.objects('Environment').map((entry) => [entry.string('Name'), entry.optionalString('Value') ?? '']),
    ),
    ...(openFiles === undefined ? {} : { openFiles: { soft: openFiles.integer('SoftLimit'), hard: openFiles.integer('HardLimit') } }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(container.has('Cpu') ? { cpuUnits: container.integer('Cpu') } : {}),
    ...(container.has('Memory') ? { memoryMiB: container.integer('Memory') } : {}),
    portMappings: container.objects('PortMappings').map(readPortMapping),
    stopTimeoutMs: container.integer('StopTimeout', DEFAULT_STOP_TIMEOUT_S) * 1000,
    dependsOn: container.objects('DependsOn').map((dependency) => ({
      containerName: dependency.string('ContainerName'),
      condition: dependency.oneOf('Condition', ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY']),
    })),
    ...(healthCheck === undefined ? {} : { healthCheck }),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
    ...(container.has('StartTimeout') ? { startTimeoutMs: container.integer('StartTimeout') * 1000 } : {}),
    ...(linux?.boolean('InitProcessEnabled', false) === true ? { initProcess: true } : {}),
    ...(capabilities === undefined ? {} : { capabilities }),
    mountPoints: readMounts(container),
    ...(log === undefined ? {} : { log }),
    ...(start === undefined ? {} : { local: start }),
  };
}

/** ECS-026 */
function readRestartPolicy(policy: PropertyReader | undefined): ContainerDefinition['restartPolicy'] {
  if (policy?.boolean('Enabled', false) !== true) return undefined;
  const codes = policy.raw('IgnoredExitCodes');
  return {
    ignoredExitCodes: Array.isArray(codes) ? codes.map(Number) : [],
    attemptPeriodMs: policy.integer('RestartAttemptPeriod', 300) * 1000,
  };
}

/** ECS-016 */
function readHealthCheck(check: PropertyReader | undefined, local: PropertyReader | undefined): ContainerDefinition['healthCheck'] {
  if (check === undefined) return undefined;
  return {
    command: (local ?? check).strings('Command'),
    intervalMs: check.integer('Interval', 30) * 1000,
    timeoutMs: check.integer('Timeout', 5) * 1000,
    retries: check.integer('Retries', 3),
    startPeriodMs: check.integer('StartPeriod', 0) * 1000,
  };
}

/** ECS-009: what is not UDP counts as TCP. */
function readPortMapping(mapping: PropertyReader): ContainerDefinition['portMappings'][number] {
  const name = mapping.optionalString('Name');
  const protocol = mapping.optionalString('Protocol') === 'udp' ? 'udp' : 'tcp';
  return { containerPort: mapping.integer('ContainerPort'), protocol, ...(name === undefined ? {} : { name }) };
}

/** ECS-012 */
function readLog(configuration: PropertyReader | undefined): ContainerDefinition['log'] {
  const options = configuration?.object('Options');
  if (options === undefined || configuration?.optionalString('LogDriver') !== 'awslogs') return undefined;
  return {
    group: options.string('awslogs-group'),
    streamPrefix: options.string('awslogs-stream-prefix'),
    createGroup: options.boolean('awslogs-create-group', false),
  };
}

/** Metadata `S3M: {command, directory, build}`, or by container name below `containers`: how to start it without Docker. */
function localStart(metadata: Properties, name: string): ContainerDefinition['local'] {
  const own = asObject(metadata['S3M']);
  const ofContainer = asObject(asObject(own?.['containers'])?.[name]) ?? own;
  if (ofContainer === undefined) return undefined;
  const reader = new PropertyReader(ofContainer, 'Metadata.S3M');
  const directory = reader.optionalString('directory');
  const build = reader.optionalString('build');
  const command = reader.has('command') ? readCommand(reader) : undefined;
  if (command === undefined && directory === undefined && build === undefined) return undefined;
  return {
    ...(command === undefined ? {} : { command }),
    ...(directory === undefined ? {} : { directory }),
    ...(build === undefined ? {} : { build }),
  };
}

/** A single string is a shell's, as in a Dockerfile's shell form. */
function readCommand(reader: PropertyReader): readonly string[] {
  const raw = reader.raw('command');
  return typeof raw === 'string' ? ['/bin/sh', '-c', raw] : reader.strings('command');
}

function asObject(value: Value | undefined): Properties | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : undefined;
}
