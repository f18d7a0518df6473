import type { Socket } from 'node:net';
import { createVpcNetwork } from '../../src/network/create-vpc-network.ts';
import { tryParseRange } from '../../src/network/ipv4.ts';
import type { NetworkInterface } from '../../src/network/network.ts';
import type { RouteDestination } from '../../src/network/route.ts';
import { ALLOW_ALL, type RulePeer, type SecurityRule } from '../../src/network/security-rule.ts';
import type { VpcNetwork } from '../../src/network/vpc-network.ts';

/** A VPC `10.0.0.0/16` with a public subnet, two private ones in two zones, and the groups of a balancer and of tasks. */
export interface SmallNetwork {
  readonly network: VpcNetwork;
  /** An interface of a task in private subnet 1, with `sg-task` unless told otherwise. */
  task(options?: {
    readonly name?: string;
    readonly subnetId?: string;
    readonly groups?: readonly string[];
    readonly public?: boolean | 'never';
    readonly accept?: (port: number) => Promise<Socket>;
  }): NetworkInterface;
  /** An interface of a balancer's node in private subnet 2; without groups nothing is filtered. */
  node(options?: {
    readonly groups?: readonly string[];
    readonly privateLink?: 'filtered' | 'unfiltered';
    readonly public?: boolean;
    readonly subnetId?: string;
  }): NetworkInterface;
}

export function smallNetwork(groups: { readonly balancer?: Rules; readonly task?: Rules } = {}): SmallNetwork {
  const network = createVpcNetwork();
  const { model } = network;
  model.addVpc({
    id: 'vpc-1',
    name: 'Vpc',
    cidr: '10.0.0.0/16',
    mainRouteTableId: 'rtb-main',
    defaultSecurityGroupId: 'sg-default',
    defaultNetworkAclId: 'acl-default',
    dns: { support: true, hostnames: true },
  });
  model.addSubnet({ id: 'subnet-public', name: 'Public', vpcId: 'vpc-1', zone: 'us-east-1a', cidr: '10.0.0.0/24' });
  model.addSubnet({ id: 'subnet-1', name: 'Private1', vpcId: 'vpc-1', zone: 'us-east-1a', cidr: '10.0.1.0/24' });
  model.addSubnet({ id: 'subnet-2', name: 'Private2', vpcId: 'vpc-1', zone: 'us-east-1b', cidr: '10.0.2.0/24' });
  addGroup(network, 'sg-nlb', 'NlbSecurityGroup', groups.balancer);
  addGroup(network, 'sg-task', 'WeatherSecurityGroup', groups.task);
  return {
    network,
    task: ({ name = 'task weather/1', subnetId = 'subnet-1', groups: ids = ['sg-task'], public: publicAddress = false, accept } = {}) =>
      network.attach({ name, subnetId, securityGroupIds: ids, publicAddress, ...(accept === undefined ? {} : { accept }) }),
    node: ({ groups: ids = ['sg-nlb'], privateLink = 'filtered', public: publicAddress = false, subnetId = 'subnet-2' } = {}) =>
      network.attach({
        name: 'NLB node PrivateNlb',
        subnetId,
        securityGroupIds: ids,
        filtered: ids.length > 0,
        privateLink,
        publicAddress,
      }),
  };
}

export interface Rules {
  readonly ingress?: readonly SecurityRule[];
  /** Everything may leave by default (VPC-031). */
  readonly egress?: readonly SecurityRule[];
}

function addGroup(network: VpcNetwork, id: string, name: string, { ingress = [], egress = [ALLOW_ALL] }: Rules = {}): void {
  network.model.addSecurityGroup({ id, name, vpcId: 'vpc-1', ingress, egress });
}

/** `tcp(8080, 'sg-nlb')`, `tcp([8000, 8100], '10.0.0.0/8')` */
export function tcp(ports: number | readonly [number, number], other: string): SecurityRule {
  const [fromPort, toPort] = typeof ports === 'number' ? [ports, ports] : ports;
  return { protocol: 'tcp', fromPort, toPort, peer: peer(other) };
}

export function peer(other: string): RulePeer {
  return other.startsWith('sg-') ? { kind: 'group', groupId: other } : { kind: 'range', range: tryParseRange(other)! };
}

export function to(cidr: string): RouteDestination {
  return { kind: 'range', range: tryParseRange(cidr)! };
}
