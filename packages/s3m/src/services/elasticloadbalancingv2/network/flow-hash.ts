import { textHash } from '../text-hash.ts';
import type { Endpoint } from './proxy-protocol.ts';

/** A TCP connection as it comes to a node of a Network Load Balancer. */
export interface Flow {
  readonly source: Endpoint;
  /** The node's address and the listener's port. */
  readonly destination: Endpoint;
  /** Of its first packet. User space never sees it: who opens the flow draws it. */
  readonly sequence: number;
}

/** What decides on the target of a flow (NLB-017), from 0 to 2^32 - 1. */
export function flowHash({ source, destination, sequence }: Flow): number {
  return textHash(`TCP ${source.address}:${source.port} ${destination.address}:${destination.port} ${sequence}`);
}
