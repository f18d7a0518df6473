import { formatRange, rangeHolds, type Ipv4Range } from './ipv4.ts';
import type { PrefixList } from './prefix-lists.ts';

/** Where a route leads. A target that does not exist makes the route a black hole (VPC-005). */
export type RouteTarget =
  | { readonly kind: 'internet-gateway'; readonly id: string }
  | { readonly kind: 'nat-gateway'; readonly id: string }
  | { readonly kind: 'gateway-endpoint'; readonly id: string };

export type RouteDestination =
  | { readonly kind: 'range'; readonly range: Ipv4Range }
  /** The address list of an AWS service: `com.amazonaws.us-east-1.s3`. */
  | { readonly kind: 'service'; readonly service: string }
  /** A customer's prefix list, with its label for people: its ranges are those that it has when a packet comes. */
  | { readonly kind: 'prefix-list'; readonly id: string; readonly label: string };

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
 * The route with the longest prefix (VPC-004), of a prefix list that of its longest range. A service's address list is longer than any range
 * that covers it. For a host without a known address only a route for all addresses counts.
 */
export function chooseRoute(
  routes: Iterable<Route>,
  query: RouteQuery,
  findList: (id: string) => PrefixList | undefined,
): Route | undefined {
  let best: Route | undefined;
  let bestLength = -1;
  for (const route of routes) {
    const length = matchLength(route.destination, query, findList);
    if (length > bestLength) [best, bestLength] = [route, length];
  }
  return best;
}

const LONGER_THAN_ANY_RANGE = 33;

function matchLength(destination: RouteDestination, query: RouteQuery, findList: (id: string) => PrefixList | undefined): number {
  if (destination.kind === 'service') return destination.service === query.service ? LONGER_THAN_ANY_RANGE : -1;
  if (destination.kind === 'range') return lengthOfRange(destination.range, query);
  const addresses = findList(destination.id)?.addresses;
  return addresses?.kind === 'ranges' ? Math.max(-1, ...addresses.ranges.map((range) => lengthOfRange(range, query))) : -1;
}

function lengthOfRange(range: Ipv4Range, query: RouteQuery): number {
  if (query.address === undefined) return range.prefix === 0 ? 0 : -1;
  return rangeHolds(range, query.address) ? range.prefix : -1;
}

export function describeDestination(destination: RouteDestination): string {
  switch (destination.kind) {
    case 'range':
      return formatRange(destination.range);
    case 'service':
      return `the addresses of ${destination.service}`;
    case 'prefix-list':
      return destination.label;
  }
}
