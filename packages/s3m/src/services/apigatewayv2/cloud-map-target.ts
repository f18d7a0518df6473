import { DialFailure, type Connection } from '../../capabilities/connection.ts';
import type { DiscoveredInstance } from '../../capabilities/discovery-service.ts';
import { NetworkRefusal } from '../../network/network.ts';
import type { Account } from '../account.ts';

/** Whether an integration names a service of Cloud Map instead of a listener (AG-577). */
export function isCloudMapService(target: string): boolean {
  return /^arn:[^:]+:servicediscovery:[^:]*:\d{12}:service\/srv-\w+$/.test(target);
}

/**
 * Dials a healthy instance of a Cloud Map service, `turn` says which of them: they take turns (AG-580). Who they are is asked anew for each
 * connection; one that is deregistered drains. A port is known of those that have one: of ECS's tasks with SRV records.
 * @throws DialFailure
 */
export async function dialInstance(account: Account, target: string, interfaceId: string, turn: number): Promise<Connection> {
  const service = account.directory.find('discoveryService', target);
  const route = { loadBalancer: target, listener: target };
  if (service === undefined)
    throw new DialFailure('no-load-balancer', `The integration points to ${target}; there is no such Cloud Map service`, route);
  const all = service.discover();
  const instances = all.filter(hasPort);
  const instance = instances[turn % Math.max(1, instances.length)];
  if (instance === undefined) {
    const why =
      all.length === 0
        ? 'has no healthy instance'
        : 'has instances without a port only: ServiceRegistries needs ContainerPort, and the service SRV records';
    throw new DialFailure('no-target', `Cloud Map service "${service.dnsName}" ${why}`, route);
  }
  const { address, port } = instance;
  const full = { ...route, target: `${address}:${port}` };
  try {
    const { socket, hop } = await account.network.dial({ kind: 'interface', interfaceId }, { address, port });
    const isThere = (): boolean => service.discover().some(({ id }) => id === instance.id);
    return {
      socket,
      route: { ...full, hops: [hop] },
      get draining() {
        return !isThere();
      },
      onDraining: (callback) => {
        const forget = service.whenGone(instance.id, callback);
        socket.once('close', forget);
      },
    };
  } catch (error) {
    if (error instanceof NetworkRefusal) throw new DialFailure('blocked-by-network', error.message, { ...full, hops: [error.hop] });
    const why = error instanceof Error ? error.message : String(error);
    throw new DialFailure('refused-by-target', `Instance ${full.target} of "${service.dnsName}" refused the connection: ${why}`, full);
  }
}

function hasPort(instance: DiscoveredInstance): instance is DiscoveredInstance & { readonly port: number } {
  return instance.port !== undefined;
}
