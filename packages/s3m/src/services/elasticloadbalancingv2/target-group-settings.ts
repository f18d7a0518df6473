import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Properties } from '../resource-type.ts';
import type { HealthCheckSettings } from './health-check.ts';
import type { Stickiness } from './application/stickiness.ts';
import { tryMatcher } from './matcher.ts';
import type { Algorithm, HealthMinimum } from './target-choice.ts';

export type TargetProtocol = 'TCP' | 'TLS' | 'HTTP' | 'HTTPS';

export type TargetType = 'instance' | 'ip' | 'alb';

export interface TargetGroupSettings {
  /** HTTP and HTTPS for an Application Load Balancer. */
  readonly protocol: TargetProtocol;
  readonly targetType: TargetType;
  readonly port: number;
  readonly vpcId: string | undefined;
  readonly deregistrationDelayMs: number;
  readonly terminatesConnections: boolean;
  /** How clients of an Application Load Balancer stay with a target. */
  readonly stickiness: Stickiness | undefined;
  /** Whether clients of a Network Load Balancer stay with a target, by their address (NLB-027). */
  readonly staysBySource: boolean;
  /** How long a target that has become healthy gets less than its share; 0 when it does not. */
  readonly slowStartMs: number;
  readonly algorithm: Algorithm;
  /** Undefined: as the load balancer has it (NLB-020). */
  readonly crossZone: boolean | undefined;
  /** Whether a target sees the client's address in place of the node's (NLB-047). */
  readonly preservesClientIp: boolean;
  /** NLB-049 */
  readonly proxyProtocol: boolean;
  /** Below it, all targets get traffic (NLB-025). */
  readonly routingMinimum: HealthMinimum;
  /** Below it, a zone is taken out of DNS (NLB-025). */
  readonly dnsMinimum: HealthMinimum;
  /** What becomes of the connections of a target that gets unhealthy (NLB-041): cut, or left alone for so long under `unhealthy.draining`. */
  readonly whenUnhealthy: { readonly terminates: boolean; readonly drainMs: number };
  readonly healthCheck: HealthCheckSettings;
}

/** Reads a target group's properties with AWS's defaults (NLB-025, NLB-028, NLB-029, NLB-041, NLB-044 to NLB-047). @throws ResourceFailure */
export function readTargetGroupSettings(properties: Properties): TargetGroupSettings {
  const read = new PropertyReader(properties);
  const protocol = read.oneOf('Protocol', ['TCP', 'TLS', 'HTTP', 'HTTPS']);
  const targetType = readTargetType(read);
  const attributes = new Map(
    read.objects('TargetGroupAttributes').map((attribute) => [attribute.string('Key'), attribute.string('Value')]),
  );
  const isOn = (key: string, fallback = false): boolean => (attributes.get(key) ?? String(fallback)) === 'true';
  const seconds = (key: string, fallback: number): number => Number(attributes.get(key) ?? fallback) * 1000;
  const crossZone = attributes.get('load_balancing.cross_zone.enabled') ?? 'use_load_balancer_configuration';
  const proxyProtocol = isOn('proxy_protocol_v2.enabled');
  return {
    protocol,
    targetType,
    port: read.integer('Port'),
    vpcId: read.optionalString('VpcId'),
    deregistrationDelayMs: seconds('deregistration_delay.timeout_seconds', 300),
    terminatesConnections: isOn('deregistration_delay.connection_termination.enabled'),
    stickiness: readStickiness(attributes),
    staysBySource: isOn('stickiness.enabled') && attributes.get('stickiness.type') === 'source_ip',
    slowStartMs: seconds('slow_start.duration_seconds', 0),
    algorithm: (attributes.get('load_balancing.algorithm.type') ?? 'round_robin') as Algorithm,
    crossZone: crossZone === 'use_load_balancer_configuration' ? undefined : crossZone === 'true',
    preservesClientIp: isOn('preserve_client_ip.enabled', targetType !== 'ip'),
    proxyProtocol,
    routingMinimum: readMinimum(attributes, 'unhealthy_state_routing'),
    dnsMinimum: readMinimum(attributes, 'dns_failover'),
    whenUnhealthy: {
      terminates: isOn('target_health_state.unhealthy.connection_termination.enabled', true),
      drainMs: seconds('target_health_state.unhealthy.draining_interval_seconds', 0),
    },
    healthCheck: readHealthCheck(read, { protocol, targetType, proxyProtocol }),
  };
}

