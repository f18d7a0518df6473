import { resolve } from 'node:path';
import type { Trace } from '../trace/trace.ts';
import { TemplateError, type Assembly } from '../template/assembly.ts';
import { readAssembly } from '../template/read-assembly.ts';
import type { ResetResult } from './reset-data.ts';
import type { SeedCounts } from './seed/seed-part.ts';
import type { EngineEvent, Ready } from './engine-event.ts';
import type { EngineOptions } from './engine-options.ts';
import { readEndpoints } from './endpoints.ts';
import { checkInterrupted } from './interruption.ts';
import { logicalIdsByName } from './physical-names.ts';
import { loadPlan, type Plan } from './load-plan.ts';
import { createEngineAccount, type EngineAccount } from './engine-account.ts';
import { EngineFailure, fromTemplateProblem, toProblems, userFailure } from './problem.ts';
import { findProject, type Project } from './project.ts';
import { claimProject } from './run-file.ts';
import { selectStacks } from './select-stacks.ts';
import { tellMadeResources } from '../services/made-resources.ts';
import { RunningStacks, type StackChanges } from './running-stacks.ts';
import { claimState } from './state-owner.ts';
import { synthesize } from './synthesis.ts';
import { checkSameEnvironment, targetEnvironment, type TargetEnvironment } from './target-environment.ts';
import { mintToken, type MintedToken, type TokenRequest } from './mint-token.ts';
import { cacheNotices } from './cache-notices.ts';
import { isOwnUsersConnection } from './connection-owner.ts';
import { localTokensHandler, localTokensPath } from './local-tokens.ts';
import type { LogStore } from './log-store.ts';
import { watchSources } from './watch-sources.ts';
import { startControl } from './control-server.ts';

/** A system that runs. */
export interface Engine extends AsyncDisposable {
  readonly project: Project;
  readonly account: EngineAccount;
  readonly logs: LogStore;
  /** What the `ready` event told, as it is now. */
  describe(): Ready;
  token(request: TokenRequest): Promise<MintedToken>;
  trace(requestId: string): Trace | undefined;
  /** The logical id of a resource by what AWS calls it: its name, or what `Ref` answers. */
  logicalId(physicalName: string): string | undefined;
  /** Reads the application again and brings the running system to it. @throws EngineFailure; then the old system still runs */
  update(): Promise<void>;
  /** Puts the data of a file into the services (`s3m seed`). @throws EngineFailure with all that is wrong; then nothing was written */
  seed(file: string): Promise<SeedCounts>;
  /** Takes the data of all services back to what the template says. */
  reset(): Promise<ResetResult>;
  /** Stops everything. Nothing is left behind. */
  close(): Promise<void>;
}

