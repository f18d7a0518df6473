import type { Timer } from '../../clock/clock.ts';
import type { Target, TargetDescription, TargetGroup, TargetHealth } from '../../capabilities/target-group.ts';
import type { Account } from '../account.ts';
import type { Stickiness } from './application/stickiness.ts';
import type { TargetGroupSettings } from './target-group-settings.ts';
import { checkTarget, type CheckingNode } from './health-check.ts';
import { failureOf, notInUse, notInZone } from './target-verdict.ts';
import { TargetFlows } from './target-flows.ts';

/** Where a new flow goes. */
export interface PickedTarget {
  readonly target: Target;
  readonly flows: TargetFlows;
}

interface Registered extends PickedTarget {
  /** Milliseconds on the account's clock. */
  readonly registeredAt: number;
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

/** Between checks of a target that has not passed one yet, so that a start is quick. At AWS's pace it is the interval. */
const initialRetryMs = 2_000;
/**
 * How long, in real time, a target that refuses connections counts as one that is still starting: a process starts no faster because
 * the checks are. AWS's shortest time to a verdict (two checks, five seconds apart) is longer, so at its pace this changes nothing.
 */
const longestBootMs = 2_000;

/** A target group that checks its targets and gives out healthy ones. */
export class LiveTargetGroup implements TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly #account: Account;
  readonly #targets = new Map<string, Registered>();
  readonly #watchers = new Set<(target: TargetDescription) => void>();
  readonly #users = new Map<string, () => readonly CheckingNode[]>();
  #settings: TargetGroupSettings;
  #turn = 0;
  #requests = 0;
  #closed = false;

  constructor(arn: string, name: string, settings: TargetGroupSettings, account: Account) {
    this.arn = arn;
    this.name = name;
    this.#settings = settings;
    this.#account = account;
  }

  get targetType(): 'ip' {
    return 'ip';
  }
  get port(): number {
    return this.#settings.port;
  }
  get protocol(): string {
    return this.#settings.protocol;
  }
  /** How clients of an Application Load Balancer stay with a target. */
  get stickiness(): Stickiness | undefined {
    return this.#settings.stickiness;
  }
  get deregistrationDelayMs(): number {
    return this.#settings.deregistrationDelayMs;
  }
  get inUse(): boolean {
    return this.#users.size > 0;
  }

  configure(settings: TargetGroupSettings): void {
    this.#settings = settings;
  }

