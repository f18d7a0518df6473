import type { Target, TargetDescription, TargetGroup, TargetHealth } from '../../capabilities/target-group.ts';
import type { Account } from '../account.ts';
import type { Stickiness } from './application/stickiness.ts';
import type { TargetGroupSettings, TargetType } from './target-group-settings.ts';
import { drainTarget } from './drain-target.ts';
import { checkByConsensus, nodesFor } from './consensus.ts';
import type { CheckingNode } from './health-check.ts';
import type { Flow } from './network/flow-hash.ts';
import { createRegistered, describe, keyOf, type PickedTarget, type Registered } from './registered-target.ts';
import { failureOf, notInUse, notInZone } from './target-verdict.ts';
import { chooseByClient, chooseByFlow, eligibleOf, isEnough, TargetChoice } from './target-choice.ts';

/** What decides on the target of a new flow. */
export interface FlowQuestion {
  /** Of the node that it came in by; it counts where traffic stays in its zone (NLB-021). */
  readonly zone?: string;
  /** Address of who asks. */
  readonly client?: string;
  /** What comes; undefined for a request to an Application Load Balancer. */
  readonly flow?: Flow;
}

/** A listener that sends to a target group. */
export interface TargetGroupUser {
  checkingNodes(): readonly CheckingNode[];
  /** Whether its load balancer sends from each zone to all zones (NLB-020). */
  crossesZones(): boolean;
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
  readonly #users = new Map<string, TargetGroupUser>();
  readonly #choice: TargetChoice;
  #settings: TargetGroupSettings;
  #requests = 0;
  #closed = false;

  constructor(arn: string, name: string, settings: TargetGroupSettings, account: Account) {
    this.arn = arn;
    this.name = name;
    this.#settings = settings;
    this.#account = account;
    this.#choice = new TargetChoice(account.random);
  }

