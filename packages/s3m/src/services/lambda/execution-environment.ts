import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../clock/clock.ts';
import { programPath } from '../../package-root.ts';
import type { TemporaryCredentials } from '../role-session.ts';
import { environmentVariables } from './environment-variables.ts';
import type { EnvironmentNetwork } from './function-network.ts';
import { isNodeRuntime, type FunctionSettings } from './function-settings.ts';
import { readLogLines } from './log-lines.ts';
import { initStartLines } from './platform-lines.ts';
import { killGroup, registerProcess } from './process-register.ts';
import { RuntimeApi, type Invocation } from './runtime-api.ts';

/** How an invocation, or an initialisation, ended inside the environment. */
export type EnvironmentOutcome =
  | { readonly kind: 'response'; readonly body: string }
  /** What the runtime posted, as JSON text. */
  | { readonly kind: 'error'; readonly body: string; readonly errorType: string }
  | { readonly kind: 'response-too-large' }
  /** The process ended without an answer. */
  | { readonly kind: 'exit'; readonly code: number | undefined; readonly signal: string | undefined };

/** How an initialisation failed. */
export type InitOutcome = Extract<EnvironmentOutcome, { readonly kind: 'error' | 'exit' }>;

/** What an environment is started with. */
export interface EnvironmentHost {
  readonly clock: Clock;
  readonly region: string;
  /** What everything in the account gets. */
  readonly variables: Readonly<Record<string, string>>;
  /** New credentials of the function's role; undefined for one without role. */
  credentials(settings: FunctionSettings): TemporaryCredentials | undefined;
  /** Absolute path of the project's `.s3m`. */
  readonly stateDirectory: string;
  /** Opens the way to its VPC for a new environment; undefined for a function in none. */
  network(settings: FunctionSettings): Promise<EnvironmentNetwork> | undefined;
  /** Stream name and line, of the runtime's own output. */
  log(stream: string, line: string): void;
}

const RUNTIME_DIRECTORY = programPath('lambda-runtime');

/** V8's heap gets this share of the function's memory, so that a function which needs more fails here too. */
const HEAP_SHARE = 0.9;

/**
 * One execution environment: a process that serves one request at a time over its own Runtime API (LMB-025).
 * Node.js functions run in our runtime; others in the `bootstrap` of their code.
 */
export class ExecutionEnvironment {
  readonly logStream: string;
  /** Settles once, when the runtime asks for its first invocation (`undefined`) or fails before. */
  readonly initialized: Promise<InitOutcome | undefined>;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
  readonly #host: EnvironmentHost;
  readonly #api: RuntimeApi;
  readonly #startedAt: number;
  readonly #credentials: TemporaryCredentials | undefined;
  readonly #initDone = Promise.withResolvers<InitOutcome | undefined>();
  readonly #exitDone = Promise.withResolvers<void>();
  #process: ChildProcess | undefined;
  #invocation: PromiseWithResolvers<EnvironmentOutcome> | undefined;
  #idle = Promise.withResolvers<void>();
  #unregister: () => void = () => {};
  #network: EnvironmentNetwork | undefined;
  #stopped = false;
  #alive = true;
  #initMs: number | undefined;

