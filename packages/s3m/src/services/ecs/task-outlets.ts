import { connect, type Socket } from 'node:net';
import type { Outlet } from '../../containers/task-runtime.ts';
import { NetworkRefusal, type NetworkInterface } from '../../network/network.ts';
import type { Account } from '../account.ts';

/** How long Linux tries to open a connection to a peer that never answers: six SYNs, in milliseconds. Scaled like other waits for nothing. */
const CONNECT_TIMEOUT_MS = 127_000;

type AwsOutlet = Required<Pick<Outlet, 'address' | 'port' | 'connect'>>;

/**
 * What a task can connect to on its own: the AWS endpoint, at the address that its environment names. Each connection is decided by the
 * network as one to DynamoDB, the API that answers there: it needs a way out of the subnet and an egress rule (VPC-020 to VPC-024).
 * Without them it hears nothing, as on AWS (VPC-030), and `refused` is told why, once.
 */
export function taskOutlets(account: Account, from: Pick<NetworkInterface, 'id'>, refused: (why: string) => void): readonly AwsOutlet[] {
  const { port } = account.endpoint;
  const host = `dynamodb.${account.region}.${account.urlSuffix}`;
  let told = false;
  const open = async (): Promise<Socket> => {
    const { allowed, hop } = account.network.egressTo(from.id, { host, port: 443 });
    if (allowed) return connectLoopback(port);
    const refusal = new NetworkRefusal(hop);
    if (!told) refused(refusal.message);
    told = true;
    await new Promise<void>((resolve) => void account.schedule.after(CONNECT_TIMEOUT_MS, resolve));
    throw refusal;
  };
  return [{ address: '127.0.0.1', port, connect: open }];
}

function connectLoopback(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}
