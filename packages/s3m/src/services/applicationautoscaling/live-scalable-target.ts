import type { EcsService } from '../../capabilities/ecs-service.ts';
import type { ScalableTarget, StepPolicy, TrackingPolicy } from '../../capabilities/scalable-target.ts';
import type { ScalingAction } from '../../capabilities/scaling-action.ts';
import type { Timer } from '../../clock/clock.ts';
import type { Account } from '../account.ts';
import { follow, type ScheduledAction } from './scheduled-actions.ts';
import { RequestsPerTarget } from '../requests-per-target.ts';
import { ServiceUtilization, type Utilization } from '../service-utilization.ts';
import { decideStep, isCooling, type LastStep } from './step-scaling.ts';
import { decideScaling, KEPT_MINUTES, type ScalingDecision } from './target-tracking.ts';

const MINUTE_MS = 60_000;

/** The bounds of a service's desired count. */
export interface Capacity {
  readonly minimum: number;
  readonly maximum: number;
}

/** What was measured for a policy, the newest last. */
interface Tracked {
  points: readonly number[];
  readonly requests: RequestsPerTarget;
}

/** Looks at a service each minute of the scaled clock, as CloudWatch does, and sets its desired count as its policies say. */
export class LiveScalableTarget implements ScalableTarget {
  readonly #account: Account;
  readonly #service: () => EcsService | undefined;
  readonly #tracked = new Map<TrackingPolicy, Tracked>();
  readonly #utilization = new ServiceUtilization();
  #capacity: Capacity;
  #timer: Timer | undefined;
  /** A scaled clock's time stamps are not scaled, so that cool-downs are counted in minutes of its timers. */
  #minutes = 0;
  #lastOut: number | undefined;
  #lastIn: number | undefined;
  #closed = false;
  #endSchedule: () => void = () => {};

  constructor(account: Account, capacity: Capacity, service: () => EcsService | undefined) {
    this.#account = account;
    this.#capacity = capacity;
    this.#service = service;
    this.#keepWithin();
    this.#later();
  }

  track(policy: TrackingPolicy): () => void {
    this.#tracked.set(policy, { points: [], requests: new RequestsPerTarget() });
    return () => void this.#tracked.delete(policy);
  }

  stepBy(policy: StepPolicy): ScalingAction {
    let last: LastStep | undefined;
    return {
      breached: (metric, threshold) => {
        const service = this.#service();
        if (service === undefined || this.#closed) return;
        const { desired, deploying } = service;
        const now = this.#minutes * MINUTE_MS;
        const wanted = decideStep(policy, metric - threshold, { desired, deploying, ...this.#capacity, now, last });
        if (wanted === undefined) return;
        const way = wanted > desired ? 'out' : 'in';
        if (last?.way !== way || !isCooling(policy, last, now)) last = { at: now, from: desired, way };
        this.#scale(service, wanted, `an alarm measured ${metric.toFixed(0)}, its threshold is ${threshold}, policy ${policy.name}`);
      },
    };
  }

  resize(capacity: Capacity): void {
    this.#capacity = capacity;
    this.#keepWithin();
  }

  /** Other bounds at certain times of the day, from now on; on AWS's clock, not the scaled one. */
  schedule(actions: readonly ScheduledAction[]): void {
    this.#endSchedule();
    this.#endSchedule = follow(actions, this.#account.clock, ({ name, capacity }) => {
      this.#capacity = { ...this.#capacity, ...capacity };
      this.#keepWithin(`scheduled action ${name}: `);
    });
  }

  close(): void {
    this.#closed = true;
    this.#endSchedule();
    this.#timer?.cancel();
  }

  #later(): void {
    this.#timer = this.#account.schedule.after(MINUTE_MS, () => void this.#minute());
  }

  async #minute(): Promise<void> {
    this.#minutes++;
    const service = this.#service();
    if (service !== undefined && this.#tracked.size > 0) {
      const usages = await service.usage();
      if (!this.#closed) this.#judge(service, this.#utilization.look(usages, this.#account.clock.monotonic()));
    }
    if (!this.#closed) this.#later();
  }

  #judge(service: EcsService, measured: Utilization | undefined): void {
    for (const [policy, tracked] of this.#tracked) {
      const point = this.#measure(policy, tracked, measured);
      if (point !== undefined) tracked.points = [...tracked.points, point].slice(-KEPT_MINUTES);
    }
    const now = this.#minutes * MINUTE_MS;
    const decision = decideScaling(
      {
        desired: service.desired,
        ...this.#capacity,
        now,
        deploying: service.deploying,
        ...(this.#lastOut === undefined ? {} : { lastOut: this.#lastOut }),
        ...(this.#lastIn === undefined ? {} : { lastIn: this.#lastIn }),
      },
      [...this.#tracked].map(([policy, { points }]) => ({ policy, points })),
    );
    if (decision === undefined) return;
    if (decision.desired > service.desired) this.#lastOut = now;
    else this.#lastIn = now;
    this.#scale(service, decision.desired, because(decision));
  }

  #measure({ metric, targetGroupArn }: TrackingPolicy, { requests }: Tracked, measured: Utilization | undefined): number | undefined {
    if (metric === 'ECSServiceAverageCPUUtilization') return measured?.cpu;
    if (metric === 'ECSServiceAverageMemoryUtilization') return measured?.memory;
    const group = this.#account.directory.find('targetGroup', targetGroupArn ?? '');
    return group === undefined ? undefined : requests.look(group, this.#account.clock.monotonic());
  }

  #keepWithin(cause = ''): void {
    const service = this.#service();
    if (service === undefined) return;
    const { minimum, maximum } = this.#capacity;
    if (service.desired < minimum) this.#scale(service, minimum, `${cause}minimum capacity was set to ${minimum}`);
    if (service.desired > maximum) this.#scale(service, maximum, `${cause}maximum capacity was set to ${maximum}`);
  }

  #scale(service: EcsService, desired: number, cause: string): void {
    const message = `Service ${service.logicalId}: desired count set from ${service.desired} to ${desired}: ${cause}`;
    service.scaleTo(desired);
    this.#account.emit({ event: 'notice', message });
  }
}

function because({ policy, metric }: ScalingDecision): string {
  const unit = policy.metric === 'ALBRequestCountPerTarget' ? '' : ' %';
  return `${policy.metric} is ${metric.toFixed(0)}${unit}, policy ${policy.name} wants ${policy.targetValue}${unit}`;
}
