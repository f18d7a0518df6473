import type { TargetHealth } from '../../capabilities/target-group.ts';
import type { Account } from '../account.ts';
import type { Registered } from './registered-target.ts';
import type { TargetGroupSettings } from './target-group-settings.ts';
import { draining, notRegistered } from './target-verdict.ts';

/** Who is told of a drain. */
export interface DrainWatcher {
  onBegin(health: TargetHealth): void;
  onEnd(health: TargetHealth): void;
}

/**
 * Takes a target out of service: no new flow comes, and after the deregistration delay, or as soon as nothing is open when the delay is scaled down, it is
 * gone (NLB-044). Flows that are open then are cut only where the group says so (NLB-045).
 */
export function drainTarget(
  entry: Registered,
  { deregistrationDelayMs, terminatesConnections }: Pick<TargetGroupSettings, 'deregistrationDelayMs' | 'terminatesConnections'>,
  { clock, schedule }: Pick<Account, 'clock' | 'schedule'>,
  watcher: DrainWatcher,
): Promise<void> {
  entry.timer?.cancel();
  const began = clock.monotonic();
  return new Promise((resolve) => {
    let done = false;
    const finish = (): void => {
      if (done) return;
      done = true;
      if (terminatesConnections) entry.flows.terminate();
      watcher.onEnd(notRegistered);
      resolve();
    };
    entry.letGo = finish;
    // After the caller has its promise, so that idle connections are given up at once.
    queueMicrotask(() => entry.flows.drain());
    watcher.onBegin(draining);
    // The delay is scaled, a request in flight is not: what would have its time on AWS has it here too.
    entry.timer = schedule.after(deregistrationDelayMs, () => {
      entry.timer = clock.after(Math.max(0, deregistrationDelayMs - (clock.monotonic() - began)), finish);
      entry.flows.onIdle(finish);
    });
  });
}
