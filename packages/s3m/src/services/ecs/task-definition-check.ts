import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Finding, type Properties, type Value } from '../resource-type.ts';
import { checkContainer } from './container-check.ts';
import { EXECUTION_ROLE_WANTED } from './image-pull.ts';
import { checkFargateSize, memoryMib } from './fargate-size.ts';
import { isObject, isUnresolved, listOf, textOf } from '../known-value.ts';
import { notOnFargate } from './not-on-fargate.ts';

/** What AWS would refuse in a Fargate task definition (ECS-001 to ECS-023), and what cannot run here. */
export function checkTaskDefinition(properties: Properties, metadata: Properties): Finding[] {
  const containers = listOf(properties['ContainerDefinitions']);
  const volumes = listOf(properties['Volumes']).map((volume) => volume['Name']);
  return [
    ...checkFamily(properties['Family']),
    ...checkPlatform(properties),
    ...checkSize(properties),
    ...checkStorage(properties),
    ...checkContainers(containers),
    ...checkImages(containers, properties['ExecutionRoleArn']),
    ...containers.flatMap((container, index) =>
      checkContainer(container, `ContainerDefinitions[${index}]`, containers, volumes, properties['ExecutionRoleArn']),
    ),
    ...checkMetadata(metadata, containers),
  ];
}

/** ECS-025 */
function checkFamily(value: Value | undefined): Finding[] {
  const family = textOf(value);
  if (family === undefined || /^[\w-]{1,255}$/.test(family)) return [];
  return [
    {
      property: 'Family',
      kind: 'invalid',
      message: 'Family contains invalid characters.',
      fix: `It is ${JSON.stringify(family)}. Use 1 to 255 letters, digits, hyphens and underscores.`,
    },
  ];
}

function checkPlatform(properties: Properties): Finding[] {
  const findings: Finding[] = [];
  const compatibilities = properties['RequiresCompatibilities'];
  if (!Array.isArray(compatibilities) || !compatibilities.includes('FARGATE')) {
    findings.push({
      property: 'RequiresCompatibilities',
      kind: 'unsupported',
      message: 'only Fargate tasks are simulated, and the task definition does not require FARGATE',
      fix: 'Set RequiresCompatibilities: [FARGATE].',
    });
  } else if (textOf(properties['NetworkMode']) !== 'awsvpc' && !isUnresolved(properties['NetworkMode'])) {
    // ECS-007: omitted, it would be `bridge`.
    findings.push({
      property: 'NetworkMode',
      kind: 'invalid',
      message: 'Fargate only supports network mode ‘awsvpc’.',
      fix: 'Set NetworkMode: awsvpc.',
    });
  }
  const platform = properties['RuntimePlatform'];
  const system = isObject(platform) ? textOf(platform['OperatingSystemFamily']) : undefined;
  if (system !== undefined && system !== 'LINUX') {
    findings.push({
      property: 'RuntimePlatform.OperatingSystemFamily',
      kind: 'unsupported',
      message: `only LINUX containers run here, not ${system}`,
    });
  }
  const processor = isObject(platform) ? textOf(platform['CpuArchitecture']) : undefined;
  if (processor !== undefined && processor !== 'X86_64' && processor !== 'ARM64') {
    findings.push({
      property: 'RuntimePlatform.CpuArchitecture',
      kind: 'invalid',
      message: `there is no processor architecture ${processor}`,
      fix: 'Set CpuArchitecture to X86_64 or ARM64.',
    });
  }
  // ECS-014
  if (properties['IpcMode'] !== undefined) findings.push(notOnFargate('IpcMode', 'ipcMode'));
  if (listOf(properties['PlacementConstraints']).length > 0) findings.push(notOnFargate('PlacementConstraints', 'placementConstraints'));
  listOf(properties['Volumes']).forEach((volume, index) => {
    const host = volume['Host'];
    // ECS-014
    if (isObject(volume['DockerVolumeConfiguration']))
      findings.push(notOnFargate(`Volumes[${index}].DockerVolumeConfiguration`, 'dockerVolumeConfiguration'));
    if (isObject(host) && textOf(host['SourcePath']) !== undefined)
      findings.push(notOnFargate(`Volumes[${index}].Host.SourcePath`, 'host.sourcePath'));
  });
  return findings;
}

/** ECS-024 */
function checkStorage(properties: Properties): Finding[] {
  const storage = properties['EphemeralStorage'];
  const text = isObject(storage) ? textOf(storage['SizeInGiB']) : undefined;
  if (text === undefined || (/^\d+$/.test(text) && Number(text) >= 21 && Number(text) <= 200)) return [];
  return [
    {
      property: 'EphemeralStorage.SizeInGiB',
      kind: 'invalid',
      message: `Ephemeral storage must be between 21 and 200 GiB, it is ${text}.`,
      fix: 'Leave it out for 20 GiB.',
    },
  ];
}

