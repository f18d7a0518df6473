import type { Connection } from '../capabilities/connection.ts';

/** A connection whose way tells of the VPC link that it was made through. */
export function throughLink(connection: Connection, vpcLinkId: string): Connection {
  return {
    socket: connection.socket,
    route: { ...connection.route, vpcLink: vpcLinkId },
    get draining() {
      return connection.draining;
    },
    onDraining: (callback) => connection.onDraining(callback),
  };
}
