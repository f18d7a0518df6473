import type { ServiceTask } from './task.ts';

/** ECS-061 */
export function scalingReason(deployment: string): string {
  return `Scaling activity initiated by (deployment ${deployment})`;
}

/** Why an unhealthy task is stopped: its container's check (ECS-061), or its target's (ECS-060). */
export function reasonOfUnhealthy({ failedContainer, failedTarget }: Pick<ServiceTask, 'failedContainer' | 'failedTarget'>): string {
  if (failedContainer !== undefined) return 'Task failed container health checks';
  return `Task failed ELB health checks in (target-group ${failedTarget?.group.arn ?? ''})`;
}
