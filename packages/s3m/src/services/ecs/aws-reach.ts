import { NetworkRefusal, type NetworkInterface } from '../../network/network.ts';
import type { Account } from '../account.ts';

/** Why an interface cannot reach an API of AWS (`ssm`, `bucket.s3`); undefined when it can (VPC-020 to VPC-024). */
export function outOfReach(account: Account, from: Pick<NetworkInterface, 'id'>, service: string): string | undefined {
  const { allowed, hop } = account.network.egressTo(from.id, { host: `${service}.${account.region}.${account.urlSuffix}`, port: 443 });
  return allowed ? undefined : new NetworkRefusal(hop).message;
}
