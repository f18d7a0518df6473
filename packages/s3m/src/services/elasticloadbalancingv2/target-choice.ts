import type { TargetHealth } from '../../capabilities/target-group.ts';

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
  /** By zone: a node takes its targets in turn, whatever those of other zones do. */
  readonly #turns = new Map<string, number>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  choose<T extends Choosable>(targets: readonly T[], algorithm: Algorithm, zone = ''): T | undefined {
    if (targets.length <= 1) return targets[0];
    if (algorithm === 'weighted_random') return targets[Math.floor(this.#random() * targets.length)];
    const turn = this.#turns.get(zone) ?? 0;
    this.#turns.set(zone, turn + 1);
    if (algorithm === 'round_robin') return targets[turn % targets.length];
    const least = Math.min(...targets.map(({ outstanding }) => outstanding));
    const idlest = targets.filter(({ outstanding }) => outstanding === least);
    return idlest[turn % idlest.length];
  }

  /** The same target for a client each time, as long as it is among them (NLB-027): that of the highest digest. */
  stay<T extends Choosable>(targets: readonly T[], client: string): T | undefined {
    let best: T | undefined;
    let highest = -1;
    for (const each of targets) {
      const score = digest(`${client} ${each.target.address}:${each.target.port}`);
      if (score > highest) [best, highest] = [each, score];
    }
    return best;
  }
}

/** FNV-1a */
function digest(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b) >>> 0;
  return (hash ^ (hash >>> 16)) >>> 0;
}
