import { formatRange, rangeHolds, type Ipv4Range } from './ipv4.ts';

/** Where a route leads. A target that does not exist makes the route a black hole (VPC-005). */
export type RouteTarget =
  | { readonly kind: 'internet-gateway'; readonly id: string }
  | { readonly kind: 'nat-gateway'; readonly id: string }
  | { readonly kind: 'gateway-endpoint'; readonly id: string };

export type RouteDestination =
  | { readonly kind: 'range'; readonly range: Ipv4Range }
  /** The address list of an AWS service: `com.amazonaws.us-east-1.s3`. */
  | { readonly kind: 'service'; readonly service: string };

/** A route besides the implicit local ones (VPC-003). */
export interface Route {
  readonly destination: RouteDestination;
  readonly target: RouteTarget;
}

/** What a packet goes to: an address, or a public host whose address is not known here. */
export interface RouteQuery {
  readonly address?: number;
  readonly service?: string;
}

/**
 * The route with the longest prefix (VPC-004). A service's address list is longer than any range that covers it.
 * For a host without a known address only a route for all addresses counts.
 */
export function chooseRoute(routes: Iterable<Route>, query: RouteQuery): Route | undefined {
  let best: Route | undefined;
  let bestLength = -1;
  for (const route of routes) {
    const length = matchLength(route.destination, query);
    if (length > bestLength) [best, bestLength] = [route, length];
  }
  return best;
}

const LONGER_THAN_ANY_RANGE = 33;

function matchLength(destination: RouteDestination, query: RouteQuery): number {
  if (destination.kind === 'service') return destination.service === query.service ? LONGER_THAN_ANY_RANGE : -1;
  const { range } = destination;
  if (query.address === undefined) return range.prefix === 0 ? 0 : -1;
  return rangeHolds(range, query.address) ? range.prefix : -1;
}

export function describeDestination(destination: RouteDestination): string {
  return destination.kind === 'range' ? formatRange(destination.range) : `the addresses of ${destination.service}`;
}
