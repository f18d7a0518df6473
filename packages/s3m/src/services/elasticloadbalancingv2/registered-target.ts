import type { Timer } from '../../clock/clock.ts';
import type { Target, TargetDescription, TargetHealth } from '../../capabilities/target-group.ts';
import { notInUse } from './target-verdict.ts';
import { TargetFlows } from './target-flows.ts';

/** Where a new flow goes. */
export interface PickedTarget {
  readonly target: Target;
  readonly flows: TargetFlows;
}

export interface Registered extends PickedTarget {
  /** Milliseconds on the account's clock. */
  readonly registeredAt: number;
  readonly outstanding: number;
  health: TargetHealth;
  detail: string | undefined;
  passed: number;
  failed: number;
  timer: Timer | undefined;
  /** On the account's monotonic clock. */
  healthySince: number | undefined;
  gone: Promise<void> | undefined;
  /** Ends its drain at once. */
  letGo: (() => void) | undefined;
}

/** A target that has just come; `now` is the account's monotonic time. */
export function createRegistered(target: Target, now: number): Registered {
  const flows = new TargetFlows();
  return {
    target,
    flows,
    get outstanding() {
      return flows.outstanding;
    },
    registeredAt: now,
    health: notInUse,
    detail: undefined,
    passed: 0,
    failed: 0,
    timer: undefined,
    healthySince: undefined,
    gone: undefined,
    letGo: undefined,
  };
}

export function describe({ target, health, detail }: Registered): TargetDescription {
  return { ...target, health, ...(detail === undefined ? {} : { detail }) };
}

export function keyOf({ address, port }: Target): string {
  return `${address}:${port}`;
}
