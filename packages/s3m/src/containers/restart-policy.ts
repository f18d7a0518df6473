import type { RestartPolicy } from '../capabilities/task-definition.ts';
import type { Clock } from '../clock/clock.ts';
import type { ContainerExit } from './task-runtime.ts';

/** One run of a container. */
export interface ContainerRun {
  readonly exited: Promise<ContainerExit>;
}

/**
 * The exit of a container that no restart follows (ECS-026): without a policy the first one; else that of a run that was shorter than the policy's
 * period, that ended with an exit code which the policy ignores, or after which nothing may be started any more.
 */
export async function lastExit(
  first: ContainerRun,
  request: {
    readonly policy: RestartPolicy | undefined;
    /** The period is counted on it. */
    readonly schedule: Clock;
    /** Asked after each exit: false once the task stops. */
    mayRestart(): boolean;
    restart(exit: ContainerExit): Promise<ContainerRun>;
  },
): Promise<ContainerExit> {
  const { policy, schedule } = request;
  let run = first;
  for (;;) {
    // A scaled clock's time stamps are not scaled: only its timers tell how long something was.
    let longEnough = false;
    const timer = policy === undefined ? undefined : schedule.after(policy.attemptPeriodMs, () => (longEnough = true));
    const exit = await run.exited;
    timer?.cancel();
    if (policy === undefined || !longEnough || policy.ignoredExitCodes.includes(exit.exitCode ?? -1) || !request.mayRestart()) return exit;
    try {
      run = await request.restart(exit);
    } catch {
      return exit;
    }
  }
}