  /** A listener begins to send here: from now on targets are checked (NLB-034). Answers what ends it. */
  use(listenerArn: string, nodes: () => readonly CheckingNode[]): () => void {
    this.#users.set(listenerArn, nodes);
    for (const entry of this.#targets.values()) if (entry.gone === undefined && entry.health.state === 'unused') this.#begin(entry);
    return () => {
      this.#users.delete(listenerArn);
      if (this.inUse) return;
      for (const entry of this.#targets.values()) {
        entry.timer?.cancel();
        if (entry.gone === undefined) this.#set(entry, notInUse);
      }
    };
  }

  register(target: Target): void {
    const key = keyOf(target);
    const old = this.#targets.get(key);
    if (old !== undefined && old.gone === undefined) return;
    old?.timer?.cancel();
    const entry: Registered = {
      target,
      flows: new TargetFlows(),
      registeredAt: this.#account.clock.monotonic(),
      health: notInUse,
      detail: undefined,
      passed: 0,
      failed: 0,
      timer: undefined,
      healthySince: undefined,
      gone: undefined,
      letGo: undefined,
    };
    this.#targets.set(key, entry);
    if (this.inUse) this.#begin(entry);
    else this.#announce(entry);
  }

  deregister(target: Target): Promise<void> {
    const entry = this.#targets.get(keyOf(target));
    if (entry === undefined) return Promise.resolve(); // NLB-014
    entry.gone ??= this.#drain(entry);
    return entry.gone;
  }

  describe(): readonly TargetDescription[] {
    return [...this.#targets.values()].map(describe);
  }

  onHealthChange(callback: (target: TargetDescription) => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  get requests(): number {
    return this.#requests;
  }

  /** Counts a request to one of its targets. */
  countRequest(): void {
    this.#requests++;
  }

  /** The target for a new flow, and its flows: healthy ones in turn; all registered ones when none is healthy (NLB-023 fails open). */
  pick(): PickedTarget | undefined {
    const eligible = this.#eligible();
    if (this.#settings.slowStartMs > 0) {
      const ready = eligible.filter((entry) => this.#account.random() < this.#share(entry));
      if (ready.length > 0) return ready[this.#turn++ % ready.length];
    }
    return eligible[this.#turn++ % Math.max(1, eligible.length)];
  }

  /** The same for a client that wants to stay: the one target that is meant, if it may be given out. */
  pickWhere(isMeant: (candidate: PickedTarget) => boolean): PickedTarget | undefined {
    return this.#eligible().find(isMeant);
  }

  /** Lets go of who waits for a drain, and says nothing more. */
  close(): void {
    this.#closed = true;
    for (const entry of this.#targets.values()) {
      entry.timer?.cancel();
      entry.flows.drain();
      entry.letGo?.();
    }
    this.#targets.clear();
    this.#watchers.clear();
  }

  #eligible(): readonly Registered[] {
    const zones = this.#zones();
    const registered = [...this.#targets.values()].filter(({ gone, target }) => gone === undefined && zones.has(target.zone));
    const healthy = registered.filter(({ health }) => health.state === 'healthy');
    return healthy.length > 0 ? healthy : registered;
  }

  /** Of a full share, by the time since the target got healthy (`slow_start.duration_seconds`). */
  #share({ healthySince }: Registered): number {
    if (healthySince === undefined) return 1;
    return (this.#account.clock.monotonic() - healthySince) / this.#settings.slowStartMs;
  }

  #begin(entry: Registered): void {
    if (this.#nodeFor(entry.target) === undefined) {
      this.#set(entry, notInZone); // NLB-022
      return;
    }
    entry.passed = 0;
    entry.failed = 0;
    this.#set(entry, { state: 'initial', reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress' });
    void this.#check(entry);
  }

  async #check(entry: Registered): Promise<void> {
    const node = this.#nodeFor(entry.target);
    if (node === undefined || entry.gone !== undefined) return;
    const { healthCheck } = this.#settings;
    const result = await checkTarget(this.#account.network, node, entry.target, healthCheck);
    if (entry.gone !== undefined || this.#targets.get(keyOf(entry.target)) !== entry || !this.inUse) return;
    const initial = entry.health.state === 'initial';
    if (result.passed) {
      entry.passed++;
      entry.failed = 0;
      entry.detail = undefined;
      // NLB-037: a new target is in service after one passed check.
      if (initial || entry.passed >= healthCheck.healthyThreshold) {
        if (entry.health.state !== 'healthy') entry.healthySince = this.#account.clock.monotonic();
        this.#set(entry, { state: 'healthy' });
      }
    } else {
      entry.failed++;
      entry.passed = 0;
      entry.detail = result.detail;
      const limit = initial
        ? Math.max(healthCheck.unhealthyThreshold, Math.ceil((healthCheck.unhealthyThreshold * healthCheck.intervalMs) / initialRetryMs))
        : healthCheck.unhealthyThreshold;
      const boots = initial && result.refused === true && this.#account.clock.monotonic() - entry.registeredAt < longestBootMs;
      if (entry.failed >= limit && entry.health.state !== 'unhealthy' && !boots) {
        this.#set(entry, { state: 'unhealthy', ...failureOf(result, this.#settings.protocol) });
        entry.flows.terminate(); // NLB-041
      }
    }
    const wait = entry.health.state === 'initial' ? Math.min(initialRetryMs, healthCheck.intervalMs) : healthCheck.intervalMs;
    entry.timer = this.#account.schedule.after(wait, () => void this.#check(entry));
  }

  #drain(entry: Registered): Promise<void> {
    entry.timer?.cancel();
    const { deregistrationDelayMs, terminatesConnections } = this.#settings;
    const { clock, schedule } = this.#account;
    const began = clock.monotonic();
    return new Promise((resolve) => {
      let done = false;
      const finish = (): void => {
        if (done) return;
        done = true;
        if (terminatesConnections) entry.flows.terminate(); // NLB-045
        if (this.#targets.get(keyOf(entry.target)) === entry) this.#targets.delete(keyOf(entry.target));
        entry.health = { state: 'unused', reason: 'Target.NotRegistered', description: 'Target is not registered to the target group' };
        this.#announce(entry);
        resolve();
      };
      entry.letGo = finish;
      // After the caller has its promise, so that idle connections are given up at once.
      queueMicrotask(() => entry.flows.drain());
      this.#set(entry, {
        state: 'draining',
        reason: 'Target.DeregistrationInProgress',
        description: 'Target deregistration is in progress',
      });
      // NLB-044. The delay is scaled, a request in flight is not: what would have its time on AWS has it here too.
      entry.timer = schedule.after(deregistrationDelayMs, () => {
        entry.timer = clock.after(Math.max(0, deregistrationDelayMs - (clock.monotonic() - began)), finish);
        entry.flows.onIdle(finish);
      });
    });
  }

  /** The node that checks a target: that of its own zone. */
  #nodeFor(target: Target): CheckingNode | undefined {
    return this.#nodes().find(({ zone }) => zone === target.zone);
  }

  #nodes(): readonly CheckingNode[] {
    return [...this.#users.values()].flatMap((list) => list());
  }

  /** Availability zones in which a balancer that sends here has a node. */
  #zones(): ReadonlySet<string> {
    return new Set(this.#nodes().map(({ zone }) => zone));
  }

  #set(entry: Registered, health: TargetHealth): void {
    if (entry.health.state === health.state && entry.health.description === health.description) return;
    entry.health = health;
    this.#announce(entry);
  }

  #announce(entry: Registered): void {
    if (this.#closed) return;
    const description = describe(entry);
    const { reason, state } = entry.health;
    this.#account.emit({
      event: 'target',
      targetGroup: this.name,
      target: keyOf(entry.target),
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(entry.detail === undefined ? {} : { detail: entry.detail }),
    });
    for (const watcher of this.#watchers) watcher(description);
  }
}

function describe({ target, health, detail }: Registered): TargetDescription {
  return { ...target, health, ...(detail === undefined ? {} : { detail }) };
}

function keyOf({ address, port }: Target): string {
  return `${address}:${port}`;
}
