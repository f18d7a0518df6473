import type { Target } from '../../capabilities/target-group.ts';
import { rangeHolds, tryParseAddress, tryParseRange } from '../../network/ipv4.ts';
import type { Account } from '../account.ts';
import { ResourceFailure } from '../resource-type.ts';

/** Besides the VPC's own ranges (NLB-005). */
const allowedRanges = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'].map((text) => tryParseRange(text)!);

interface NamedTarget {
  readonly id: string;
  readonly port: number;
}

/**
 * A target of type `ip`, in the zone of the interface that has the address now. An address of the group's VPC that nothing has yet is in the zone
 * of its subnet, and fails its checks. @throws ResourceFailure in AWS's words (NLB-005)
 */
export function addressTarget({ network }: Account, { id, port }: NamedTarget, vpcId: string | undefined): Target {
  const address = tryParseAddress(id);
  const attached = network.interfaces.find((each) => each.address === id);
  if (address === undefined || (attached === undefined && !allowedRanges.some((range) => rangeHolds(range, address)))) {
    throw new ResourceFailure(`The IP address '${id}' is not a valid target`, { property: 'Targets' });
  }
  if (attached !== undefined) return { address: id, port, zone: attached.zone };
  const subnet = vpcId === undefined ? undefined : network.model.findSubnetOf(vpcId, address);
  if (subnet === undefined) {
    throw new ResourceFailure(`No network interface here has the address ${id}, and nothing outside of the account's VPCs is dialled`, {
      property: 'Targets',
      fix: 'Register tasks through the LoadBalancers of their service.',
    });
  }
  return { address: id, port, zone: subnet.zone };
}

/** The nodes of the one Application Load Balancer that a group of type `alb` has (NLB-004). @throws ResourceFailure */
export function balancerTargets({ directory, network }: Account, { id, port }: NamedTarget): readonly Target[] {
  const balancer = directory.find('loadBalancer', id);
  if (balancer?.type !== 'application') {
    throw new ResourceFailure(`The load balancer '${id}' is not an application load balancer`, { property: 'Targets[0].Id' });
  }
  if (!balancer.listeners.some((listener) => listener.port === port)) {
    throw new ResourceFailure(`The application load balancer '${balancer.name}' has no listener on the target group's port ${port}`, {
      property: 'Targets[0].Port',
      fix: 'Let the target group depend on the listener, and name its port.',
    });
  }
  return balancer.nodeAddresses.map((address) => {
    return { address, port, zone: network.interfaces.find((each) => each.address === address)?.zone ?? '' };
  });
}

/** What AWS says of instances that there are not, or of ids that are none: no account here has an instance. */
export function noInstances(targets: readonly NamedTarget[]): ResourceFailure {
  const malformed = targets.find(({ id }) => !/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
  if (malformed !== undefined) return new ResourceFailure(`Instance ID '${malformed.id}' is not valid`, { property: 'Targets' });
  return new ResourceFailure(`The following instances do not exist: ${targets.map(({ id }) => `'${id}'`).join(', ')}`, {
    property: 'Targets',
    fix: 'There are no EC2 instances here. Run the program as a task, and register it through the LoadBalancers of its service.',
  });
}
