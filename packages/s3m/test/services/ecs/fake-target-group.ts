import type { Clock } from '../../../src/clock/clock.ts';
import type { Target, TargetDescription, TargetGroup, TargetHealth } from '../../../src/capabilities/target-group.ts';

interface Entry {
  readonly target: Target;
  health: TargetHealth;
  detail?: string;
  draining: boolean;
  readonly unused: PromiseWithResolvers<void>;
}

/** A target group whose health checks ask the test. */
export class FakeTargetGroup implements TargetGroup {
  readonly arn: string;
  readonly name: string;
  targetType: TargetGroup['targetType'] = 'ip';
  readonly port = 8080;
  readonly protocol = 'TCP';
  deregistrationDelayMs = 300_000;
  inUse = true;
  requests = 0;
  /** Milliseconds from one check to the next; the first comes at once. */
  intervalMs = 10_000;
  /** What a check finds: undefined when healthy, else what it saw. */
  check: (target: Target) => string | undefined = () => undefined;
  onDeregister: (target: Target) => void = () => {};
  /** Everything that was asked, in order: `register 10.0.1.4:8080`. */
  readonly calls: string[] = [];
  readonly #clock: Clock;
  readonly #entries: Entry[] = [];
  readonly #listeners = new Set<(target: TargetDescription) => void>();

  constructor(clock: Clock, name = 'weather') {
    this.#clock = clock;
    this.name = name;
    this.arn = `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/${name}/0123456789abcdef`;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  register(target: Target): void {
    if (this.#find(target) !== undefined) throw new Error(`${target.address}:${target.port} is registered already`);
    this.calls.push(`register ${target.address}:${target.port}`);
    const entry: Entry = { target, health: { state: 'initial' }, draining: false, unused: Promise.withResolvers() };
    this.#entries.push(entry);
    this.#clock.after(1, () => this.#checkNow(entry));
  }

  async deregister(target: Target): Promise<void> {
    const entry = this.#find(target);
    if (entry === undefined) return;
    if (entry.draining) return entry.unused.promise;
    this.onDeregister(target);
    this.calls.push(`deregister ${target.address}:${target.port}`);
    entry.draining = true;
    this.#become(entry, { state: 'draining', reason: 'Target.DeregistrationInProgress' });
    this.#clock.after(this.deregistrationDelayMs, () => {
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      this.calls.push(`unused ${target.address}:${target.port}`);
      entry.unused.resolve();
    });
    await entry.unused.promise;
  }

  describe(): readonly TargetDescription[] {
    return this.#entries.map(({ target, health, detail }) => ({ ...target, health, ...(detail === undefined ? {} : { detail }) }));
  }

  onHealthChange(callback: (target: TargetDescription) => void): () => void {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  #find(target: Target): Entry | undefined {
    return this.#entries.find((entry) => entry.target.address === target.address && entry.target.port === target.port);
  }

  #checkNow(entry: Entry): void {
    if (entry.draining) return;
    const saw = this.check(entry.target);
    if (saw === undefined) delete entry.detail;
    else entry.detail = saw;
    const state = saw === undefined ? 'healthy' : 'unhealthy';
    if (entry.health.state !== state) {
      const failed = { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
      this.#become(entry, { state, ...(saw === undefined ? {} : failed) });
    }
    this.#clock.after(this.intervalMs, () => this.#checkNow(entry));
  }

  #become(entry: Entry, health: TargetHealth): void {
    entry.health = health;
    for (const listener of this.#listeners) listener({ ...entry.target, health });
  }
}
