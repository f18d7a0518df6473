import type { TargetHealth } from '../../capabilities/target-group.ts';
import { flowHash, type Flow } from './network/flow-hash.ts';
import { textHash } from './text-hash.ts';

/** What a choice looks at. */
export interface Choosable {
  readonly target: { readonly address: string; readonly port: number; readonly zone: string };
  readonly health: TargetHealth;
  /** Requests that are with it. */
  readonly outstanding: number;
}

/** How many targets must be healthy (`target_group_health.*`); 0 stands for `off`. */
export interface HealthMinimum {
  readonly count: number;
  readonly percentage: number;
}

export type Algorithm = 'round_robin' | 'least_outstanding_requests' | 'weighted_random';

/** Whether so many are healthy that the others need not be used (NLB-025). */
export function isEnough(targets: readonly Choosable[], { count, percentage }: HealthMinimum): boolean {
  const healthy = targets.filter(isHealthy).length;
  return healthy >= count && healthy * 100 >= percentage * targets.length;
}

/** The healthy ones; all of them when too few are healthy (NLB-023, NLB-024, NLB-025: fails open). */
export function eligibleOf<T extends Choosable>(targets: readonly T[], minimum: HealthMinimum): readonly T[] {
  return targets.some(isHealthy) && isEnough(targets, minimum) ? targets.filter(isHealthy) : targets;
}

function isHealthy({ health }: Choosable): boolean {
  return health.state === 'healthy';
}

/** Chooses a target for each new flow or request. */
export class TargetChoice {
  #turn = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** For a request to an Application Load Balancer. */
  choose<T extends Choosable>(targets: readonly T[], algorithm: Algorithm): T | undefined {
    if (targets.length <= 1) return targets[0];
    if (algorithm === 'weighted_random') return targets[Math.floor(this.#random() * targets.length)];
    const turn = this.#turn++;
    if (algorithm === 'round_robin') return targets[turn % targets.length];
    const least = Math.min(...targets.map(({ outstanding }) => outstanding));
    const idlest = targets.filter(({ outstanding }) => outstanding === least);
    return idlest[turn % idlest.length];
  }
}

/** For a flow (NLB-017). */
export function chooseByFlow<T extends Choosable>(targets: readonly T[], flow: Flow): T | undefined {
  return targets.length <= 1 ? targets[0] : targets[flowHash(flow) % targets.length];
}

/** The same target for a client each time, as long as it is among them (NLB-027): that of the highest hash. */
export function chooseByClient<T extends Choosable>(targets: readonly T[], client: string): T | undefined {
  let best: T | undefined;
  let highest = -1;
  for (const each of targets) {
    const score = textHash(`${client} ${each.target.address}:${each.target.port}`);
    if (score > highest) [best, highest] = [each, score];
  }
  return best;
}
