import { isUnresolved, listOf, textOf } from '../../known-value.ts';
import type { Finding, Properties } from '../../resource-type.ts';
import { alpnPolicies, versionsOf } from './policies.ts';

/** What AWS would refuse in a listener's TLS (NLB-012). */
export function checkTls({
  Protocol: protocol,
  Certificates: certificates,
  SslPolicy: policy,
  AlpnPolicy: alpn,
}: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  const invalid = (property: string, message: string): void => void findings.push({ property, kind: 'invalid', message });
  if (protocol !== 'TLS' && protocol !== 'HTTPS') {
    if (certificates !== undefined) invalid('Certificates', `A certificate cannot be specified for ${String(protocol)} listeners`);
    return findings;
  }
  const count = listOf(certificates).length;
  if (count === 0 && !isUnresolved(certificates)) invalid('Certificates', `A certificate must be specified for ${protocol} listeners`);
  if (count > 1) invalid('Certificates', 'You can specify only one certificate');
  const name = textOf(policy);
  if (name !== undefined && versionsOf(name) === undefined) invalid('SslPolicy', `SSL policy '${name}' not found`);
  const names = Array.isArray(alpn) ? alpn.map(String) : [];
  if (names.length > 0 && protocol === 'HTTPS') invalid('AlpnPolicy', 'An ALPN policy can be specified only for TLS listeners');
  for (const each of names) {
    if (!isUnresolved(each) && alpnPolicies[each] === undefined)
      invalid('AlpnPolicy', `ALPN policy '${each}' must be one of '[${Object.keys(alpnPolicies).join(', ')}]'`);
  }
  return findings;
}
