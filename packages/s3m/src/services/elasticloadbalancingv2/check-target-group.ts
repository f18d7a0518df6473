import { isUnresolved } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';
import { tryMatcher } from './matcher.ts';

/** Attributes that count here, and those whose only supported value is AWS's default. */
const ofNetworkBalancers: Readonly<Record<string, RegExp>> = {
  'deregistration_delay.timeout_seconds': /^\d+$/,
  'deregistration_delay.connection_termination.enabled': /^(?:true|false)$/,
  'preserve_client_ip.enabled': /^false$/,
  'proxy_protocol_v2.enabled': /^false$/,
  'stickiness.enabled': /^false$/,
  'target_health_state.unhealthy.connection_termination.enabled': /^true$/,
};

const ofApplicationBalancers: Readonly<Record<string, RegExp>> = {
  'deregistration_delay.timeout_seconds': /^\d+$/,
  'load_balancing.algorithm.type': /^round_robin$/,
  'load_balancing.cross_zone.enabled': /^(?:true|use_load_balancer_configuration)$/,
  'slow_start.duration_seconds': /^(?:0|[3-9]\d|[1-8]\d\d|900)$/,
  'stickiness.enabled': /^(?:true|false)$/,
  'stickiness.type': /^(?:lb_cookie|app_cookie)$/,
  'stickiness.lb_cookie.duration_seconds': /^\d+$/,
  'stickiness.app_cookie.duration_seconds': /^\d+$/,
  'stickiness.app_cookie.cookie_name': /^(?!AWSALB)./,
};

/** What AWS would refuse, and what is not simulated: other target types and protocols, attributes that change the way of a connection. */
export function checkTargetGroup(properties: Properties): Finding[] {
  const unsupported = (property: string, message: string): Finding => ({ property, kind: 'unsupported', message });
  const findings: Finding[] = [];
  const { TargetType: targetType, Protocol: protocol, HealthCheckProtocol: checkProtocol, Matcher: matcher } = properties;
  if (targetType !== 'ip')
    findings.push(unsupported('TargetType', `targets of type ${JSON.stringify(targetType ?? 'instance')} are not supported, only ip`));
  if (protocol !== 'TCP' && protocol !== 'HTTP' && !isUnresolved(protocol)) {
    findings.push(unsupported('Protocol', `target groups of protocol ${JSON.stringify(protocol)} are not supported, only TCP and HTTP`));
  }
  if (checkProtocol !== undefined && checkProtocol !== 'TCP' && checkProtocol !== 'HTTP') {
    findings.push(
      unsupported('HealthCheckProtocol', `health checks by ${JSON.stringify(checkProtocol)} are not supported, only TCP and HTTP`),
    );
  }
  const version = properties['ProtocolVersion'];
  if (version !== undefined && version !== 'HTTP1' && !isUnresolved(version)) {
    findings.push(unsupported('ProtocolVersion', `targets that speak ${JSON.stringify(version)} are not supported, only HTTP1`));
  }
  if (matcher !== undefined && (checkProtocol ?? protocol) !== 'HTTP') {
    findings.push({
      property: 'Matcher',
      kind: 'invalid',
      message: 'Health check matcher is only valid with an HTTP or HTTPS health check',
    }); // NLB-031
  }
  const code = typeof matcher === 'object' && matcher !== null && 'HttpCode' in matcher ? matcher['HttpCode'] : undefined;
  if (typeof code === 'string' && !isUnresolved(code) && tryMatcher(code) === undefined) {
    findings.push({
      property: 'Matcher.HttpCode',
      kind: 'invalid',
      message: `Health check matcher HTTP code '${code}' must be within '200-599' inclusive`,
    }); // NLB-030
  }
  const list = Array.isArray(properties['TargetGroupAttributes']) ? properties['TargetGroupAttributes'] : [];
  for (const [index, attribute] of list.entries()) {
    if (typeof attribute !== 'object' || attribute === null || !('Key' in attribute)) continue;
    const key = String(attribute['Key']);
    const value = String(attribute['Value']);
    if ((protocol === 'HTTP' ? ofApplicationBalancers : ofNetworkBalancers)[key]?.test(value) === true || isUnresolved(value)) continue;
    findings.push(unsupported(`TargetGroupAttributes[${index}]`, `target group attribute ${key}=${value} is not supported`));
  }
  return findings;
}
