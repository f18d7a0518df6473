import type { CallPassage } from '../../capabilities/credentials.ts';
import { NetworkRefusal, type NetworkInterface } from '../../network/network.ts';
import type { Account } from '../account.ts';
import { passageOf } from '../calls-from-vpc.ts';

/** Where a task's calls begin. */
export type TaskInterface = Pick<NetworkInterface, 'id' | 'vpcId'>;

/** The way from an interface to an API of AWS: why there is none, or the VPC endpoint that it leads through. */
export type ReachOfApi =
  | { readonly unreachable: string; readonly passage?: undefined }
  | { readonly unreachable?: undefined; readonly passage: CallPassage | undefined };

/** Whether an interface reaches an API of AWS (`ssm`, `bucket.s3`), and by which VPC endpoint (VPC-020 to VPC-025). */
export function reachApi(account: Account, from: TaskInterface, service: string): ReachOfApi {
  const verdict = account.network.egressTo(from.id, { host: `${service}.${account.region}.${account.urlSuffix}`, port: 443 });
  if (!verdict.allowed) return { unreachable: new NetworkRefusal(verdict.hop).message };
  return { passage: passageOf(account, from, verdict) };
}
