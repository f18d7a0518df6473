import type { Socket } from 'node:net';
import type { Outlet } from '../../containers/task-runtime.ts';
import { NetworkRefusal, type NetworkInterface } from '../../network/network.ts';
import type { Account } from '../account.ts';
import { decideCalls, dialEndpoint } from '../calls-from-vpc.ts';

/** How long Linux tries to open a connection to a peer that never answers: six SYNs, in milliseconds. Scaled like other waits for nothing. */
const CONNECT_TIMEOUT_MS = 127_000;

type AwsOutlet = Required<Pick<Outlet, 'address' | 'port' | 'connect'>>;

/**
 * What a task can connect to on its own: the AWS endpoint, at the address that its environment names. Each call is decided by the network as one to
 * the API that it is for: it needs a way out of the subnet and an egress rule (VPC-020 to VPC-025). A connection that no API could be reached by is
 * not made. Without a way it hears nothing, as on AWS (VPC-030), and `refused` is told why, once.
 */
export function taskOutlets(
  account: Account,
  from: Pick<NetworkInterface, 'id' | 'vpcId'>,
  refused: (why: string) => void,
): readonly AwsOutlet[] {
  const { port } = account.endpoint;
  const told = new Set<string>();
  const tell = (why: string): void => {
    if (!told.has(why)) refused(why);
    told.add(why);
  };
  const open = async (): Promise<Socket> => {
    const { allowed, hop } = decideCalls(account, from);
    if (allowed) return dialEndpoint(account, { from, refused: tell });
    const refusal = new NetworkRefusal(hop);
    tell(refusal.message);
    await new Promise<void>((resolve) => void account.schedule.after(CONNECT_TIMEOUT_MS, resolve));
    throw refusal;
  };
  return [{ address: '127.0.0.1', port, connect: open }];
}
