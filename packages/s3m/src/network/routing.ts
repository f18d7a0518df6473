import { endpointServiceOf } from './endpoint-service.ts';
import { chooseRoute, describeDestination, type Route } from './route.ts';

/** Whether a way leads out, and why. */
export interface WayOut {
  readonly open: boolean;
  readonly why: string;
}

/** Route tables, gateways, and the subnets that use them. */
export class Routing {
  readonly #tables = new Map<string, { readonly vpcId: string; readonly routes: Set<Route> }>();
  readonly #tableOfSubnet = new Map<string, string>();
  readonly #subnetOfNat = new Map<string, string>();
  readonly #vpcOfInternetGateway = new Map<string, string>();

  addTable(id: string, vpcId: string): () => void {
    this.#tables.set(id, { vpcId, routes: new Set() });
    return () => void this.#tables.delete(id);
  }

  /** Undefined when there is no such table. */
  addRoute(tableId: string, route: Route): (() => void) | undefined {
    const table = this.#tables.get(tableId);
    table?.routes.add(route);
    return table === undefined ? undefined : () => void table.routes.delete(route);
  }

  hasTable(id: string): boolean {
    return this.#tables.has(id);
  }

  associate(subnetId: string, tableId: string): () => void {
    this.#tableOfSubnet.set(subnetId, tableId);
    return () => {
      if (this.#tableOfSubnet.get(subnetId) === tableId) this.#tableOfSubnet.delete(subnetId);
    };
  }

  addNat(id: string, subnetId: string): () => void {
    this.#subnetOfNat.set(id, subnetId);
    return () => void this.#subnetOfNat.delete(id);
  }

  attachInternetGateway(id: string, vpcId: string): () => void {
    this.#vpcOfInternetGateway.set(id, vpcId);
    return () => void this.#vpcOfInternetGateway.delete(id);
  }

  /** Where a packet of an interface with only a private address goes that leaves `subnet` for `host`. */
  wayOut(subnet: { readonly id: string; readonly name: string; readonly vpcId: string }, host: string): WayOut {
    const service = endpointServiceOf(host);
    const route = chooseRoute(this.#routesOf(subnet.id), service === undefined ? {} : { service });
    const from = `subnet ${subnet.id} (${subnet.name})`;
    if (route === undefined) return { open: false, why: `${from} has no route to ${host}. Add one for 0.0.0.0/0 to a NAT gateway` };
    const { target } = route;
    const leads = `route ${describeDestination(route.destination)} of ${from} to ${target.id}`;
    if (target.kind === 'gateway-endpoint') return { open: true, why: leads };
    if (target.kind === 'internet-gateway') {
      return this.#vpcOfInternetGateway.get(target.id) === subnet.vpcId
        ? { open: false, why: `${leads}, but the interface has no public address (VPC-009). Use a NAT gateway` }
        : { open: false, why: `${leads} is a black hole: the internet gateway is not attached to ${subnet.vpcId}` }; // VPC-005
    }
    const natSubnet = this.#subnetOfNat.get(target.id);
    if (natSubnet === undefined) return { open: false, why: `${leads} is a black hole: there is no such NAT gateway` }; // VPC-014
    const natRoute = chooseRoute(this.#routesOf(natSubnet), {});
    // VPC-011: in a subnet without a route to an internet gateway a NAT gateway silently gives no internet.
    if (natRoute?.target.kind !== 'internet-gateway' || this.#vpcOfInternetGateway.get(natRoute.target.id) !== subnet.vpcId) {
      return {
        open: false,
        why: `${leads}, which stands in ${natSubnet} without a route to an internet gateway. Put it into a public subnet`,
      };
    }
    return { open: true, why: leads };
  }

  /** VPC-002: a subnet without an association uses the main table, which holds only the local route. */
  #routesOf(subnetId: string): Iterable<Route> {
    const table = this.#tableOfSubnet.get(subnetId);
    return (table === undefined ? undefined : this.#tables.get(table)?.routes) ?? [];
  }
}
