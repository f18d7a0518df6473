import type { Finding, Properties } from '../resource-type.ts';
import { isObject, isUnresolved, listOf, textOf } from '../known-value.ts';

/** What AWS would refuse in a service before it looks at anything else, and what cannot run here. */
export function checkService(properties: Properties): Finding[] {
  return [...checkLaunch(properties), ...checkDeployment(properties), ...checkNetwork(properties), ...checkNumbers(properties)];
}

function checkLaunch(properties: Properties): Finding[] {
  const findings: Finding[] = [];
  const providers = listOf(properties['CapacityProviderStrategy']).map((entry) => textOf(entry['CapacityProvider']));
  const launchType = textOf(properties['LaunchType']);
  if (providers.length > 0) {
    const other = providers.find((name) => name !== undefined && name !== 'FARGATE' && name !== 'FARGATE_SPOT');
    if (other !== undefined) findings.push(unsupported('CapacityProviderStrategy', `capacity provider ${other} is not supported`));
  } else if (launchType !== 'FARGATE' && !isUnresolved(properties['LaunchType'])) {
    findings.push(
      unsupported(
        'LaunchType',
        `only Fargate is simulated, and LaunchType is ${launchType ?? 'left out, which means EC2'}`,
        'Set LaunchType: FARGATE.',
      ),
    );
  }
  findings.push(...checkPlatformVersion(textOf(properties['PlatformVersion'])));
  const controller = isObject(properties['DeploymentController']) ? textOf(properties['DeploymentController']['Type']) : undefined;
  if (controller !== undefined && controller !== 'ECS')
    findings.push(
      unsupported('DeploymentController.Type', `deployment controller ${controller} is not supported; ECS (rolling update) is`),
    );
  const connect = properties['ServiceConnectConfiguration'];
  // ECS-096
  if (isObject(connect) && connect['Enabled'] !== false && connect['Enabled'] !== 'false')
    findings.push(
      unsupported(
        'ServiceConnectConfiguration',
        'Service Connect is not supported: no proxy stands beside the containers of a task',
        "Find services by ServiceRegistries (CDK's cloudMapOptions) or behind an internal load balancer, or set Enabled: false.",
      ),
    );
  // ECS-036
  if (textOf(properties['SchedulingStrategy']) === 'DAEMON') {
    findings.push({
      property: 'SchedulingStrategy',
      kind: 'invalid',
      message: 'The Fargate launch type does not support the DAEMON scheduling strategy.',
      fix: 'Leave it out, or set SchedulingStrategy: REPLICA.',
    });
  }
  return findings;
}

/** ECS-039 */
function checkPlatformVersion(version: string | undefined): Finding[] {
  if (version === undefined || version === 'LATEST' || version === '1.4.0') return [];
  // Both are Fargate's, with texts and limits of their own.
  if (version === '1.3.0' || version === '1.0.0')
    return [unsupported('PlatformVersion', `platform version ${version} is not simulated; 1.4.0 is`, 'Leave it out, or set LATEST.')];
  return [
    {
      ...invalid('PlatformVersion', "The specified platform version doesn't exist."),
      fix: `It is ${version}. Fargate for Linux has LATEST, 1.4.0 and 1.3.0.`,
    },
  ];
}

function checkDeployment(properties: Properties): Finding[] {
  const deployment = properties['DeploymentConfiguration'];
  if (!isObject(deployment)) return [];
  const findings: Finding[] = [];
  const strategy = textOf(deployment['Strategy']);
  if (strategy !== undefined && strategy !== 'ROLLING')
    findings.push(unsupported('DeploymentConfiguration.Strategy', `deployment strategy ${strategy} is not supported; ROLLING is`));
  const alarms = deployment['Alarms'];
  if (isObject(alarms) && (alarms['Enable'] === true || alarms['Enable'] === 'true'))
    findings.push(
      unsupported('DeploymentConfiguration.Alarms', 'deployment alarms are not supported', 'Leave them out, or set Enable: false.'),
    );
  return findings;
}

/** ECS-035, ECS-095 */
function checkNetwork(properties: Properties): Finding[] {
  const configuration = properties['NetworkConfiguration'];
  const network = isObject(configuration) ? configuration['AwsvpcConfiguration'] : undefined;
  const findings: Finding[] = [];
  if (isObject(network)) {
    const subnets = network['Subnets'];
    if (Array.isArray(subnets) && subnets.length === 0)
      findings.push(invalid('NetworkConfiguration.AwsvpcConfiguration.Subnets', 'subnets can not be empty.'));
    if (Array.isArray(subnets) && subnets.length > 16)
      findings.push(invalid('NetworkConfiguration.AwsvpcConfiguration.Subnets', 'subnets can have at most 16 items.'));
    const groups = network['SecurityGroups'];
    if (Array.isArray(groups) && groups.length > 5)
      findings.push(invalid('NetworkConfiguration.AwsvpcConfiguration.SecurityGroups', 'securityGroups can have at most 5 items.'));
  }
  const loadBalancers = listOf(properties['LoadBalancers']);
  if (loadBalancers.length > 5) findings.push(invalid('LoadBalancers', 'loadBalancers can have at most 5 items.'));
  if (listOf(properties['ServiceRegistries']).length > 1)
    findings.push(invalid('ServiceRegistries', 'serviceRegistries can have at most 1 item.')); // ECS-095
  if (loadBalancers.length === 0 && Number(textOf(properties['HealthCheckGracePeriodSeconds']) ?? 0) > 0) {
    findings.push(
      invalid('HealthCheckGracePeriodSeconds', 'Health check grace period is only valid for services configured to use load balancers'),
    );
  }
  return findings;
}

function checkNumbers(properties: Properties): Finding[] {
  const desired = Number(textOf(properties['DesiredCount']) ?? 1);
  if (Number.isInteger(desired) && desired >= 0) return [];
  return [invalid('DesiredCount', `desiredCount must be a whole number of at least 0, it is ${desired}.`)];
}

function invalid(property: string, message: string): Finding {
  return { property, kind: 'invalid', message };
}

function unsupported(property: string, message: string, fix?: string): Finding {
  return { property, kind: 'unsupported', message, ...(fix === undefined ? {} : { fix }) };
}
