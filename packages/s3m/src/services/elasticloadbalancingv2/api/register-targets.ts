import type { Target } from '../../../capabilities/target-group.ts';
import { ResourceFailure } from '../../resource-type.ts';
import { ServiceError, unsupported } from '../../service-error.ts';
import { addressTarget, balancerTargets, noInstances } from '../registered-by-template.ts';
import { findGroup } from './find-resources.ts';
import { targetsIn, type CalledTarget } from './named-targets.ts';
import { requiredIn } from './query-input.ts';
import type { LoadBalancingAction, LoadBalancingCall } from './serve-load-balancing.ts';

/** Registers addresses with a group, each with the group's port or its own (ELBv2 API, RegisterTargets; NLB-005, NLB-015). */
export const registerTargets: LoadBalancingAction = (call) => {
  const { group, targets } = openCall(call);
  const named = targets.map(({ id, port = group.port }) => ({ id, port }));
  try {
    if (group.targetType === 'instance') throw noInstances(named);
    if (group.targetType === 'alb')
      for (const target of named) for (const node of balancerTargets(call.account, target)) group.register(node);
    else for (const target of named.map((each) => addressTarget(call.account, each, group.vpcId))) group.register(target);
  } catch (error) {
    if (error instanceof ResourceFailure) throw new ServiceError('InvalidTarget', error.message);
    throw error;
  }
  return {};
};

/** Takes targets out; unknown ones are no error, and a port that was given must be given again (ELBv2 API, DeregisterTargets; NLB-014). */
export const deregisterTargets: LoadBalancingAction = (call) => {
  const { group, targets } = openCall(call);
  if (group.targetType === 'alb') throw unsupported('DeregisterTargets of a group of type alb is not served here');
  for (const { id, port = group.port } of targets) void group.deregister({ address: id, port, zone: '' } satisfies Target);
  return {};
};

function openCall({ account, input, demand }: LoadBalancingCall): {
  readonly group: ReturnType<typeof findGroup>;
  readonly targets: readonly CalledTarget[];
} {
  const arn = requiredIn(input, 'TargetGroupArn');
  demand(arn);
  const group = findGroup(account, arn);
  const targets = targetsIn(input);
  if (targets.length === 0) requiredIn(input, 'Targets');
  return { group, targets };
}
