/** ECS-061 */
export function scalingReason(deployment: string): string {
  return `Scaling activity initiated by (deployment ${deployment})`;
}

/** ECS-061 */
export const CONTAINER_UNHEALTHY = 'Task failed container health checks';

/** ECS-060 */
export function unhealthyReason(targetGroup: string): string {
  return `Task failed ELB health checks in (target-group ${targetGroup})`;
}
