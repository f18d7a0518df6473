import type { Clock, Timer } from '../../clock/clock.ts';
import { ExecutionEnvironment, type EnvironmentHost, type InitOutcome } from './execution-environment.ts';
import { INIT_TIMEOUT_MS, type FunctionSettings } from './function-settings.ts';

/** Environments of one version at the same time. AWS goes on to the account's concurrency; one machine can't. Further requests wait. */
export const MAX_ENVIRONMENTS = 10;
/** How long a request waits for a busy environment before a further one is started: starting takes longer than most requests. */
const PATIENCE_MS = 20;
/** How long an environment that has answered is trusted to ask for work again soon. */
const SETTLING_MS = 1000;
/** How long an environment besides the first stays without work. */
const IDLE_MS = 60_000;

/** An environment that is ready for one request. */
export interface Lease {
  readonly environment: ExecutionEnvironment;
  /** Milliseconds of initialisation, when this is the environment's first request. */
  readonly initMs: number | undefined;
  /** Gives it back; an environment that ended is replaced. */
  release(): void;
}

/** What failed before a request could be handed over. */
export interface InitFailure {
  readonly outcome: InitOutcome | { readonly kind: 'timeout' };
  /** `invoke` when it was tried for a request. */
  readonly phase: 'init' | 'invoke';
  readonly logStream: string;
  readonly durationMs: number;
}

type Give = (granted: Lease | InitFailure) => void;

/**
 * The execution environments of one version of a function. The first is started at once, so that no request pays for it; it is replaced
 * after a crash or time-out (LMB-025). Requests that find all of them busy start more, up to {@link MAX_ENVIRONMENTS}.
 */
export class EnvironmentPool {
  readonly settings: FunctionSettings;
  /** Settles when the first environment is ready (`undefined`) or could not be initialised. */
  readonly firstInit: Promise<InitFailure | undefined>;
  readonly #host: EnvironmentHost;
  readonly #clock: Clock;
  readonly #onInit: (environment: ExecutionEnvironment, failure: InitFailure | undefined) => void;
  readonly #all = new Set<ExecutionEnvironment>();
  /** The one used last is taken first, so that those which are not needed grow old. */
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #idleTimers = new Map<ExecutionEnvironment, Timer>();
  readonly #used = new WeakSet<ExecutionEnvironment>();
  readonly #waiting: Give[] = [];
  #growth: Timer | undefined;
  #starting = 0;
  /** Environments that have answered, and are about to ask for the next request. */
  #settling = 0;
  #busy = 0;
  #closed = false;
  #drained: PromiseWithResolvers<void> | undefined;

