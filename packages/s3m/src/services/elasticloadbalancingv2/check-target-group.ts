import { isUnresolved, listOf, textOf } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';
import { checkHealthCheck } from './check-health-check.ts';
import { checkName } from './check-name.ts';

const bool = /^(?:true|false)$/;
const count = /^[1-9]\d*$/;
const countOrOff = /^(?:off|[1-9]\d*)$/;
const percentage = /^(?:off|[1-9]\d?|100)$/;

/** Of both kinds (NLB-020, NLB-025). */
const ofBoth: Readonly<Record<string, RegExp>> = {
  'deregistration_delay.timeout_seconds': /^\d+$/,
  'target_group_health.dns_failover.minimum_healthy_targets.count': countOrOff,
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': percentage,
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': count,
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': percentage,
};

/** With the values that are simulated. */
const ofNetworkBalancers: Readonly<Record<string, RegExp>> = {
  ...ofBoth,
  'deregistration_delay.connection_termination.enabled': bool,
  'load_balancing.cross_zone.enabled': /^(?:true|false|use_load_balancer_configuration)$/,
  'preserve_client_ip.enabled': bool,
  'proxy_protocol_v2.enabled': bool,
  'stickiness.enabled': bool,
  'stickiness.type': /^source_ip$/,
  'target_health_state.unhealthy.connection_termination.enabled': bool,
  'target_health_state.unhealthy.draining_interval_seconds': /^\d{1,6}$/,
};

const ofApplicationBalancers: Readonly<Record<string, RegExp>> = {
  ...ofBoth,
  'load_balancing.algorithm.type': /^(?:round_robin|least_outstanding_requests|weighted_random)$/,
  'load_balancing.algorithm.anomaly_mitigation': /^off$/,
  'load_balancing.cross_zone.enabled': /^(?:true|use_load_balancer_configuration)$/,
  'slow_start.duration_seconds': /^(?:0|[3-9]\d|[1-8]\d\d|900)$/,
  'stickiness.enabled': bool,
  'stickiness.type': /^(?:lb_cookie|app_cookie)$/,
  'stickiness.lb_cookie.duration_seconds': /^\d+$/,
  'stickiness.app_cookie.duration_seconds': /^\d+$/,
  'stickiness.app_cookie.cookie_name': /^(?!AWSALB)./,
};

/** What may not be changed of a group in front of an Application Load Balancer (NLB-046), and what is simulated of the rest. */
const ofGroupsOfBalancers: Readonly<Record<string, RegExp>> = {
  'preserve_client_ip.enabled': /^true$/,
};

const ofGroupsOfFunctions: Readonly<Record<string, RegExp>> = {
  'lambda.multi_value_headers.enabled': bool,
};

const targetTypes: readonly string[] = ['instance', 'ip', 'alb', 'lambda'];
const protocols: readonly string[] = ['TCP', 'TLS', 'HTTP', 'HTTPS'];

/** What AWS would refuse, and what is not simulated: other target types and protocols, attributes that change the way of a connection. */
export function checkTargetGroup(properties: Properties): Finding[] {
  const name = checkName(properties['Name'], 'target group');
  if (properties['TargetType'] === 'lambda') return [...name, ...checkFunctions(properties)];
  return [...name, ...checkRequired(properties), ...checkKind(properties), ...checkHealthCheck(properties), ...checkAttributes(properties)];
}

/** What every group but one of functions has. */
function checkRequired(properties: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [name, what] of [
    ['Port', 'port'],
    ['Protocol', 'protocol'],
    ['VpcId', 'VPC ID'],
  ] as const) {
    if (properties[name] === undefined) findings.push(invalid(name, `A ${what} must be specified`));
  }
  const { HealthCheckEnabled: enabled, TargetType: targetType = 'instance' } = properties;
  if (enabled !== undefined && String(enabled) !== 'true' && !isUnresolved(enabled))
    findings.push(
      invalid('HealthCheckEnabled', `Health check enabled must be true for target groups with target type '${String(targetType)}'`),
    );
  return findings;
}

/** A group of functions has no port, no protocol and no network; its function is not checked here. */
function checkFunctions(properties: Properties): readonly Finding[] {
  const findings: Finding[] = ['Port', 'Protocol', 'ProtocolVersion', 'VpcId']
    .filter((name) => properties[name] !== undefined)
    .map((name) => invalid(name, `${name} cannot be specified for target groups with target type 'lambda'`));
  if (listOf(properties['Targets']).length > 1)
    findings.push(invalid('Targets', "A target group with target type 'lambda' has one target at the most"));
  const { HealthCheckEnabled: enabled } = properties;
  if (enabled !== undefined && String(enabled) !== 'false' && !isUnresolved(enabled))
    findings.push(unsupported('HealthCheckEnabled', 'health checks of functions are not supported: they would be invoked by themselves'));
  return [...findings, ...checkAttributes(properties)];
}

function checkKind({ TargetType: targetType, Protocol: protocol, ProtocolVersion: version, Targets: targets }: Properties): Finding[] {
  const findings: Finding[] = [];
  if (targetType !== undefined && !targetTypes.includes(String(targetType)) && !isUnresolved(targetType)) {
    findings.push(
      unsupported('TargetType', `targets of type ${JSON.stringify(targetType)} are not supported, only ${targetTypes.join(', ')}`),
    );
  }
  if (targetType === 'alb' && protocol !== 'TCP' && !isUnresolved(protocol)) {
    findings.push(invalid('Protocol', "The protocol of a target group with target type 'alb' must be TCP")); // NLB-002
  } else if (!protocols.includes(String(protocol)) && !isUnresolved(protocol)) {
    findings.push(
      unsupported('Protocol', `target groups of protocol ${JSON.stringify(protocol)} are not supported, only ${protocols.join(', ')}`),
    );
  }
  if (targetType === 'alb' && listOf(targets).length > 1) {
    findings.push(invalid('Targets', "A target group with target type 'alb' has exactly one target")); // NLB-004
  }
  if (version !== undefined && version !== 'HTTP1' && !isUnresolved(version)) {
    findings.push(unsupported('ProtocolVersion', `targets that speak ${JSON.stringify(version)} are not supported, only HTTP1`));
  }
  return findings;
}

function checkAttributes({ Protocol: protocol, TargetType: targetType, TargetGroupAttributes: attributes }: Properties): Finding[] {
  const application = protocol === 'HTTP' || protocol === 'HTTPS';
  const allowed =
    targetType === 'lambda'
      ? ofGroupsOfFunctions
      : application
        ? ofApplicationBalancers
        : targetType === 'alb'
          ? ofGroupsOfBalancers
          : ofNetworkBalancers;
  return listOf(attributes).flatMap(({ Key: name, Value: value }, index): readonly Finding[] => {
    const [key, text] = [textOf(name) ?? '', textOf(value) ?? ''];
    if (isUnresolved(value) || isUnresolved(name) || allowed[key]?.test(text) === true) return [];
    const property = `TargetGroupAttributes[${index}]`;
    if (targetType === 'alb') {
      return [invalid(property, `Target group attribute key '${key}' cannot be changed for a target group with target type 'alb'`)]; // NLB-046
    }
    return [unsupported(property, `target group attribute ${key}=${text} is not supported`)];
  });
}

function unsupported(property: string, message: string, fix?: string): Finding {
  return { property, kind: 'unsupported', message, ...(fix === undefined ? {} : { fix }) };
}

function invalid(property: string, message: string): Finding {
  return { property, kind: 'invalid', message };
}