/**
 * Runs a system: reads the application, checks it, creates every resource and waits until all services are stable.
 * @throws EngineFailure when anything keeps it from that; then nothing is left behind
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const project = findProject(options);
  const claim = claimProject(project.stateDirectory);
  const engine = new RunningEngine(project, options, claim.run.control, () => claim.release());
  try {
    await engine.start(claim.stale);
  } catch (error) {
    await engine.giveUp();
    throw error instanceof EngineFailure ? error : new EngineFailure(toProblems(error), { cause: error });
  }
  return engine;
}

class RunningEngine implements Engine {
  readonly project: Project;
  readonly #options: EngineOptions;
  readonly #control: string;
  readonly #release: () => void;
  readonly #stacks = new RunningStacks();
  readonly #closing: (() => Promise<void> | void)[] = [];
  #account: EngineAccount | undefined;
  #plan: Plan | undefined;
  #silent = false;
  /** Whether what was told of the last update is that it failed. */
  #failed = false;
  #updateFailed = false;
  #closed: Promise<void> | undefined;
  #updating: Promise<void> = Promise.resolve();
  #tidied: Promise<void> = Promise.resolve();
  /** Given when the engine stops, or its caller wants it to. */
  readonly #stop = new AbortController();

  constructor(project: Project, options: EngineOptions, control: string, release: () => void) {
    this.project = project;
    this.#options = options;
    this.#control = control;
    this.#release = release;
    const { signal } = options;
    if (signal?.aborted === true) this.#stop.abort();
    signal?.addEventListener('abort', () => this.#stop.abort(), { once: true });
  }

  get account(): EngineAccount {
    if (this.#account === undefined) throw new Error('the engine has not started');
    return this.#account;
  }

  get logs(): LogStore {
    return this.account.logs;
  }

  async start(stale: boolean): Promise<void> {
    const { assembly, fingerprint } = await this.#readAssembly();
    this.#account = await createEngineAccount(this.project, this.#options, this.#environmentOf(assembly), (event) => this.#emit(event));
    this.#closing.push(() => this.account.close());
    tellMadeResources(this.account.directory, () => this.#stacks.made());
    const plan = await loadPlan(assembly, this.#planOptions());
    this.#plan = plan;
    await claimState(this.account, plan, this.project);
    for (const message of plan.notices) this.account.emit({ event: 'notice', message });
    await this.account.openRuntime(this.#options.runtime ?? 'auto', plan, this.#options.exposeTasks ?? false, this.#stop.signal);
    if (stale)
      for (const line of await this.account.runtime.cleanUp())
        this.account.emit({ event: 'notice', message: `Removed what an engine that was killed left behind: ${line}` });
    await this.#deploy(plan);
    await this.#seedAtStart();
    if (this.#options.localTokens !== false) {
      const origins = (): string[] => Object.values(this.describe().endpoints.sites);
      this.account.endpoint.route(
        localTokensPath,
        localTokensHandler({ origins, mint: (request) => this.token(request), isOwnUser: isOwnUsersConnection }),
      );
    }
    this.#closing.push(await startControl(this.#control, this));
    this.#emit(this.describe());
    if (this.#options.watch === true) this.#closing.push(watchSources(this.project, fingerprint, () => void this.#updateByWatch()));
  }

  async #seedAtStart(): Promise<void> {
    const { seed, directory = '.' } = this.#options;
    if (seed === undefined) return;
    const { seedOnce } = await import('./seed/seed-engine.ts');
    const counts = await seedOnce(this.account, this.#stacks.resources(), resolve(directory, seed));
    const message = counts === undefined ? `${seed} was put at an earlier start; what is kept stays as it is` : `Put the data of ${seed}`;
    this.#emit({ event: 'progress', message });
  }

  describe(): Ready {
    return {
      event: 'ready',
      stacks: this.#stacks.outputs(),
      endpoints: readEndpoints(this.account, this.#stacks),
      inert: this.#plan?.inert ?? [],
      unsupported: this.#plan?.accepted ?? [],
    };
  }

  token(request: TokenRequest): Promise<MintedToken> {
    return mintToken(this.account, request);
  }

  trace(requestId: string): Trace | undefined {
    return this.account.traces.find(requestId);
  }

  logicalId(physicalName: string): string | undefined {
    return logicalIdsByName(this.#stacks).get(physicalName);
  }

  update(): Promise<void> {
    return this.#inTurn(() => this.#update());
  }

  seed(file: string): Promise<SeedCounts> {
    return this.#inTurn(async () => (await import('./seed/seed-engine.ts')).seedEngine(this.account, this.#stacks.resources(), file));
  }

  reset(): Promise<ResetResult> {
    return this.#inTurn(async () => (await import('./reset-data.ts')).resetData(this.account, this.#stacks.resources()));
  }

  /** One change after the other. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const next = this.#updating.then(() => {
      if (this.#closed !== undefined) throw userFailure('Stopped', 'The engine has stopped');
      return change();
    });
    this.#updating = next.then(ignore, ignore);
    return next;
  }

  async #update(): Promise<void> {
    const { assembly } = await this.#readAssembly();
    checkSameEnvironment(this.account, this.#environmentOf(assembly));
    const plan = await loadPlan(assembly, this.#planOptions());
    const changes = await this.#deploy(plan);
    this.#plan = plan;
    const done = Object.entries(changes).filter(([, ids]) => ids.length > 0);
    const mended = this.#updateFailed;
    this.#updateFailed = false;
    if (done.length === 0) {
      if (mended) this.account.emit({ event: 'notice', message: 'The application is again what runs; nothing had to change' });
      return;
    }
    this.#emit({ event: 'updated', stacks: this.#stacks.outputs(), changes: Object.fromEntries(done) });
    for (const message of cacheNotices(this.#stacks, changes.updated)) this.account.emit({ event: 'notice', message });
    for (const [, api] of this.account.directory.list('api'))
      for (const message of api.staleness()) this.account.emit({ event: 'notice', message });
  }

  async #updateByWatch(): Promise<void> {
    try {
      await this.update();
    } catch (error) {
      this.#updateFailed = true;
      if (this.#closed === undefined) this.#emit({ event: 'update-failed', problems: toProblems(error) });
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Ends a start that failed; what is wrong is told by who asked for it, and last, unless it was interrupted. */
  giveUp(): Promise<void> {
    this.#failed = this.#options.signal?.aborted !== true;
    return this.close();
  }

  async #close(): Promise<void> {
    this.#stop.abort();
    await this.#updating;
    await this.#tidied;
    const account = this.#account;
    if (account !== undefined) await this.#stacks.stop(account);
    for (const step of this.#closing.toReversed()) await step();
    this.#release();
    if (account !== undefined && !this.#failed) this.#emit({ event: 'stopped' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #readAssembly(): Promise<{ readonly assembly: Assembly; readonly fingerprint: string }> {
    const { signal } = this.#stop;
    const report = (message: string): void => this.#emit({ event: 'progress', message });
    try {
      const { path, fingerprint } = await synthesize(this.project.source, { stateDirectory: this.project.stateDirectory, report, signal });
      return { assembly: await readAssembly(path), fingerprint };
    } catch (error) {
      checkInterrupted(signal);
      if (error instanceof TemplateError) throw new EngineFailure(error.problems.map(fromTemplateProblem));
      throw error;
    }
  }

  #environmentOf(assembly: Assembly): TargetEnvironment {
    return targetEnvironment(selectStacks(assembly, this.#options.stacks ?? []));
  }

  #planOptions(): Parameters<typeof loadPlan>[1] {
    const { account } = this;
    return {
      stacks: this.#options.stacks ?? [],
      parameters: this.#options.parameters ?? {},
      engineParameters: { JwtIssuer: account.issuer.url, JwtAudience: account.audience },
      accept: this.#options.accept ?? [],
      account,
    };
  }

  async #deploy(plan: Plan): Promise<StackChanges> {
    await this.#tidied;
    const changes = await this.#stacks.deploy(plan, this.account, { signal: this.#stop.signal, emit: (event) => this.#emit(event) });
    // Nobody waits for it, and what can't be removed stays.
    if (this.account.runtime.removeImagesBut !== undefined) this.#tidied = this.#tidy(plan).catch(ignore);
    return changes;
  }

  async #tidy({ assembly }: Plan): Promise<void> {
    const { removeOldImages } = await import('./remove-old-images.ts');
    await removeOldImages(this.account, assembly);
  }

  /** `stopped` is the last event: what a resource says after its end, nobody hears. */
  #emit(event: EngineEvent): void {
    if (this.#silent) return;
    this.#silent = event.event === 'stopped';
    this.#options.onEvent?.(event);
  }
}

function ignore(): void {}
