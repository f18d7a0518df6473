import type { TargetHealth } from '../../capabilities/target-group.ts';
import type { CheckResult } from './health-check.ts';

export const notInZone: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target is in an Availability Zone that is not enabled for the load balancer',
};

export const notInUse: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};

export const draining: TargetHealth = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
};

export const notRegistered: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
};

/** Why a target is unhealthy (NLB-039, NLB-040): Application Load Balancers tell more. */
export function failureOf(
  { status, timedOut }: Extract<CheckResult, { passed: false }>,
  protocol: string,
): Pick<TargetHealth, 'reason' | 'description'> {
  if (protocol.startsWith('HTTP')) {
    if (status !== undefined)
      return { reason: 'Target.ResponseCodeMismatch', description: `Health checks failed with these codes: [${status}]` };
    if (timedOut === true) return { reason: 'Target.Timeout', description: 'Request timed out' };
  }
  return { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
}
