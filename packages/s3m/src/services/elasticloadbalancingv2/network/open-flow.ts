import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { DialFailure, type ConnectionRoute } from '../../../capabilities/connection.ts';
import { NetworkRefusal, type NetworkInterface } from '../../../network/network.ts';
import type { NetworkSource } from '../../../network/network-source.ts';
import type { VpcNetwork } from '../../../network/vpc-network.ts';
import type { LiveTargetGroup } from '../live-target-group.ts';
import type { PickedTarget } from '../registered-target.ts';
import type { Flow } from './flow-hash.ts';
import { proxyHeader, type Endpoint, type ProxiedConnection } from './proxy-protocol.ts';

/** Who has come to a node of a Network Load Balancer. */
export interface FlowClient {
  readonly source: NetworkSource;
  /** Undefined for who is outside of every VPC and cannot be told from others. */
  readonly address: string | undefined;
  readonly port: number;
}

/** No rule of a VPC can name API Gateway's own fleet (NLB-056); a header of the proxy protocol must. It is made up. */
const fleetAddress = '100.64.0.1';

/** The client's connection as the hash of flows sees it (NLB-017), with a sequence number drawn by `random`. */
export function toFlow({ address, port }: FlowClient, destination: Endpoint, random: () => number): Flow {
  return { source: { address: address ?? fleetAddress, port }, destination, sequence: Math.floor(random() * 2 ** 32) };
}

/**
 * Opens the connection from a node to a target, with the client's address on it where the group preserves that (NLB-047), and the header of the proxy
 * protocol where the group wants it (NLB-049).
 * @throws DialFailure
 */
export async function openFlow(
  network: VpcNetwork,
  group: LiveTargetGroup,
  { target, flows }: PickedTarget,
  node: NetworkInterface,
  client: FlowClient,
  listenerPort: number,
  route: ConnectionRoute,
): Promise<{ readonly socket: Socket; readonly route: ConnectionRoute }> {
  const { preservesClientIp, proxyProtocol } = group.settings;
  // NLB-047: never for PrivateLink.
  const preserves = preservesClientIp && client.source.kind !== 'private-link';
  if (preserves && client.address === target.address) throw hairpin(target.address, route);
  const source: NetworkSource = {
    kind: 'interface',
    interfaceId: node.id,
    ...(preserves ? { clientAddress: client.source.kind === 'interface' ? (client.address ?? null) : null } : {}),
  };
  try {
    const { socket, hop } = await flows.open(() => network.dial(source, target));
    if (proxyProtocol) socket.write(proxyHeader(toHeader(client, { address: node.address, port: listenerPort })));
    return { socket, route: { ...route, hops: [...route.hops, hop] } };
  } catch (error) {
    if (error instanceof NetworkRefusal)
      throw new DialFailure('blocked-by-network', error.message, { ...route, hops: [...route.hops, error.hop] });
    throw new DialFailure(
      'refused-by-target',
      `Target ${route.target} refused the connection: ${error instanceof Error ? error.message : String(error)}`,
      route,
    );
  }
}

/** NLB-048 */
function hairpin(address: string, route: ConnectionRoute): DialFailure {
  return new DialFailure(
    'timed-out',
    `${address} was given its own connection back, with its own address on it, which no host answers. Set preserve_client_ip.enabled of the target group to false`,
    route,
  );
}

function toHeader({ source, address, port }: FlowClient, destination: Endpoint): ProxiedConnection {
  if (source.kind !== 'private-link') return { source: { address: address ?? '127.0.0.1', port }, destination };
  const id = createHash('sha256').update(source.vpcLinkId).digest('hex').slice(0, 17);
  return { source: { address: fleetAddress, port }, destination, endpointId: `vpce-${id}` };
}