  /** `onInit` hears of each initialisation and how it failed, if it did. */
  constructor(
    settings: FunctionSettings,
    host: EnvironmentHost,
    onInit: (environment: ExecutionEnvironment, failure: InitFailure | undefined) => void,
  ) {
    this.settings = settings;
    this.#host = host;
    this.#clock = host.clock;
    this.#onInit = onInit;
    this.firstInit = this.#start('background');
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Environments that can serve, now or soon. */
  get size(): number {
    return [...this.#all].filter((environment) => environment.alive).length;
  }

  /** Waits for an environment. An initialisation that failed before is tried again, within the function's own time-out (LMB-024). */
  acquire(): Promise<Lease | InitFailure> {
    for (let environment = this.#idle.pop(); environment !== undefined; environment = this.#idle.pop()) {
      if (this.#isFresh(environment)) return Promise.resolve(this.#lease(environment));
      void this.#retire(environment);
    }
    const { promise, resolve } = Promise.withResolvers<Lease | InitFailure>();
    this.#waiting.push(resolve);
    if (this.size === 0) void this.#start('request');
    else this.#growLater();
    return promise;
  }

  /** Lets requests in flight end, then stops everything. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((environment) => this.#retire(environment)));
    if (this.#busy > 0 || this.#waiting.length > 0) {
      this.#drained ??= Promise.withResolvers();
      await this.#drained.promise;
    }
    await this.kill();
  }

  /** Stops everything at once; requests in flight end as if the process had crashed. */
  async kill(): Promise<void> {
    this.#closed = true;
    this.#growth?.cancel();
    for (const give of this.#waiting.splice(0)) {
      give({ outcome: { kind: 'exit', code: undefined, signal: 'SIGKILL' }, phase: 'invoke', logStream: '', durationMs: 0 });
    }
    await Promise.all([...this.#all].map((environment) => this.#retire(environment)));
  }

  /** Answers how the initialisation failed, if it did. */
  async #start(reason: 'background' | 'request'): Promise<InitFailure | undefined> {
    const environment = new ExecutionEnvironment(this.settings, this.#host);
    this.#all.add(environment);
    this.#starting++;
    void environment.exited.then(() => this.#onExit(environment));
    const limitMs = reason === 'request' ? this.settings.timeoutMs : INIT_TIMEOUT_MS;
    const startedAt = this.#clock.monotonic();
    const outcome = await this.#initialise(environment, limitMs);
    this.#starting--;
    if (outcome === undefined) {
      this.#onInit(environment, undefined);
      this.#offer(environment);
      return undefined;
    }
    const failure: InitFailure = {
      outcome,
      phase: reason === 'request' ? 'invoke' : 'init',
      logStream: environment.logStream,
      durationMs: this.#clock.monotonic() - startedAt,
    };
    await environment.stop();
    if (!this.#closed) this.#onInit(environment, failure);
    if (reason === 'request') this.#waiting.shift()?.(failure);
    // Whoever still waits tries again: their own attempt decides.
    if (this.#waiting.length > 0 && this.size === 0) void this.#start('request');
    this.#settleDrain();
    return failure;
  }

  async #initialise(environment: ExecutionEnvironment, limitMs: number): Promise<InitFailure['outcome'] | undefined> {
    const expired = Promise.withResolvers<InitFailure['outcome']>();
    const timer = this.#clock.after(limitMs, () => expired.resolve({ kind: 'timeout' }));
    const outcome = await Promise.race([environment.initialized, expired.promise]);
    timer.cancel();
    return outcome;
  }

  #lease(environment: ExecutionEnvironment): Lease {
    this.#idleTimers.get(environment)?.cancel();
    this.#idleTimers.delete(environment);
    const isFirst = !this.#used.has(environment);
    this.#used.add(environment);
    this.#busy++;
    return {
      environment,
      initMs: isFirst ? environment.initDurationMs : undefined,
      release: () => void this.#takeBack(environment),
    };
  }

  async #takeBack(environment: ExecutionEnvironment): Promise<void> {
    await this.#settle(environment);
    this.#busy--;
    if (environment.alive) this.#offer(environment);
    else this.#replace();
    this.#growLater();
    this.#settleDrain();
  }

  async #settle(environment: ExecutionEnvironment): Promise<void> {
    let counted = true;
    const done = (): void => {
      if (counted) this.#settling--;
      counted = false;
    };
    this.#settling++;
    const limit = this.#clock.after(SETTLING_MS, () => {
      done();
      this.#growLater();
    });
    await environment.settled();
    limit.cancel();
    done();
  }

  /** Gives an environment to whoever waits longest, or lets it rest. */
  #offer(environment: ExecutionEnvironment): void {
    if (!this.#isFresh(environment)) {
      void this.#retire(environment);
      return this.#replace();
    }
    const give = this.#waiting.shift();
    if (give !== undefined) return give(this.#lease(environment));
    if (this.#closed) return void this.#retire(environment);
    this.#idle.push(environment);
    if (this.size === 1) return;
    const timer = this.#clock.after(IDLE_MS, () => {
      // One that only starts is not ready: it may fail.
      if (this.#idle.length > 1) void this.#retire(environment);
    });
    this.#idleTimers.set(environment, timer);
  }

  /** Whether its credentials last for one more request: they are in its variables and can't be renewed, so that a new environment takes its place. */
  #isFresh({ expiresAt }: ExecutionEnvironment): boolean {
    return expiresAt === undefined || expiresAt - this.#clock.now() > this.settings.timeoutMs;
  }

  /** One environment stays ready, also after a crash. */
  #replace(): void {
    if (this.size > 0) return this.#growLater();
    if (this.#waiting.length > 0) void this.#start('request');
    else if (!this.#closed) void this.#start('background');
  }

  /** Starts one further environment each time the patience of those who wait has run out. */
  #growLater(): void {
    if (this.#growth !== undefined || !this.#isShort()) return;
    this.#growth = this.#clock.after(PATIENCE_MS, () => {
      this.#growth = undefined;
      if (this.#isShort()) void this.#start('request');
      this.#growLater();
    });
  }

  /** Whether more requests wait than environments are about to be free. */
  #isShort(): boolean {
    return this.#waiting.length > this.#starting + this.#settling && this.size < MAX_ENVIRONMENTS;
  }

  #retire(environment: ExecutionEnvironment): Promise<void> {
    this.#forget(environment);
    return environment.stop();
  }

  #onExit(environment: ExecutionEnvironment): void {
    const wasIdle = this.#idle.includes(environment);
    this.#forget(environment);
    this.#all.delete(environment);
    // One that ends by itself before it ever served would do so again and again.
    if (wasIdle && this.#used.has(environment)) this.#replace();
  }

  #forget(environment: ExecutionEnvironment): void {
    this.#idleTimers.get(environment)?.cancel();
    this.#idleTimers.delete(environment);
    const index = this.#idle.indexOf(environment);
    if (index !== -1) this.#idle.splice(index, 1);
  }

  #settleDrain(): void {
    if (this.#busy === 0 && this.#waiting.length === 0) this.#drained?.resolve();
  }
}