/** NLB-004 */
export function readTargetType(read: PropertyReader): TargetType {
  return read.oneOf('TargetType', ['instance', 'ip', 'alb'], 'instance');
}

function readStickiness(attributes: ReadonlyMap<string, string>): Stickiness | undefined {
  if (attributes.get('stickiness.enabled') !== 'true' || attributes.get('stickiness.type') === 'source_ip') return undefined;
  if (attributes.get('stickiness.type') !== 'app_cookie') {
    return { kind: 'lb_cookie', durationMs: Number(attributes.get('stickiness.lb_cookie.duration_seconds') ?? 86_400) * 1000 };
  }
  return {
    kind: 'app_cookie',
    durationMs: Number(attributes.get('stickiness.app_cookie.duration_seconds') ?? 86_400) * 1000,
    cookieName: attributes.get('stickiness.app_cookie.cookie_name') ?? '',
  };
}

/** NLB-025: of the two texts on `dns_failover`, the API's: 1 unless told otherwise. */
function readMinimum(attributes: ReadonlyMap<string, string>, what: 'unhealthy_state_routing' | 'dns_failover'): HealthMinimum {
  const prefix = `target_group_health.${what}.minimum_healthy_targets`;
  const numberOf = (text: string): number => (text === 'off' ? 0 : Number(text));
  return {
    count: numberOf(attributes.get(`${prefix}.count`) ?? '1'),
    percentage: numberOf(attributes.get(`${prefix}.percentage`) ?? 'off'),
  };
}

/** Groups of Application Load Balancers have defaults of their own (NLB-003, NLB-028 to NLB-030, NLB-069). */
function readHealthCheck(
  read: PropertyReader,
  group: Pick<TargetGroupSettings, 'protocol' | 'targetType' | 'proxyProtocol'>,
): HealthCheckSettings {
  const application = group.protocol === 'HTTP' || group.protocol === 'HTTPS';
  const usual = group.protocol === 'HTTPS' ? 'HTTPS' : application || group.targetType === 'alb' ? 'HTTP' : 'TCP';
  const protocol = read.oneOf('HealthCheckProtocol', ['TCP', 'HTTP', 'HTTPS'], usual);
  const port = read.optionalString('HealthCheckPort');
  const matcher = read.object('Matcher')?.optionalString('HttpCode') ?? (application ? '200' : '200-399');
  const matches = tryMatcher(matcher);
  if (matches === undefined)
    throw new ResourceFailure(`Health check matcher HTTP code '${matcher}' must be within '200-599' inclusive`, {
      property: 'Matcher.HttpCode',
    });
  return {
    protocol,
    port: port === undefined || port === 'traffic-port' ? undefined : Number(port),
    path: read.optionalString('HealthCheckPath') ?? '/',
    intervalMs: read.integer('HealthCheckIntervalSeconds', 30) * 1000,
    timeoutMs: read.integer('HealthCheckTimeoutSeconds', application ? 5 : protocol === 'HTTP' ? 6 : 10) * 1000,
    healthyThreshold: read.integer('HealthyThresholdCount', 5),
    unhealthyThreshold: read.integer('UnhealthyThresholdCount', 2),
    matches,
    matcher,
    proxyProtocol: group.proxyProtocol,
    mostTls: application ? 'TLSv1.3' : 'TLSv1.2',
  };
}
