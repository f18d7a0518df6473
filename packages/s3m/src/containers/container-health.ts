import type { ContainerHealthCheck } from '../capabilities/task-definition.ts';
import type { Clock, Timer } from '../clock/clock.ts';

/** ECS-017 */
export type HealthStatus = 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';

/** What running a health check's command came to. */
export interface CheckResult {
  /** Undefined when it did not end within its timeout. */
  readonly exitCode: number | undefined;
  /** What it said last. */
  readonly output: readonly string[];
}

/**
 * The health of one container (ECS-016): a check each `interval` after the last one's end; any success makes it HEALTHY, `retries` failures in a row
 * UNHEALTHY. Failures within the start period don't count, unless a check has passed before.
 */
export class ContainerHealth {
  readonly #check: ContainerHealthCheck;
  readonly #run: () => Promise<CheckResult>;
  readonly #schedule: Clock;
  readonly #changed: () => void;
  #status: HealthStatus = 'UNKNOWN';
  #failures = 0;
  #last: CheckResult | undefined;
  #starting = false;
  #startPeriod: Timer | undefined;
  #timer: Timer | undefined;
  #ended = false;

  constructor(request: {
    readonly check: ContainerHealthCheck;
    run(): Promise<CheckResult>;
    /** Intervals and the start period are counted on it. */
    readonly schedule: Clock;
    changed(): void;
  }) {
    this.#check = request.check;
    this.#run = () => request.run();
    this.#schedule = request.schedule;
    this.#changed = () => request.changed();
  }

  get status(): HealthStatus {
    return this.#status;
  }

  /** The last check that failed, in words. */
  get failure(): string | undefined {
    const { exitCode, output } = this.#last ?? {};
    if (this.#last === undefined || exitCode === 0) return undefined;
    const how = exitCode === undefined ? `takes longer than ${this.#check.timeoutMs / 1000} s` : `ends with exit code ${exitCode}`;
    const said = (output ?? []).findLast((line) => line.trim() !== '');
    return `its health check ${JSON.stringify(this.#check.command.join(' '))} ${how}${said === undefined ? '' : ` (${said.trim()})`}`;
  }

  start(): void {
    this.#starting = this.#check.startPeriodMs > 0;
    // A scaled clock's time stamps are not scaled: only its timers tell how long ago something was.
    if (this.#starting) this.#startPeriod = this.#schedule.after(this.#check.startPeriodMs, () => (this.#starting = false));
    this.#next();
  }

  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
    this.#startPeriod?.cancel();
  }

  #next(): void {
    if (this.#ended) return;
    this.#timer = this.#schedule.after(this.#check.intervalMs, () => void this.#once());
  }

  async #once(): Promise<void> {
    const result = await this.#run().catch((error: unknown): CheckResult => ({ exitCode: 127, output: [String(error)] }));
    if (this.#ended) return;
    this.#last = result;
    this.#judge(result.exitCode === 0);
    this.#next();
  }

  #judge(passed: boolean): void {
    if (passed) {
      this.#failures = 0;
      this.#become('HEALTHY');
      return;
    }
    if (this.#starting && this.#status === 'UNKNOWN') return;
    this.#failures++;
    if (this.#failures >= this.#check.retries) this.#become('UNHEALTHY');
  }

  #become(status: HealthStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#changed();
  }
}
