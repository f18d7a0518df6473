import type { Finding, Properties, Value } from '../resource-type.ts';
import { isObject, isUnresolved, listOf, textOf } from '../known-value.ts';
import { checkDependencies } from './dependency-check.ts';
import { checkEnvironmentFiles } from './environment-files-check.ts';
import { checkHealthCheck } from './health-check-check.ts';
import { checkLinuxParameters } from './linux-parameters-check.ts';
import { notOnFargate } from './not-on-fargate.ts';
import { checkSecrets } from './secrets-check.ts';

/** What AWS would refuse in one container of a Fargate task definition, and what cannot run here. `at` is its property path. */
export function checkContainer(
  container: Properties,
  at: string,
  all: readonly Properties[],
  volumes: readonly (Value | undefined)[],
  executionRole?: Value,
): Finding[] {
  return [
    ...checkRequired(container, at),
    ...checkPorts(container, at),
    ...checkLog(container, at),
    ...checkEnvironmentFiles(container, at),
    ...checkSecrets(container, at, executionRole),
    ...checkFargate(container, at),
    ...checkLinuxParameters(container, at),
    ...checkDependencies(container, at, all),
    ...checkHealthCheck(container, at),
    ...checkStopTimeout(container, at),
    ...checkRestartPolicy(container, at),
    ...checkMounts(container, at, volumes),
    ...checkVolumesFrom(container, at, all),
  ];
}

function checkRequired(container: Properties, at: string): Finding[] {
  const findings: Finding[] = [];
  for (const name of ['Name', 'Image']) {
    const value = container[name];
    if (value === undefined || value === null || value === '')
      findings.push({
        property: `${at}.${name}`,
        kind: 'invalid',
        message: `Container.${name.toLowerCase()} should not be null or empty.`,
      });
  }
  const name = textOf(container['Name']);
  if (name !== undefined && !/^[\w-]{1,255}$/.test(name)) {
    findings.push({
      property: `${at}.Name`,
      kind: 'invalid',
      message: 'Container.name contains invalid characters.',
      fix: `It is ${JSON.stringify(name)}. Use 1 to 255 letters, digits, hyphens and underscores.`,
    });
  }
  return findings;
}

/** ECS-009 */
function checkPorts(container: Properties, at: string): Finding[] {
  return listOf(container['PortMappings']).flatMap((mapping, index): Finding[] => {
    const path = `${at}.PortMappings[${index}]`;
    const port = textOf(mapping['ContainerPort']);
    if (port === undefined) {
      if (isUnresolved(mapping['ContainerPort'])) return [];
      return [{ property: `${path}.ContainerPort`, kind: 'invalid', message: 'Container port must be specified.' }];
    }
    const number = Number(port);
    if (!Number.isInteger(number) || number < 1 || number > 65_535)
      return [{ property: `${path}.ContainerPort`, kind: 'invalid', message: `Invalid container port ${port}. Allowed: 1 to 65535.` }];
    const host = textOf(mapping['HostPort']);
    if (host === undefined || host === port || host === '0') return [];
    return [
      {
        property: `${path}.HostPort`,
        kind: 'invalid',
        message: 'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
        fix: `HostPort is ${host}, ContainerPort ${port}. Leave HostPort out.`,
      },
    ];
  });
}

/** ECS-011, ECS-012 */
function checkLog(container: Properties, at: string): Finding[] {
  const configuration = container['LogConfiguration'];
  if (!isObject(configuration)) return [];
  const path = `${at}.LogConfiguration`;
  const driver = textOf(configuration['LogDriver']);
  if (driver === undefined) return [];
  if (driver === 'splunk' || driver === 'awsfirelens')
    return [{ property: `${path}.LogDriver`, kind: 'unsupported', message: `log driver ${driver} is not supported; awslogs is` }];
  if (driver !== 'awslogs') {
    return [
      {
        property: `${path}.LogDriver`,
        kind: 'invalid',
        message: `The log driver '${driver}' is not supported on Fargate.`,
        fix: 'Use awslogs. Fargate also takes splunk and awsfirelens, which are not supported here.',
      },
    ];
  }
  const options = isObject(configuration['Options']) ? configuration['Options'] : {};
  return ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix']
    .filter((name) => options[name] === undefined || options[name] === '')
    .map((name) => ({
      property: `${path}.Options.${name}`,
      kind: 'invalid' as const,
      message: `Log driver awslogs requires options: ${name}`,
      fix: 'On Fargate, awslogs needs awslogs-group, awslogs-region and awslogs-stream-prefix.',
    }));
}