  constructor(settings: FunctionSettings, host: EnvironmentHost) {
    this.#host = host;
    this.#startedAt = host.clock.monotonic();
    this.#credentials = host.credentials(settings);
    this.logStream = logStreamName(host.clock.now(), settings.version);
    this.initialized = this.#initDone.promise;
    this.exited = this.#exitDone.promise;
    const key = isNodeRuntime(settings.runtime) ? randomBytes(24).toString('hex') : undefined;
    this.#api = new RuntimeApi(
      {
        onPoll: () => this.#onPoll(),
        onInitError: (body, errorType) => this.#endInit({ kind: 'error', body, errorType }),
        onResponse: (_id, body) => this.#endInvocation({ kind: 'response', body }),
        onError: (_id, body, errorType) => this.#endInvocation({ kind: 'error', body, errorType }),
        onResponseTooLarge: () => this.#endInvocation({ kind: 'response-too-large' }),
      },
      key,
    );
    void this.#start(settings, key).catch(() => this.#onExit(undefined, undefined));
  }

  /** Whether it can still serve: initialised or on the way, and not gone. */
  get alive(): boolean {
    return this.#alive && !this.#stopped;
  }

  get accessKeyId(): string | undefined {
    return this.#credentials?.accessKeyId;
  }

  /** When its credentials end, in milliseconds since the epoch; undefined when it has none. */
  get expiresAt(): number | undefined {
    return this.#credentials?.expiresAt;
  }

  /** Milliseconds from the start to the first request for an invocation. */
  get initDurationMs(): number {
    return this.#initMs ?? 0;
  }

  /** The highest resident memory so far in MB; undefined where the system doesn't tell. */
  get maxMemoryMb(): number | undefined {
    try {
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.#process?.pid}/status`, 'utf8'))?.[1];
      return peak === undefined ? undefined : Math.ceil(Number(peak) / 1024);
    } catch {
      return undefined;
    }
  }

  /** Never rejects. The next call must wait until this one is settled. */
  invoke(invocation: Invocation): Promise<EnvironmentOutcome> {
    this.#invocation = Promise.withResolvers();
    this.#idle = Promise.withResolvers();
    if (this.#alive) this.#api.dispatch(invocation);
    else this.#invocation.resolve({ kind: 'exit', code: undefined, signal: undefined });
    return this.#invocation.promise;
  }

  /**
   * Resolves when the runtime has asked for the next invocation, or is gone: after an error it may answer and end.
   * Only then is it known whether the environment can be used again.
   */
  async settled(): Promise<void> {
    await Promise.race([this.#idle.promise, this.exited]);
  }

  /** Ends the process and all that it started. Without extensions AWS gives a runtime no time either (LMB-024). */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#kill();
    await this.exited;
  }

  async #start(settings: FunctionSettings, key: string | undefined): Promise<void> {
    const address = await this.#api.listen();
    this.#network = await this.#host.network(settings);
    if (this.#stopped) return this.#onExit(undefined, undefined);
    const variables = environmentVariables(settings, {
      account: this.#host.variables,
      credentials: this.#credentials,
      region: this.#host.region,
      runtimeApi: address,
      logStream: this.logStream,
      runtimeDirectory: RUNTIME_DIRECTORY,
    });
    const [command, ...parameters] =
      key === undefined
        ? [join(settings.codeDirectory, 'bootstrap')]
        : [
            process.execPath,
            `--max-old-space-size=${Math.floor(settings.memoryMb * HEAP_SHARE)}`,
            join(RUNTIME_DIRECTORY, 'node-runtime.mjs'),
          ];
    const own = {
      S3M_ENVIRONMENT_KEY: key,
      ...(this.#network === undefined ? {} : { S3M_VPC: this.#network.directory }),
      S3M_COMPILE_CACHE: join(this.#host.stateDirectory, 'functions', 'compile-cache'),
      // A file of the project: the AWS SDK is looked for beside it and in the folders above.
      S3M_SDK_FROM: join(this.#host.stateDirectory, '..', 'package.json'),
    };
    for (const line of initStartLines(settings, this.#host.clock.now())) this.#host.log(this.logStream, line);
    const child = spawn(command, parameters, {
      cwd: settings.codeDirectory,
      env: key === undefined ? variables : { ...variables, ...own },
      // A process group of its own: Ctrl-C in the terminal is for the engine, and what the function starts ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    if (child.pid !== undefined) this.#unregister = registerProcess(this.#host.stateDirectory, child.pid);
    for (const stream of [child.stdout, child.stderr]) {
      readLogLines(stream, (line) => this.#host.log(this.logStream, line));
    }
    child.once('error', (error) => {
      this.#host.log(this.logStream, `${command} cannot be started: ${error.message}`);
      this.#onExit(undefined, undefined);
    });
    // What it started and left behind would keep its output open.
    child.once('exit', () => this.#kill());
    child.once('close', (code, signal) => this.#onExit(code ?? undefined, signal ?? undefined));
    if (this.#stopped) this.#kill();
  }

  #kill(): void {
    const pid = this.#process?.pid;
    if (pid === undefined || !this.#alive) return;
    if (!killGroup(pid)) this.#process?.kill('SIGKILL');
  }

  #onPoll(): void {
    this.#endInit(undefined);
    this.#idle.resolve();
  }

  #endInit(outcome: InitOutcome | undefined): void {
    this.#initMs ??= this.#host.clock.monotonic() - this.#startedAt;
    this.#initDone.resolve(outcome);
  }

  #endInvocation(outcome: EnvironmentOutcome): void {
    // What was written before the answer is in the pipe by now; let it be read first, so that logs are complete and in order.
    setImmediate(() => this.#invocation?.resolve(outcome));
  }

  #onExit(code: number | undefined, signal: string | undefined): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#unregister();
    this.#api.close();
    this.#network?.close();
    this.#endInit({ kind: 'exit', code, signal });
    this.#invocation?.resolve({ kind: 'exit', code, signal });
    this.#exitDone.resolve();
  }
}

/** `YYYY/MM/DD/[$LATEST]<32 hex>` (LMB-045). */
function logStreamName(now: number, version: string): string {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${randomBytes(16).toString('hex')}`;
}
