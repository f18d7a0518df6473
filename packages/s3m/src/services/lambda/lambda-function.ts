import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Invocable, InvokeRequest, InvokeResult } from '../../capabilities/invocable.ts';
import type { Account } from '../account.ts';
import { EnvironmentPool, type InitFailure } from './environment-pool.ts';
import { defaultEventSettings, EventQueue, type EventSettings } from './event-queue.ts';
import type { EnvironmentHost, ExecutionEnvironment } from './execution-environment.ts';
import { FunctionLog } from './function-log.ts';
import { isSameVersion, type FunctionSettings } from './function-settings.ts';
import { initFailureNotice } from './init-failure-notice.ts';
import { reportInvocation } from './invocation-report.ts';
import { whyNotAllowed } from './invoke-permission.ts';
import { endLines, initFailureLines, startLines } from './platform-lines.ts';
import { functionNotFound, refuseEvent, throttled } from './refusals.ts';
import { ResourcePolicy } from './resource-policy.ts';
import { runInEnvironment, type InvocationEnd } from './run-in-environment.ts';
import { newTraceId } from './trace-id.ts';

/** Where an alias points (LMB-014). */
export interface AliasTarget {
  readonly version: string;
  readonly additional?: { readonly version: string; readonly weight: number };
}

/** A function with its versions and aliases. */
export class LambdaFunction implements Invocable {
  readonly arn: string;
  readonly name: string;
  readonly policy: ResourcePolicy = new ResourcePolicy();
  tags: Readonly<Record<string, string>> = {};
  /** When code or configuration changed last; milliseconds since the epoch. */
  modifiedAt: number;
  /** Another one after each change. */
  revisionId: string = randomUUID();
  readonly #account: Account;
  readonly #logicalId: string;
  readonly #host: EnvironmentHost;
  readonly #versions = new Map<string, EnvironmentPool>();
  readonly #aliases = new Map<string, AliasTarget>();
  readonly #queue: EventQueue;
  /** By qualifier. */
  readonly #eventSettings = new Map<string, EventSettings>();
  readonly #log: FunctionLog;
  #latest: EnvironmentPool;
  #reserved: number | undefined;
  #inFlight = 0;
  #lastVersion = 0;
  /** All that have a process, also those that come or go. */
  readonly #pools = new Set<EnvironmentPool>();
  #closed = false;

  constructor(
    account: Account,
    options: {
      readonly logicalId: string;
      readonly settings: FunctionSettings;
      readonly host: Omit<EnvironmentHost, 'log'>;
      readonly reservedConcurrency: number | undefined;
    },
  ) {
    this.arn = options.settings.functionArn;
    this.name = options.settings.functionName;
    this.#account = account;
    this.modifiedAt = account.clock.now();
    this.#logicalId = options.logicalId;
    this.#log = new FunctionLog(account, options.logicalId, options.settings);
    this.#reserved = options.reservedConcurrency;
    this.#host = { ...options.host, log: (stream, line) => this.#log.write(stream, line) };
    this.#queue = new EventQueue(account.schedule, (requestId, why) => this.#announceDropped(requestId, why));
    this.#latest = this.#openPool(options.settings);
  }

  /** Resolves when the first initialisation of `$LATEST` is over, well or not. */
  async ready(): Promise<void> {
    await this.#latest.firstInit;
  }