/** ECS-014, ECS-099 */
const NOT_ON_FARGATE = [
  'Privileged',
  'DisableNetworking',
  'Links',
  'Hostname',
  'DnsServers',
  'DnsSearchDomains',
  'DockerSecurityOptions',
  'ExtraHosts',
];

function checkFargate(container: Properties, at: string): Finding[] {
  return NOT_ON_FARGATE.filter((name) => isSet(container[name])).map((name) =>
    notOnFargate(`${at}.${name}`, `${name.charAt(0).toLowerCase()}${name.slice(1)}`),
  );
}

function isSet(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 'false' || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
}

/** ECS-018 */
function checkStopTimeout(container: Properties, at: string): Finding[] {
  const text = textOf(container['StopTimeout']);
  const seconds = Number(text ?? 30);
  if (Number.isInteger(seconds) && seconds >= 2 && seconds <= 120) return [];
  return [
    {
      property: `${at}.StopTimeout`,
      kind: 'invalid',
      message: `The stop timeout value must be between 2 and 120 seconds on Fargate, it is ${text}.`,
    },
  ];
}

/** ECS-026 */
function checkRestartPolicy(container: Properties, at: string): Finding[] {
  const policy = container['RestartPolicy'];
  if (!isObject(policy)) return [];
  const findings: Finding[] = [];
  const text = textOf(policy['RestartAttemptPeriod']);
  const seconds = Number(text ?? 300);
  if (!isUnresolved(policy['RestartAttemptPeriod']) && !(Number.isInteger(seconds) && seconds >= 60 && seconds <= 1800)) {
    const message = `The restart attempt period must be between 60 and 1800 seconds, it is ${text}.`;
    findings.push({ property: `${at}.RestartPolicy.RestartAttemptPeriod`, kind: 'invalid', message });
  }
  const codes = policy['IgnoredExitCodes'];
  if (Array.isArray(codes) && codes.length > 50) {
    const message = `At most 50 exit codes can be ignored, there are ${codes.length}.`;
    findings.push({ property: `${at}.RestartPolicy.IgnoredExitCodes`, kind: 'invalid', message });
  }
  return findings;
}

function checkMounts(container: Properties, at: string, volumes: readonly (Value | undefined)[]): Finding[] {
  return listOf(container['MountPoints']).flatMap((mount, index): Finding[] => {
    const name = textOf(mount['SourceVolume']);
    if (name === undefined || volumes.some((volume) => volume === name || isUnresolved(volume))) return [];
    return [
      {
        property: `${at}.MountPoints[${index}].SourceVolume`,
        kind: 'invalid',
        message: `Unknown volume '${name}'.`,
        fix: `Add it to Volumes: [{"Name": "${name}"}].`,
      },
    ];
  });
}

/** ECS-100 */
function checkVolumesFrom(container: Properties, at: string, all: readonly Properties[]): Finding[] {
  return listOf(container['VolumesFrom']).flatMap((from, index): Finding[] => {
    const name = textOf(from['SourceContainer']);
    if (name === undefined || all.some((other) => isUnresolved(other['Name']) || textOf(other['Name']) === name)) return [];
    return [
      {
        property: `${at}.VolumesFrom[${index}].SourceContainer`,
        kind: 'invalid',
        message: `Unknown container '${name}' in volumesFrom.`,
        fix: `The task definition has ${all.map((other) => textOf(other['Name'])).join(', ')}.`,
      },
    ];
  });
}
