import { formatAddress } from '../network/ipv4.ts';
import type { Account } from './account.ts';

/** Where every VPC's resolver is too. */
const LINK_LOCAL_RESOLVER = '169.254.169.253';

/** The domain of the names that EC2 gives to private addresses, in which names without a dot are looked up. */
export function internalDomain(region: string): string {
  return region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
}

/** Addresses of a VPC's resolver; none where DNS is switched off (VPC-007). */
export function resolversOf(account: Account, vpcId: string): readonly string[] {
  const vpc = account.network.model.findVpc(vpcId);
  const first = vpc?.ranges[0];
  return vpc?.dns.support !== true || first === undefined ? [] : [formatAddress(first.first + 2), LINK_LOCAL_RESOLVER];
}
