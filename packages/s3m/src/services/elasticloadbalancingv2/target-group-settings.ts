import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Properties } from '../resource-type.ts';
import type { HealthCheckSettings } from './health-check.ts';
import { tryMatcher } from './matcher.ts';

export interface TargetGroupSettings {
  readonly protocol: 'TCP';
  readonly port: number;
  readonly deregistrationDelayMs: number;
  readonly terminatesConnections: boolean;
  readonly healthCheck: HealthCheckSettings;
}

/** Reads a target group's properties with AWS's defaults (NLB-028, NLB-029, NLB-044, NLB-045). @throws ResourceFailure */
export function readTargetGroupSettings(properties: Properties): TargetGroupSettings {
  const read = new PropertyReader(properties);
  const attributes = new Map(
    read.objects('TargetGroupAttributes').map((attribute) => [attribute.string('Key'), attribute.string('Value')]),
  );
  return {
    protocol: read.oneOf('Protocol', ['TCP']),
    port: read.integer('Port'),
    deregistrationDelayMs: Number(attributes.get('deregistration_delay.timeout_seconds') ?? 300) * 1000,
    terminatesConnections: attributes.get('deregistration_delay.connection_termination.enabled') === 'true',
    healthCheck: readHealthCheck(read),
  };
}

function readHealthCheck(read: PropertyReader): HealthCheckSettings {
  const protocol = read.oneOf('HealthCheckProtocol', ['TCP', 'HTTP'], 'TCP');
  const port = read.optionalString('HealthCheckPort');
  const matcher = read.object('Matcher')?.optionalString('HttpCode') ?? '200-399';
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
    timeoutMs: read.integer('HealthCheckTimeoutSeconds', protocol === 'HTTP' ? 6 : 10) * 1000,
    healthyThreshold: read.integer('HealthyThresholdCount', 5),
    unhealthyThreshold: read.integer('UnhealthyThresholdCount', 2),
    matches,
    matcher,
  };
}
