import type { TargetGroup } from '../capabilities/target-group.ts';

const MINUTE_MS = 60_000;

/** Requests a minute and healthy target since the last look. */
export class RequestsPerTarget {
  #last: { readonly requests: number; readonly at: number } | undefined;

  /** `at` in real milliseconds: clients ask in real time, whatever the time scale. Undefined at the first look, and without targets. */
  look(group: Pick<TargetGroup, 'requests' | 'describe'>, at: number): number | undefined {
    const { requests } = group;
    const before = this.#last;
    this.#last = { requests, at };
    const targets = group.describe().filter(({ health }) => health.state === 'healthy').length;
    if (before === undefined || at <= before.at || targets === 0) return undefined;
    return (((requests - before.requests) / (at - before.at)) * MINUTE_MS) / targets;
  }
}
