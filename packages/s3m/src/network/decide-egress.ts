import type { Decision } from './decide-connection.ts';
import { combine, decideWithinVpc } from './decide-connection.ts';
import { endpointServiceOf } from './endpoint-service.ts';
import { examineAclsOutward } from './examine-acls.ts';
import { examineGroups, labelOf } from './examine-groups.ts';
import type { Examined } from './examined.ts';
import type { AttachedInterface, Interfaces } from './interfaces.ts';
import { formatAddress, tryParseAddress } from './ipv4.ts';
import { chooseRoute, describeDestination, type Route, type RouteQuery } from './route.ts';
import type { VpcModel } from './vpc-model.ts';
import type { Subnet } from './vpc-parts.ts';
import type { EgressRequest } from './vpc-network.ts';

/**
 * Whether an interface reaches a host outside its VPC: by an interface endpoint that answers under the host's name, else by the route that
 * is chosen for it, and by the egress rules of its groups (VPC-001 to VPC-026).
 */
export function decideEgress(model: VpcModel, interfaces: Interfaces, from: AttachedInterface, request: EgressRequest): Decision {
  const service = endpointServiceOf(request.host);
  const byEndpoint = service === undefined ? undefined : decideByEndpoint(model, interfaces, from, service, request.port);
  return byEndpoint ?? decideByRoute(model, from, request, service);
}

/** VPC-022, VPC-023. Undefined when no interface endpoint answers under the service's own name. */
function decideByEndpoint(
  model: VpcModel,
  interfaces: Interfaces,
  from: AttachedInterface,
  service: string,
  port: number,
): Decision | undefined {
  const endpoint = model.findInterfaceEndpoint(from.vpcId, service);
  const dns = model.findVpc(from.vpcId)?.dns;
  // VPC-007: private names need both settings of the VPC.
  if (endpoint === undefined || !endpoint.privateDns || dns?.support !== true || !dns.hostnames) return undefined;
  const attached = endpoint.interfaceIds.map((id) => interfaces.find(id)).filter((found) => found !== undefined);
  const nearest = attached.find(({ zone }) => zone === from.zone) ?? attached[0];
  if (nearest === undefined) return { allowed: false, rule: `VPC endpoint ${endpoint.id} (${endpoint.name}) has no network interface` };
  const { allowed, rule } = decideWithinVpc(model, from, nearest, port, undefined);
  return {
    allowed,
    rule: `VPC endpoint ${endpoint.id} (${endpoint.name}) for ${service}: ${rule}`,
    ...(allowed ? { endpointId: endpoint.id } : {}),
  };
}

function decideByRoute(model: VpcModel, from: AttachedInterface, { host, port }: EgressRequest, service: string | undefined): Decision {
  const address = tryParseAddress(host);
  const query: RouteQuery = { ...(address === undefined ? {} : { address }), ...(service === undefined ? {} : { service }) };
  const way = followRoute(model, from, query, host, service);
  // VPC-024: an endpoint's route does not change the addresses, so the groups must let public ones out.
  const groups = examineGroups(
    model,
    'egress',
    from,
    {
      peer: { ...(address === undefined ? {} : { address }), groupIds: [], ...(service === undefined ? {} : { service }) },
      label: host,
      asRulePeer: address === undefined ? '0.0.0.0/0' : `${formatAddress(address)}/32`,
    },
    port,
  );
  if (!way.allowed) return combine([way, groups]);
  const decision = combine([way, groups, ...examineAclsOutward(model, from, { label: host, address }, port, way.nat)]);
  return decision.allowed && way.endpointId !== undefined ? { ...decision, endpointId: way.endpointId } : decision;
}

/** `nat`: the subnet of the NAT gateway that it leads through; `endpointId`: the gateway endpoint. */
type Way =
  | Exclude<Examined, { allowed: true }>
  | { readonly allowed: true; readonly rule: string; readonly nat?: Subnet; readonly endpointId?: string };

function followRoute(model: VpcModel, from: AttachedInterface, query: RouteQuery, host: string, service: string | undefined): Way {
  const { subnet } = from;
  const route = chooseRouteOf(model, subnet, query);
  const table = model.findRouteTableOf(subnet);
  const where = `route table ${table?.id} (${table?.name}) of ${describeSubnet(subnet)}`;
  const way = `to a NAT gateway${service === undefined ? '' : `, or a VPC endpoint for ${service}`}`;
  if (route === undefined) {
    return { allowed: false, missing: `${where} has no route to ${host}`, fix: `add a route for 0.0.0.0/0 ${way}` };
  }
  const chosen = `route ${describeDestination(route.destination)} to ${route.target.id} in ${where}`;
  const blackHole = (why: string): Way => ({ allowed: false, missing: `${chosen} is a black hole: ${why}`, fix: `route ${way}` });
  switch (route.target.kind) {
    case 'gateway-endpoint':
      return model.findGatewayEndpoint(route.target.id) === undefined
        ? blackHole('there is no such VPC endpoint')
        : { allowed: true, rule: chosen, endpointId: route.target.id };
    case 'internet-gateway':
      if (model.findInternetGateway(route.target.id)?.vpcId !== from.vpcId) return blackHole('that gateway is not attached to the VPC'); // VPC-005
      if (from.publicAddress) return { allowed: true, rule: chosen };
      // VPC-009, VPC-010
      return {
        allowed: false,
        missing: `${chosen} needs a public address, and ${labelOf(from)} has none`,
        fix: `${from.neverPublic ? 'use' : 'give it one (AssignPublicIp: ENABLED), or use'} a subnet with a route ${way}`,
      };
    case 'nat-gateway':
      return followNat(model, from, route.target.id, chosen, blackHole);
  }
}

/** VPC-011, VPC-014 */
function followNat(model: VpcModel, from: AttachedInterface, id: string, chosen: string, blackHole: (why: string) => Way): Way {
  const nat = model.findNatGateway(id);
  if (nat === undefined) return blackHole('there is no such NAT gateway');
  const natSubnet = model.findSubnet(nat.subnetId);
  const onward = natSubnet === undefined ? undefined : chooseRouteOf(model, natSubnet, {});
  const reaches =
    nat.connectivity === 'public' &&
    onward?.target.kind === 'internet-gateway' &&
    model.findInternetGateway(onward.target.id)?.vpcId === from.vpcId;
  if (reaches && natSubnet !== undefined) return { allowed: true, rule: chosen, nat: natSubnet };
  if (nat.connectivity === 'private') {
    return { allowed: false, missing: `${chosen}, but ${nat.id} (${nat.name}) is private`, fix: 'use a public NAT gateway' };
  }
  return {
    allowed: false,
    missing: `${chosen}, but ${nat.id} (${nat.name}) is in ${natSubnet === undefined ? nat.subnetId : describeSubnet(natSubnet)}, which has no route to an attached internet gateway`,
    fix: 'put the NAT gateway into a public subnet',
  };
}

function chooseRouteOf(model: VpcModel, subnet: Subnet, query: RouteQuery): Route | undefined {
  const table = model.findRouteTableOf(subnet);
  return table === undefined ? undefined : chooseRoute(table.routes, query, (id) => model.prefixLists.find(id));
}

function describeSubnet({ id, name }: Subnet): string {
  return `${id} (${name})`;
}