function checkSize(properties: Properties): Finding[] {
  if (isUnresolved(properties['Cpu']) || isUnresolved(properties['Memory'])) return [];
  const memory = textOf(properties['Memory']);
  const problem = checkFargateSize(textOf(properties['Cpu']), memory);
  const findings: Finding[] = problem === undefined ? [] : [{ kind: 'invalid', ...problem }];
  const taskMib = memory === undefined ? undefined : memoryMib(memory);
  if (taskMib === undefined) return findings;
  listOf(properties['ContainerDefinitions']).forEach((container, index) => {
    const own = Number(textOf(container['Memory']) ?? Number.NaN);
    // ECS-006
    if (own > taskMib) {
      findings.push({
        property: `ContainerDefinitions[${index}].Memory`,
        kind: 'invalid',
        message: `The 'memory' setting for container '${textOf(container['Name']) ?? ''}' is greater than for the task.`,
        fix: `The container asks for ${own} MiB, the task has ${taskMib}.`,
      });
    }
  });
  return findings;
}

/** In the role's name Fargate pulls from ECR (ECS-094). */
function checkImages(containers: readonly Properties[], executionRole: Value | undefined): Finding[] {
  if (executionRole !== undefined && executionRole !== null) return [];
  if (!containers.some((container) => /\.dkr\.ecr\./.test(textOf(container['Image']) ?? ''))) return [];
  return [
    {
      property: 'ExecutionRoleArn',
      kind: 'invalid',
      message: EXECUTION_ROLE_WANTED,
      fix: 'Add ExecutionRoleArn: a role of ecs-tasks.amazonaws.com that allows ecr:GetAuthorizationToken on *, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository.',
    },
  ];
}

function checkContainers(containers: readonly Properties[]): Finding[] {
  if (containers.length === 0) return [];
  const findings: Finding[] = [];
  // ECS-008
  if (containers.every(({ Essential }) => Essential === false || Essential === 'false')) {
    findings.push({
      property: 'ContainerDefinitions',
      kind: 'invalid',
      message: 'At least one container in the task definition must be marked as essential.',
      fix: 'Leave Essential out of one container, or set it to true.',
    });
  }
  const names = containers.map((container) => textOf(container['Name']));
  names.forEach((name, index) => {
    if (name === undefined || names.indexOf(name) === index) return;
    findings.push({
      property: `ContainerDefinitions[${index}].Name`,
      kind: 'invalid',
      message: `Container.name '${name}' is duplicated. Container names must be unique in a task definition.`,
    });
  });
  // ECS-010: they share one network.
  const ports = new Map<string, string>();
  containers.forEach((container, index) => {
    listOf(container['PortMappings']).forEach((mapping, at) => {
      const port = textOf(mapping['ContainerPort']);
      if (port === undefined) return;
      const other = ports.get(port);
      if (other === undefined) ports.set(port, names[index] ?? '');
      else {
        // ECS-009
        findings.push({
          property: `ContainerDefinitions[${index}].PortMappings[${at}].ContainerPort`,
          kind: 'invalid',
          message: `Container port ${port} is used more than once: containers of a task with network mode awsvpc share one network, and '${other}' has that port already.`,
        });
      }
    });
  });
  return findings;
}

/** Metadata `S3M` is ours: what is wrong with it is told like a property. */
function checkMetadata(metadata: Properties, containers: readonly Properties[]): Finding[] {
  const own = metadata['S3M'];
  if (own === undefined) return [];
  if (!isObject(own)) return [metadataProblem('it must be an object')];
  const findings: Finding[] = [];
  const byName = own['containers'];
  const names = containers.map((container) => textOf(container['Name']));
  if (byName === undefined && containers.length > 1 && Object.keys(own).length > 0) {
    findings.push(
      metadataProblem(`the task has several containers (${names.join(', ')}), so it must say which: {"containers": {"NAME": {...}}}`),
    );
  }
  const entries = isObject(byName) ? Object.entries(byName) : [];
  for (const [name, start] of [...entries, ['', own] as const]) {
    if (name !== '' && !names.includes(name))
      findings.push(metadataProblem(`the task has no container "${name}". It has ${names.join(', ')}`));
    if (!isObject(start)) continue;
    const allowed = name === '' ? ['command', 'directory', 'build', 'containers'] : ['command', 'directory', 'build'];
    for (const key of Object.keys(start))
      if (!allowed.includes(key)) findings.push(metadataProblem(`"${key}" is not known. Allowed: ${allowed.join(', ')}`));
    try {
      const reader = new PropertyReader(start);
      reader.strings('command');
      reader.optionalString('directory');
      reader.optionalString('build');
    } catch (error) {
      if (!(error instanceof ResourceFailure)) throw error;
      findings.push(metadataProblem(error.message));
    }
  }
  return findings;
}

function metadataProblem(message: string): Finding {
  return { property: 'ContainerDefinitions', kind: 'invalid', message: `Metadata S3M of the task definition: ${message}.` };
}
