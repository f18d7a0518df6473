import { isUnresolved, listOf, textOf } from '../known-value.ts';
import type { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties } from '../resource-type.ts';

/** Attributes that have no effect here whatever they are: nothing is deleted by accident, logged or charged. */
const withoutEffect: readonly RegExp[] = [
  /^deletion_protection\./,
  /^access_logs\./,
  /^connection_logs\./,
  /^health_check_logs\./,
  /^zonal_shift\./,
];

/** Others, with the values that are what happens here (ELBv2 API, LoadBalancerAttribute). */
const allowed: { readonly [T in 'network' | 'application']: Readonly<Record<string, RegExp>> } = {
  network: {
    'load_balancing.cross_zone.enabled': /^(?:true|false)$/,
    'dns_record.client_routing_policy': /^any_availability_zone$/,
    'ipv6.deny_all_igw_traffic': /./,
  },
  application: {
    'idle_timeout.timeout_seconds': /^\d+$/,
    'load_balancing.cross_zone.enabled': /^true$/,
    'client_keep_alive.seconds': /^\d+$/,
    'routing.http.desync_mitigation_mode': /^(?:strictest|defensive)$/,
    'routing.http.drop_invalid_header_fields.enabled': /^(?:true|false)$/,
    'routing.http.preserve_host_header.enabled': /^(?:true|false)$/,
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': /^(?:true|false)$/,
    'routing.http.xff_client_port.enabled': /^(?:true|false)$/,
    'routing.http.xff_header_processing.mode': /^(?:append|preserve|remove)$/,
    'routing.http2.enabled': /^(?:true|false)$/,
    // There is no firewall here that could fail.
    'waf.fail_open.enabled': /^(?:true|false)$/,
    'ipv6.deny_all_igw_traffic': /./,
  },
};

/** Attributes that would change what happens to requests and are not simulated. */
export function checkAttributes(properties: Properties, type: 'network' | 'application'): readonly Finding[] {
  return listOf(properties['LoadBalancerAttributes']).flatMap(({ Key: name, Value: value }, index): readonly Finding[] => {
    const [key, text] = [textOf(name) ?? '', textOf(value)];
    if (isUnresolved(value) || withoutEffect.some((pattern) => pattern.test(key))) return [];
    if (text !== undefined && allowed[type][key]?.test(text) === true) return [];
    return [
      {
        property: `LoadBalancerAttributes[${index}]`,
        kind: 'unsupported',
        message: `load balancer attribute ${key}=${text ?? ''} is not supported`,
      },
    ];
  });
}

/** NLB-020: off for a Network Load Balancer unless told otherwise. */
export function readCrossZone(read: PropertyReader): boolean {
  const attribute = read
    .objects('LoadBalancerAttributes')
    .find((each) => each.optionalString('Key') === 'load_balancing.cross_zone.enabled');
  return attribute?.optionalString('Value') === 'true';
}
