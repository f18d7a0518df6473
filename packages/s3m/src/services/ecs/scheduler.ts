/** A task as the scheduler sees it. */
export interface ScheduledTask {
  readonly id: string;
  readonly deployment: string;
  /** `stopping` from the decision to stop it, or from its own end, until it is gone. */
  readonly phase: 'starting' | 'running' | 'stopping';
  /** `unhealthy` only once the grace period is over (ECS-037); `pending` while it is neither. */
  readonly health: 'pending' | 'healthy' | 'unhealthy';
  readonly zone: string | undefined;
}

/** Everything a decision depends on. Tasks stand in the order in which they were started. */
export interface ServiceSnapshot {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly primary: { readonly id: string; readonly failed: boolean };
  /** False while starts are put off (ECS-075). */
  readonly mayStart: boolean;
  readonly tasks: readonly ScheduledTask[];
}

export interface Decision {
  /** How many tasks of the primary deployment to start now. */
  readonly start: number;
  readonly stop: readonly { readonly task: string; readonly why: 'unhealthy' | 'scaling' }[];
  /** The bounds allow neither a start nor a stop, and nothing that is under way will change that (ECS-073). */
  readonly stuck: boolean;
}

/** ECS-071 */
export function bounds(service: Pick<ServiceSnapshot, 'desired' | 'minimumHealthyPercent' | 'maximumPercent'>): {
  readonly lower: number;
  readonly upper: number;
} {
  return {
    lower: Math.ceil((service.desired * service.minimumHealthyPercent) / 100),
    upper: Math.floor((service.desired * service.maximumPercent) / 100),
  };
}

/**
 * What the service scheduler does next: a pure function of what is there. It is asked again after every change, so each decision
 * is a step that is safe by itself: it never takes the healthy tasks below the lower bound, nor all tasks above the upper one (ECS-071).
 */
export function decide(service: ServiceSnapshot): Decision {
  // ECS-079: a failed deployment launches nothing; what runs stays.
  if (service.primary.failed) return { start: 0, stop: [], stuck: false };
  const { desired } = service;
  const { lower, upper } = bounds(service);
  const active = service.tasks.filter(({ phase }) => phase !== 'stopping');
  const own = active.filter(({ deployment }) => deployment === service.primary.id);
  const outdated = active.filter(({ deployment }) => deployment !== service.primary.id);
  const healthy = active.filter(({ health }) => health === 'healthy').length;
  const bad = own.filter(({ health }) => health === 'unhealthy');
  const good = own.filter(({ health }) => health !== 'unhealthy');
  const pending = good.filter(({ health }) => health === 'pending');

  // Tasks that serve nobody: they count for no lower bound.
  const stopBad = excessUnhealthy(bad, good, desired);
  const stopOutdated = outdated.filter(({ health }) => health !== 'healthy');
  const need = Math.max(0, desired - good.length);
  const room = (): number => upper - (active.length - stopBad.length - stopOutdated.length);
  // ECS-074: where the maximum leaves no room for a replacement first, unhealthy tasks go one by one.
  if (need > 0 && room() <= 0 && pending.length === 0 && stopBad.length === 0 && bad.length > 0) stopBad.push(bad[0]!);

  const surplus = good.length - desired;
  const stopPending = surplus > 0 ? pending.toReversed().slice(0, surplus) : [];
  // Healthy tasks go when more than the desired are there, or, down to the lower bound, when new ones have no room (ECS-072).
  let spare = healthy - lower;
  const excess = take(crowdedZonesFirst(good.filter(isHealthy)), Math.min(surplus - stopPending.length, spare));
  spare -= excess.length;
  const starved = service.mayStart ? Math.max(0, need - Math.max(0, room())) : 0;
  const replaced = take(
    crowdedZonesFirst(outdated.filter(isHealthy)),
    Math.min(spare, Math.max(healthy - excess.length - desired, starved)),
  );

  const stop = [
    ...stopBad.map(({ id }) => ({ task: id, why: 'unhealthy' as const })),
    ...[...stopOutdated, ...stopPending, ...excess, ...replaced].map(({ id }) => ({ task: id, why: 'scaling' as const })),
  ];
  const start = service.mayStart ? Math.max(0, Math.min(need, upper - (active.length - stop.length))) : 0;
  const stuck = service.mayStart && need > 0 && start === 0 && stop.length === 0 && active.every(isHealthy);
  return { start, stop, stuck };
}

/** Whether the primary deployment is all there is, and healthy. */
export function isSteady(service: ServiceSnapshot): boolean {
  const own = service.tasks.filter(({ deployment, phase }) => deployment === service.primary.id && phase !== 'stopping');
  return (
    !service.primary.failed &&
    own.length === service.desired &&
    own.every(isHealthy) &&
    service.tasks.every(({ deployment }) => deployment === service.primary.id)
  );
}

/**
 * Unhealthy tasks that may go now: those whose replacement is healthy, or has turned unhealthy as well (ECS-074).
 * Until then they stay, because a balancer without any healthy target sends to all.
 */
function excessUnhealthy(bad: readonly ScheduledTask[], good: readonly ScheduledTask[], desired: number): ScheduledTask[] {
  const missing = Math.max(0, desired - good.filter(isHealthy).length);
  return bad.slice(0, Math.max(0, bad.length - missing));
}

function isHealthy({ health }: ScheduledTask): boolean {
  return health === 'healthy';
}

/** The oldest of the fullest zone first, so that what is left stays spread. */
function crowdedZonesFirst(tasks: readonly ScheduledTask[]): ScheduledTask[] {
  const left = [...tasks];
  const inOrder: ScheduledTask[] = [];
  while (left.length > 0) {
    const counts = new Map<string | undefined, number>();
    for (const { zone } of left) counts.set(zone, (counts.get(zone) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const at = left.findIndex(({ zone }) => counts.get(zone) === most);
    inOrder.push(...left.splice(at, 1));
  }
  return inOrder;
}

function take<T>(items: readonly T[], count: number): readonly T[] {
  return items.slice(0, Math.max(0, count));
}
