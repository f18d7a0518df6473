import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Properties } from '../resource-type.ts';
import type { HealthCheckSettings } from './health-check.ts';
import type { Stickiness } from './application/stickiness.ts';
import { tryMatcher } from './matcher.ts';

export interface TargetGroupSettings {
  /** HTTP for an Application Load Balancer. */
  readonly protocol: 'TCP' | 'HTTP';
  readonly port: number;
  readonly deregistrationDelayMs: number;
  readonly terminatesConnections: boolean;
  /** How clients of an Application Load Balancer stay with a target. */
  readonly stickiness: Stickiness | undefined;
  /** How long a target that has become healthy gets less than its share; 0 when it does not. */
  readonly slowStartMs: number;
  readonly healthCheck: HealthCheckSettings;
}

/** Reads a target group's properties with AWS's defaults (NLB-028, NLB-029, NLB-044, NLB-045). @throws ResourceFailure */
export function readTargetGroupSettings(properties: Properties): TargetGroupSettings {
  const read = new PropertyReader(properties);
  const protocol = read.oneOf('Protocol', ['TCP', 'HTTP']);
  const attributes = new Map(
    read.objects('TargetGroupAttributes').map((attribute) => [attribute.string('Key'), attribute.string('Value')]),
  );
  return {
    protocol,
    port: read.integer('Port'),
    deregistrationDelayMs: Number(attributes.get('deregistration_delay.timeout_seconds') ?? 300) * 1000,
    terminatesConnections: attributes.get('deregistration_delay.connection_termination.enabled') === 'true',
    stickiness: readStickiness(attributes),
    slowStartMs: Number(attributes.get('slow_start.duration_seconds') ?? 0) * 1000,
    healthCheck: readHealthCheck(read, protocol),
  };
}

function readStickiness(attributes: ReadonlyMap<string, string>): Stickiness | undefined {
  if (attributes.get('stickiness.enabled') !== 'true') return undefined;
  if (attributes.get('stickiness.type') !== 'app_cookie') {
    return { kind: 'lb_cookie', durationMs: Number(attributes.get('stickiness.lb_cookie.duration_seconds') ?? 86_400) * 1000 };
  }
  return {
    kind: 'app_cookie',
    durationMs: Number(attributes.get('stickiness.app_cookie.duration_seconds') ?? 86_400) * 1000,
    cookieName: attributes.get('stickiness.app_cookie.cookie_name') ?? '',
  };
}

/** Groups of Application Load Balancers have defaults of their own (NLB-028 to NLB-030, NLB-069). */
function readHealthCheck(read: PropertyReader, groupProtocol: 'TCP' | 'HTTP'): HealthCheckSettings {
  const application = groupProtocol === 'HTTP';
  const protocol = read.oneOf('HealthCheckProtocol', ['TCP', 'HTTP'], groupProtocol);
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
  };
}
