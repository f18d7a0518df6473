import type { ContainerHealthView } from '../../containers/task-runtime.ts';
import type { TaskTargets } from './task-targets.ts';

/** What the health of a task that runs depends on. */
export interface HealthSigns {
  /** Of its essential containers with a health check. */
  readonly containers: readonly ContainerHealthView[];
  readonly targets: Pick<TaskTargets, 'none' | 'healthy' | 'failed'>;
  /** Whether the service's grace period is over: before, a failed check doesn't count (ECS-037). */
  readonly graceOver: boolean;
  /** Whether it has run for as long as a task without a load balancer must. */
  readonly ranLongEnough: boolean;
}

/** ECS-070 */
export function taskHealth({ containers, targets, graceOver, ranLongEnough }: HealthSigns): 'pending' | 'healthy' | 'unhealthy' {
  const worst = worstHealth(containers);
  if (worst === 'UNHEALTHY') return graceOver ? 'unhealthy' : 'pending';
  if (targets.none) return worst === 'HEALTHY' || (worst === undefined && ranLongEnough) ? 'healthy' : 'pending';
  if (targets.healthy) return worst === 'UNKNOWN' ? 'pending' : 'healthy';
  return graceOver && targets.failed !== undefined ? 'unhealthy' : 'pending';
}

/** The worst of a task's essential containers (ECS-017); undefined when none has a health check. */
function worstHealth(containers: readonly ContainerHealthView[]): ContainerHealthView['status'] | undefined {
  const statuses = new Set(containers.map(({ status }) => status));
  return (['UNHEALTHY', 'UNKNOWN', 'HEALTHY'] as const).find((status) => statuses.has(status));
}
