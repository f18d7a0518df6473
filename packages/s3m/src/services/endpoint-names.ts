import { endpointServices } from '../capabilities/endpoint-service.ts';
import { endpointServiceOf } from '../network/endpoint-service.ts';
import type { InterfaceEndpoint } from '../network/vpc-parts.ts';
import type { Account } from './account.ts';

/**
 * Addresses that a name of a service behind an interface endpoint stands for in a VPC: the endpoint's own DNS names, `API-VPCE.execute-api...`, and
 * with private DNS the service's own names (AG-010, VPC-022). Undefined for every other name, and for services that nobody here plays.
 */
export function resolveEndpointName(account: Account, vpcId: string, name: string): readonly string[] | undefined {
  const endpoints = account.network.model.findInterfaceEndpoints(vpcId);
  const host = name.toLowerCase().replace(/\.$/, '');
  for (const endpoint of endpoints) {
    const own = endpoint.dnsNames.find((each) => each.name === host);
    if (own !== undefined) return addressesOf(account, endpoint, own.zone);
  }
  const service = endpointServiceOf(host);
  const played = service === undefined ? undefined : endpointServices.find(account.directory, service);
  if (service === undefined || played === undefined) return undefined;
  const named = /-(vpce-[0-9a-z]+)\./.exec(host)?.[1];
  if (named !== undefined) {
    const endpoint = endpoints.find(({ id }) => id === named);
    return endpoint === undefined ? [] : addressesOf(account, endpoint, undefined);
  }
  const dns = account.network.model.findVpc(vpcId)?.dns;
  // VPC-007: private names need both settings of the VPC.
  const endpoint =
    dns?.support === true && dns.hostnames ? endpoints.find((each) => each.service === service && each.privateDns) : undefined;
  if (endpoint !== undefined) return addressesOf(account, endpoint, undefined);
  return played.knows(host) ? [] : undefined;
}

/** The endpoint one of whose interfaces has the address. */
export function endpointAt(account: Account, vpcId: string, address: string): InterfaceEndpoint | undefined {
  return account.network.model
    .findInterfaceEndpoints(vpcId)
    .find((endpoint) => addressesOf(account, endpoint, undefined).includes(address));
}

function addressesOf({ network }: Account, { interfaceIds }: InterfaceEndpoint, zone: string | undefined): string[] {
  return network.interfaces
    .filter((each) => interfaceIds.includes(each.id) && (zone === undefined || each.zone === zone))
    .map(({ address }) => address);
}