  get settings(): TargetGroupSettings {
    return this.#settings;
  }
  get targetType(): TargetType {
    return this.#settings.targetType;
  }
  get vpcId(): string | undefined {
    return this.#settings.vpcId;
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
  /** NLB-020: the group's own attribute wins. */
  get crossesZones(): boolean {
    return this.#settings.crossZone ?? [...this.#users.values()].every((user) => user.crossesZones());
  }

  configure(settings: TargetGroupSettings): void {
    this.#settings = settings;
  }

  /** A listener begins to send here: from now on targets are checked (NLB-034). Answers what ends it. */
  use(listenerArn: string, user: TargetGroupUser): () => void {
    this.#users.set(listenerArn, user);
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
    const entry = createRegistered(target, this.#account.clock.monotonic());
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

  /** The target for a new flow, and its flows: a healthy one; any registered one when too few are healthy (NLB-023 fails open). */
  pick({ zone, client, flow }: FlowQuestion = {}): PickedTarget | undefined {
    const eligible = this.#eligible(this.crossesZones ? undefined : zone);
    if (this.#settings.staysBySource && client !== undefined) return chooseByClient(eligible, client);
    if (flow !== undefined) return chooseByFlow(eligible, flow);
    const ready = this.#settings.slowStartMs === 0 ? eligible : eligible.filter((entry) => this.#account.random() < this.#share(entry));
    return this.#choice.choose(ready.length > 0 ? ready : eligible, this.#settings.algorithm);
  }

  /** The same for a client that wants to stay: the one target that is meant, if it may be given out. */
  pickWhere(isMeant: (candidate: PickedTarget) => boolean): PickedTarget | undefined {
    return this.#eligible(undefined).find(isMeant);
  }

  /** Whether DNS names the node of a zone: enough of what the node sends to is healthy (NLB-010, NLB-021, NLB-023, NLB-025). */
  isServed(zone: string): boolean {
    const targets = this.#registeredIn(this.crossesZones ? undefined : zone);
    return targets.length > 0 && isEnough(targets, this.#settings.dnsMinimum);
  }

  /** Whether the node of a zone has a target at all, healthy or not. */
  hasTargets(zone: string): boolean {
    return this.#registeredIn(this.crossesZones ? undefined : zone).length > 0;
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

  #registeredIn(zone: string | undefined): readonly Registered[] {
    const zones = this.#zones();
    return [...this.#targets.values()].filter(
      ({ gone, target }) => gone === undefined && (zone === undefined ? zones.has(target.zone) : target.zone === zone),
    );
  }

  #eligible(zone: string | undefined): readonly Registered[] {
    return eligibleOf(this.#registeredIn(zone), this.#settings.routingMinimum);
  }

  /** Of a full share, by the time since the target got healthy (`slow_start.duration_seconds`). */
  #share({ healthySince }: Registered): number {
    if (healthySince === undefined) return 1;
    return (this.#account.clock.monotonic() - healthySince) / this.#settings.slowStartMs;
  }

  #begin(entry: Registered): void {
    if (this.#nodesFor(entry.target).length === 0) {
      this.#set(entry, notInZone); // NLB-022
      return;
    }
    entry.passed = 0;
    entry.failed = 0;
    this.#set(entry, { state: 'initial', reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress' });
    void this.#check(entry);
  }

  async #check(entry: Registered): Promise<void> {
    const nodes = this.#nodesFor(entry.target);
    if (nodes.length === 0 || entry.gone !== undefined) return;
    const { healthCheck } = this.#settings;
    const result = await checkByConsensus(this.#account.network, nodes, entry.target, healthCheck);
    if (entry.gone !== undefined || this.#targets.get(keyOf(entry.target)) !== entry || !this.inUse) return;
    const initial = entry.health.state === 'initial';
    entry.detail = result.detail;
    if (result.passed) {
      entry.passed++;
      entry.failed = 0;
      // NLB-037: a new target is in service after one passed check.
      if (initial || entry.passed >= healthCheck.healthyThreshold) {
        if (entry.health.state !== 'healthy') entry.healthySince = this.#account.clock.monotonic();
        this.#set(entry, { state: 'healthy' });
      }
    } else {
      entry.failed++;
      entry.passed = 0;
      const limit = initial
        ? Math.max(healthCheck.unhealthyThreshold, Math.ceil((healthCheck.unhealthyThreshold * healthCheck.intervalMs) / initialRetryMs))
        : healthCheck.unhealthyThreshold;
      const boots = initial && result.refused === true && this.#account.clock.monotonic() - entry.registeredAt < longestBootMs;
      if (entry.failed >= limit && !entry.health.state.startsWith('unhealthy') && !boots) {
        this.#fail(entry, failureOf(result, this.#settings.protocol));
      }
    }
    const wait = entry.health.state === 'initial' ? Math.min(initialRetryMs, healthCheck.intervalMs) : healthCheck.intervalMs;
    entry.timer = this.#account.schedule.after(wait, () => void this.#check(entry));
  }

  /** NLB-041: new flows go elsewhere; those that are open are cut, unless traffic comes here all the same, or the attribute says otherwise. */
  #fail(entry: Registered, failure: Pick<TargetHealth, 'reason' | 'description'>): void {
    const { terminates, drainMs } = this.#settings.whenUnhealthy;
    this.#set(entry, { state: !terminates && drainMs > 0 ? 'unhealthy.draining' : 'unhealthy', ...failure });
    if (terminates) {
      if (!this.#eligible(this.crossesZones ? undefined : entry.target.zone).includes(entry)) entry.flows.terminate();
    } else if (drainMs > 0) {
      this.#account.schedule.after(drainMs, () => {
        if (entry.health.state === 'unhealthy.draining') this.#set(entry, { ...entry.health, state: 'unhealthy' });
      });
    }
  }

  #drain(entry: Registered): Promise<void> {
    return drainTarget(entry, this.#settings, this.#account, {
      onBegin: (health) => this.#set(entry, health),
      onEnd: (health) => {
        if (this.#targets.get(keyOf(entry.target)) === entry) this.#targets.delete(keyOf(entry.target));
        entry.health = health;
        this.#announce(entry);
      },
    });
  }

  #nodesFor(target: Target): readonly CheckingNode[] {
    return nodesFor(target, this.#nodes(), this.crossesZones);
  }

  #nodes(): readonly CheckingNode[] {
    return [...this.#users.values()].flatMap((user) => user.checkingNodes());
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
