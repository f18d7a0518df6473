import type { TargetDescription } from '../../../capabilities/target-group.ts';
import type { QueryElements } from '../../query-protocol.ts';
import { notRegistered } from '../target-verdict.ts';
import { findGroup } from './find-resources.ts';
import { targetsIn } from './named-targets.ts';
import { requiredIn } from './query-input.ts';
import type { LoadBalancingAction } from './serve-load-balancing.ts';

/** Targets of a group with their health, all or those that are asked for (ELBv2 API, DescribeTargetHealth; NLB-038 to NLB-040). */
export const describeTargetHealth: LoadBalancingAction = ({ account, input, demand }) => {
  demand('*');
  const group = findGroup(account, requiredIn(input, 'TargetGroupArn'));
  const asked = targetsIn(input);
  const all = group.describe();
  if (asked.length === 0) return { TargetHealthDescriptions: all.map((target) => elementsOf(target, group.settings.healthCheck.port)) };
  return {
    TargetHealthDescriptions: asked.map(({ id, port = group.port }) => {
      const found = all.find((target) => target.address === id && target.port === port);
      return elementsOf(found ?? { address: id, port, zone: '', health: notRegistered }, group.settings.healthCheck.port);
    }),
  };
};

function elementsOf({ address, port, zone, health }: TargetDescription, checkPort: number | undefined): QueryElements {
  const registered = health.reason !== notRegistered.reason;
  return {
    Target: { Id: address, Port: String(port), AvailabilityZone: zone === '' ? undefined : zone },
    HealthCheckPort: registered ? String(checkPort ?? port) : undefined,
    TargetHealth: { State: health.state, Reason: health.reason, Description: health.description },
  };
}
