import type { NameRecords } from '../capabilities/discovery-service.ts';
import type { Account } from './account.ts';
import { resolveEndpointName } from './endpoint-names.ts';

/** NLB-010 */
const BALANCER_TTL_S = 60;

/**
 * What a name stands for in a VPC. Private names come first, then the public ones of load balancers. Without the resolver there are none, and the private ones need host names too (VPC-007).
 */
export function resolveInVpc(account: Account, vpcId: string, name: string): NameRecords | undefined {
  const dns = account.network.model.findVpc(vpcId)?.dns;
  if (dns?.support !== true) return undefined;
  return (
    (dns.hostnames ? resolvePrivateName(account, vpcId, name) : undefined) ??
    resolveBalancer(account, name) ??
    resolveEndpoint(account, vpcId, name)
  );
}

function resolveEndpoint(account: Account, vpcId: string, name: string): NameRecords | undefined {
  const addresses = resolveEndpointName(account, vpcId, canonical(name));
  return addresses === undefined ? undefined : { addresses, srv: [], ttl: BALANCER_TTL_S };
}

function resolvePrivateName(account: Account, vpcId: string, name: string): NameRecords | undefined {
  for (const [, service] of account.directory.list('discoveryService')) {
    const records = service.namespace.vpcId === vpcId ? service.resolve(name) : undefined;
    if (records !== undefined) return records;
  }
  const wanted = canonical(name);
  // A name of a private namespace is answered by it alone: nobody has it.
  const inNamespace = account.directory.list('dnsNamespace').some(([, each]) => each.vpcId === vpcId && wanted.endsWith(`.${each.name}`));
  return inNamespace ? { addresses: [], srv: [], ttl: 0 } : undefined;
}

function resolveBalancer(account: Account, name: string): NameRecords | undefined {
  const wanted = canonical(name);
  const balancer = account.directory.list('loadBalancer').find(([, { dnsName }]) => dnsName.toLowerCase() === wanted)?.[1];
  return balancer === undefined ? undefined : { addresses: balancer.nodeAddresses, srv: [], ttl: BALANCER_TTL_S };
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