  /** Takes on code and configuration. What runs goes on until the new environment is ready; no request fails (LMB-002). */
  async update(settings: FunctionSettings, reservedConcurrency: number | undefined): Promise<void> {
    this.#reserved = reservedConcurrency;
    this.#log.target = settings;
    if (isDeepStrictEqual(settings, this.#latest.settings)) return;
    const next = this.#openPool(settings);
    await next.firstInit;
    if (this.#closed) return;
    const previous = this.#latest;
    this.#latest = next;
    this.modifiedAt = this.#account.clock.now();
    this.revisionId = randomUUID();
    void this.#retire(previous);
  }

  /** Changes some settings, as the API does; the next update of the template sets them all again. */
  async reconfigure(changes: Partial<FunctionSettings>): Promise<void> {
    await this.update({ ...this.#latest.settings, ...changes }, this.#reserved);
  }

  /** What runs by that name: `$LATEST` without one. */
  settingsOf(qualifier?: string): FunctionSettings | undefined {
    const target = qualifier === undefined ? undefined : this.#aliases.get(qualifier);
    const version = target?.version ?? qualifier ?? '$LATEST';
    return (version === '$LATEST' ? this.#latest : this.#versions.get(version))?.settings;
  }

  /** A version of what `$LATEST` is now; with `unlessSame` the last one where nothing has changed. Numbers are never used again (LMB-014). */
  publish(unlessSame = false): string {
    const last = this.#versions.get(String(this.#lastVersion))?.settings;
    if (unlessSame && last !== undefined && isSameVersion(last, this.#latest.settings)) return last.version;
    const version = String(++this.#lastVersion);
    this.#versions.set(version, this.#openPool({ ...this.#latest.settings, version }));
    return version;
  }

  async unpublish(version: string): Promise<void> {
    const pool = this.#versions.get(version);
    this.#versions.delete(version);
    if (pool !== undefined) await this.#retire(pool);
  }

  get reservedConcurrency(): number | undefined {
    return this.#reserved;
  }

  hasVersion(version: string): boolean {
    return version === '$LATEST' || this.#versions.has(version);
  }

  /** Numbers of those that are published. */
  get versions(): readonly string[] {
    return [...this.#versions.keys()];
  }

  get aliases(): ReadonlyMap<string, AliasTarget> {
    return this.#aliases;
  }

  setAlias(alias: string, target: AliasTarget | undefined): void {
    if (target === undefined) this.#aliases.delete(alias);
    else this.#aliases.set(alias, target);
  }

  /** How events are treated that a version or alias fails to take; undefined for AWS's defaults. */
  setEventSettings(qualifier: string, settings: EventSettings | undefined): void {
    if (settings === undefined) this.#eventSettings.delete(qualifier);
    else this.#eventSettings.set(qualifier, settings);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#queue.close();
    await Promise.all([...this.#pools].map((pool) => pool.kill()));
  }

  whyNotInvoked(request: Pick<InvokeRequest, 'invoker' | 'qualifier'>): Extract<InvokeResult, { readonly kind: 'refused' }> | undefined {
    return whyNotAllowed(this.#account, this, request, this.#invokedArn(request.qualifier));
  }

  #invokedArn(qualifier: string | undefined): string {
    return qualifier === undefined ? this.arn : `${this.arn}:${qualifier}`;
  }

  async invoke(request: InvokeRequest): Promise<InvokeResult> {
    const { qualifier } = request;
    const invokedArn = this.#invokedArn(qualifier);
    const denied = whyNotAllowed(this.#account, this, request, invokedArn);
    if (denied !== undefined) return denied;
    if (this.#poolOf(qualifier) === undefined) return functionNotFound(invokedArn);
    const { event, isJson = false, later = false } = request;
    const refused = refuseEvent(event, isJson, later);
    if (refused !== undefined) return refused;
    const requestId = randomUUID();
    if (!later) return this.#attempt(request, invokedArn, requestId);
    const settings = this.#eventSettings.get(qualifier ?? '$LATEST') ?? defaultEventSettings;
    // Each attempt has the same request id.
    this.#queue.put({ requestId, settings, run: () => this.#attempt(request, invokedArn, requestId) });
    return { kind: 'success', payload: '', requestId, durationMs: 0, logs: [] };
  }

  async #attempt(request: InvokeRequest, invokedArn: string, requestId: string): Promise<InvokeResult> {
    const pool = this.#poolOf(request.qualifier);
    if (pool === undefined) return functionNotFound(invokedArn);
    if (this.#reserved !== undefined && this.#inFlight >= this.#reserved) return throttled();
    this.#inFlight++;
    try {
      return await this.#run(pool, request, invokedArn, requestId);
    } finally {
      this.#inFlight--;
    }
  }

  #poolOf(qualifier: string | undefined): EnvironmentPool | undefined {
    if (qualifier === undefined || qualifier === '$LATEST') return this.#latest;
    const target = this.#aliases.get(qualifier);
    if (target === undefined) return this.#versions.get(qualifier);
    const { additional } = target;
    const version = additional !== undefined && this.#account.random() < additional.weight ? additional.version : target.version;
    return version === '$LATEST' ? this.#latest : this.#versions.get(version);
  }

  async #run(pool: EnvironmentPool, { event, traceId }: InvokeRequest, invokedArn: string, requestId: string): Promise<InvokeResult> {
    const { settings } = pool;
    const granted = await pool.acquire();
    const stream = 'outcome' in granted ? granted.logStream : granted.environment.logStream;
    this.#log.begin(stream);
    try {
      this.#tell(stream, startLines(settings, this.#account.clock.now(), requestId));
      const end =
        'outcome' in granted
          ? granted
          : await runInEnvironment(this.#account, granted, settings, {
              requestId,
              event,
              invokedArn,
              traceId: traceId ?? newTraceId(this.#account.clock.now()),
            });
      return this.#endInvocation(settings, stream, requestId, end);
    } finally {
      this.#log.end(stream);
      if ('release' in granted) granted.release();
    }
  }

  #endInvocation(settings: FunctionSettings, stream: string, requestId: string, end: InvocationEnd): InvokeResult {
    const { durationMs, maxMemoryMb, initMs } = end;
    const now = this.#account.clock.now();
    const report = reportInvocation(end.outcome, { requestId, timeoutMs: settings.timeoutMs, now });
    this.#tell(stream, endLines(settings, now, { requestId, report, durationMs, maxMemoryMb, initMs }));
    const result = {
      payload: report.payload,
      requestId,
      durationMs,
      executedVersion: settings.version,
      logs: this.#log.linesOf(stream),
      ...(end.denials === undefined || end.denials.length === 0 ? {} : { denials: end.denials }),
    };
    return report.error === undefined
      ? { kind: 'success', ...result }
      : { kind: 'function-error', errorType: report.error.type, errorMessage: report.error.message, ...result };
  }

  #openPool(settings: FunctionSettings): EnvironmentPool {
    const pool: EnvironmentPool = new EnvironmentPool(settings, this.#host, (environment, failure) =>
      this.#afterInit(settings, environment, failure),
    );
    this.#pools.add(pool);
    void this.#announceFailure(pool);
    return pool;
  }

  /** Requests in flight end first. */
  async #retire(pool: EnvironmentPool): Promise<void> {
    await pool.close();
    this.#pools.delete(pool);
  }

  /** A handler that does not exist is told at start, not at the first request. */
  async #announceFailure(pool: EnvironmentPool): Promise<void> {
    const failure = await pool.firstInit;
    if (failure === undefined || pool.closed) return;
    this.#account.emit({ event: 'notice', message: initFailureNotice(this.#logicalId, pool.settings, failure) });
  }

  #announceDropped(requestId: string, why: string): void {
    const message = `Function "${this.name}" will not get the event of request ${requestId}, which was sent to it asynchronously: ${why}`;
    this.#account.emit({ event: 'notice', message });
  }

  #afterInit(settings: FunctionSettings, environment: ExecutionEnvironment, failure: InitFailure | undefined): void {
    if (failure !== undefined) this.#tell(environment.logStream, initFailureLines(settings, this.#account.clock.now(), failure));
  }

  #tell(stream: string, lines: readonly string[]): void {
    for (const line of lines) this.#log.write(stream, line);
  }
}
