import { isUnresolved, textOf } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';
import { tryMatcher } from './matcher.ts';

const protocols: ReadonlySet<string> = new Set(['TCP', 'HTTP', 'HTTPS']);

/** NLB-028, NLB-029 */
const ranges = [
  ['HealthCheckIntervalSeconds', 'Health check interval', 5, 300],
  ['HealthCheckTimeoutSeconds', 'Health check timeout', 2, 120],
  ['HealthyThresholdCount', 'Healthy threshold count', 2, 10],
  ['UnhealthyThresholdCount', 'Unhealthy threshold count', 2, 10],
] as const;

/** What AWS would refuse of how a group's targets are checked (NLB-003, NLB-028 to NLB-031). */
export function checkHealthCheck(properties: Properties): readonly Finding[] {
  return [...checkProtocol(properties), ...checkMatcher(properties), ...checkNumbers(properties)];
}

function checkProtocol({ TargetType: targetType, HealthCheckProtocol: protocol }: Properties): readonly Finding[] {
  if (protocol === undefined || isUnresolved(protocol)) return [];
  // NLB-003
  if (!protocols.has(String(protocol)))
    return [invalid('HealthCheckProtocol', `Health check protocol '${String(protocol)}' must be one of '[HTTP, HTTPS, TCP]'`)];
  if (targetType === 'alb' && protocol === 'TCP')
    return [invalid('HealthCheckProtocol', "Health check protocol of a target group with target type 'alb' must be HTTP or HTTPS")];
  return [];
}

function checkMatcher(properties: Properties): readonly Finding[] {
  const { TargetType: targetType, Protocol: protocol, HealthCheckProtocol: ownProtocol, Matcher: matcher } = properties;
  const effective = textOf(ownProtocol) ?? (targetType === 'alb' ? 'HTTP' : textOf(protocol));
  const findings: Finding[] = [];
  if (matcher !== undefined && effective !== 'HTTP' && effective !== 'HTTPS') {
    findings.push(invalid('Matcher', 'Health check matcher is only valid with an HTTP or HTTPS health check')); // NLB-031
  }
  const code = typeof matcher === 'object' && matcher !== null && 'HttpCode' in matcher ? matcher['HttpCode'] : undefined;
  if (typeof code === 'string' && !isUnresolved(code) && tryMatcher(code) === undefined) {
    findings.push(invalid('Matcher.HttpCode', `Health check matcher HTTP code '${code}' must be within '200-599' inclusive`)); // NLB-030
  }
  return findings;
}

function checkNumbers(properties: Properties): readonly Finding[] {
  const findings = ranges.flatMap(([property, what, least, most]) => {
    const text = textOf(properties[property]);
    if (text === undefined || isWithin(text, least, most)) return [];
    return [invalid(property, `${what} '${text}' must be between ${least} and ${most} inclusive`)];
  });
  const port = textOf(properties['HealthCheckPort']);
  if (port === undefined || port === 'traffic-port' || isWithin(port, 1, 65_535)) return findings;
  return [...findings, invalid('HealthCheckPort', `Health check port '${port}' must be 'traffic-port' or between 1 and 65535 inclusive`)];
}

function isWithin(text: string, least: number, most: number): boolean {
  const number = Number(text);
  return Number.isInteger(number) && number >= least && number <= most;
}

function invalid(property: string, message: string): Finding {
  return { property, kind: 'invalid', message };
}
