import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Directory } from '../capabilities/directory.ts';
import type { Clock } from '../clock/clock.ts';
import { scaledClock } from '../clock/scaled-clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { TaskRuntime } from '../containers/task-runtime.ts';
import { createVpcNetwork } from '../network/create-vpc-network.ts';
import type { VpcNetwork } from '../network/vpc-network.ts';
import { provideAccessControl } from '../services/access.ts';
import { provideRegistry } from '../services/ecr/provide-registry.ts';
import { serveSts } from '../services/iam/sts/serve-sts.ts';
import { serveS3 } from '../services/s3/serve-s3.ts';
import { removeTemporaryObjects } from '../services/s3/storage/temporary-objects.ts';
import { AccessLog } from '../services/access-log.ts';
import type { Account, AccountEvent, Ports } from '../services/account.ts';
import { memoryState } from '../state/memory-state.ts';
import type { State } from '../state/state.ts';
import { TraceStore } from '../trace/trace-store.ts';
import { closeAwsServices, restoreAwsServices, serveAwsServices } from './aws-services.ts';
import { createAwsEndpoint, type EndpointOptions, type LocalEndpoint } from './aws-endpoint.ts';
import { forgetCaller, wayOfCall } from '../services/calls-from-vpc.ts';
import { chooseRuntime } from './choose-runtime.ts';
import type { TargetEnvironment } from './target-environment.ts';
import { provideDeveloperCredentials } from './developer-credentials.ts';
import type { EngineEvent } from './engine-event.ts';
import { defaultTimeScale, type EngineOptions } from './engine-options.ts';
import { createIssuer, type Issuer } from './issuer.ts';
import type { Plan } from './load-plan.ts';
import { KeptResources } from './kept-resources.ts';
import { LogStore } from './log-store.ts';
import { createPorts } from './ports.ts';
import type { Project } from './project.ts';
import { writeState } from './run-file.ts';
import { partitionOf } from './partition.ts';

/** The audience of local tokens, and the value of the parameter `JwtAudience` unless one is given. */
const localAudience = 's3m-local';

/** The account of a running engine: what resource types stand on, and what only the engine itself uses. */
export interface EngineAccount extends Account {
  readonly endpoint: LocalEndpoint;
  readonly issuer: Issuer;
  readonly audience: string;
  readonly logs: LogStore;
  /** Which resources have data in `state`. */
  readonly kept: KeptResources;
  /** How clocks are scaled, for the banner. */
  readonly timeScale: number;
  /** Credentials of the account's administrator, as variables, for the developer's own tools. */
  readonly developer: Readonly<Record<string, string>>;
  openRuntime(wanted: 'auto' | 'docker' | 'process', plan: Plan, exposeTasks: boolean, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export async function createEngineAccount(
  project: Project,
  options: EngineOptions,
  environment: TargetEnvironment,
  emit: (event: EngineEvent) => void,
): Promise<EngineAccount> {
  mkdirSync(project.stateDirectory, { recursive: true, mode: 0o700 });
  removeTemporaryObjects(project.stateDirectory);
  const clock = options.clock ?? systemClock;
  const directory = new Directory();
  const logs = new LogStore(undefined, (name) => directory.find('logGroup', name));
  const emitAccountEvent = (event: AccountEvent): void => {
    if (event.event === 'log') {
      logs.add(event);
      if (event.quiet === true) return;
    }
    emit(event.event === 'notice' ? { event: 'problem', message: event.message } : event);
  };
  const ports = openPorts(project.stateDirectory, options, (message) => emitAccountEvent({ event: 'notice', message }));
  const state = options.persist === true ? await openState(project.stateDirectory, emitAccountEvent) : memoryState;
  const network = createVpcNetwork();
  const { region } = environment;
  const { urlSuffix } = partitionOf(region);
  const wayOf: EndpointOptions['wayOf'] = (socket, service) => wayOfCall({ directory, network, region, urlSuffix }, socket, service);
  const closed: EndpointOptions['closed'] = (socket) => forgetCaller({ directory }, socket);
  const { endpoint, issuer } = await openEndpoint({ ports, directory, clock, region, wayOf, closed }, project.stateDirectory).catch(
    async (error: unknown) => {
      await state.close();
      throw error;
    },
  );
  const parts: Parts = {
    ...environment,
    clock,
    timeScale: options.timeScale ?? defaultTimeScale,
    stateDirectory: project.stateDirectory,
    logs,
    ports,
    access: new AccessLog(options.iam ?? 'enforce'),
    directory,
    network,
    endpoint,
    issuer,
    state,
    elsewhere: new Set(Object.keys(options.namedEndpoints ?? {})),
    emit: emitAccountEvent,
  };
  try {
    await forwardCalls(parts.endpoint, options.namedEndpoints);
    const account = new LocalAccount(parts);
    await restoreAwsServices(account);
    return account;
  } catch (error) {
    await endpoint.close();
    await state.close();
    throw error;
  }
}

interface Parts extends TargetEnvironment {
  readonly clock: Clock;
  readonly timeScale: number;
  readonly stateDirectory: string;
  readonly logs: LogStore;
  readonly ports: Ports;
  readonly access: AccessLog;
  readonly directory: Directory;
  readonly network: VpcNetwork;
  readonly endpoint: LocalEndpoint;
  readonly issuer: Issuer;
  readonly state: State;
  /** Services that the user named an endpoint for. */
  readonly elsewhere: ReadonlySet<string>;
  readonly emit: (event: AccountEvent) => void;
}

class LocalAccount implements EngineAccount {
  readonly id: string;
  readonly region: string;
  readonly partition: string;
  readonly urlSuffix: string;
  readonly audience = localAudience;
  readonly directory: Directory;
  readonly network: VpcNetwork;
  readonly traces: TraceStore = new TraceStore();
  readonly access: AccessLog;
  readonly random: () => number = Math.random;
  readonly clock: Clock;
  readonly schedule: Clock;
  readonly timeScale: number;
  readonly stateDirectory: string;
  readonly logs: LogStore;
  readonly ports: Ports;
  readonly endpoint: LocalEndpoint;
  readonly issuer: Issuer;
  readonly state: State;
  readonly kept: KeptResources;
  readonly environment: Readonly<Record<string, string>>;
  readonly developer: Readonly<Record<string, string>>;
  readonly emit: (event: AccountEvent) => void;
  #runtime: TaskRuntime | undefined;

  constructor(parts: Parts) {
    this.id = parts.id;
    this.region = parts.region;
    const { name, urlSuffix } = partitionOf(parts.region);
    this.partition = name;
    this.urlSuffix = urlSuffix;
    this.clock = parts.clock;
    this.network = parts.network;
    this.schedule = scaledClock(parts.clock, parts.timeScale);
    this.timeScale = parts.timeScale;
    this.stateDirectory = parts.stateDirectory;
    this.logs = parts.logs;
    this.access = parts.access;
    this.directory = parts.directory;
    this.ports = parts.ports;
    this.endpoint = parts.endpoint;
    this.issuer = parts.issuer;
    this.state = parts.state;
    this.kept = new KeptResources(parts.state);
    this.emit = parts.emit;
    this.environment = {
      AWS_ENDPOINT_URL: parts.endpoint.url,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
    };
    provideAccessControl(this);
    serveSts(this);
    provideRegistry(this);
    serveS3(this);
    serveAwsServices(this, parts.elsewhere);
    this.developer = provideDeveloperCredentials(this.directory, this.id);
  }

  get runtime(): TaskRuntime {
    if (this.#runtime === undefined) throw new Error('the runtime for tasks is not open');
    return this.#runtime;
  }

  async openRuntime(wanted: 'auto' | 'docker' | 'process', plan: Plan, exposeTasks: boolean, signal: AbortSignal): Promise<void> {
    this.#runtime = await chooseRuntime(wanted, plan, { stateDirectory: this.stateDirectory, exposeTasks, signal });
  }

  async close(): Promise<void> {
    await this.#runtime?.close();
    await this.endpoint.close();
    await closeAwsServices(this);
    removeTemporaryObjects(this.stateDirectory);
    await this.state.close();
  }
}

async function openEndpoint(
  options: Parameters<typeof createAwsEndpoint>[0],
  stateDirectory: string,
): Promise<{ readonly endpoint: LocalEndpoint; readonly issuer: Issuer }> {
  const endpoint = await createAwsEndpoint(options);
  return { endpoint, issuer: await createIssuer({ endpoint, stateDirectory, clock: options.clock }) };
}

/** What is kept is nothing for a repository: there may be secrets in it. */
async function forwardCalls(endpoint: LocalEndpoint, named: EngineOptions['namedEndpoints'] = {}): Promise<void> {
  if (Object.keys(named).length === 0) return;
  const { forwardNamedEndpoints } = await import('./named-endpoints.ts');
  forwardNamedEndpoints(endpoint, named);
}

async function openState(stateDirectory: string, emit: (event: AccountEvent) => void): Promise<State> {
  const { openSqliteState } = await import('../state/sqlite-state.ts');
  const state = await openSqliteState(join(stateDirectory, 'state'), {
    onRefused: ({ message, fix }) => emit({ event: 'notice', message: `A write was refused. ${message}. ${fix}` }),
  });
  const ignore = join(stateDirectory, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  return state;
}

/** Ports that keep their numbers from one start to the next. */
function openPorts(stateDirectory: string, options: EngineOptions, onMoved: (message: string) => void): Ports {
  const remembered = new Map(Object.entries(readRemembered(stateDirectory)));
  return createPorts({
    explicit: new Map(Object.entries(options.ports ?? {})),
    remembered,
    onMoved,
    onListening: (name, port) => {
      remembered.set(name, port);
      writeState(stateDirectory, 'ports.json', Object.fromEntries(remembered));
    },
  });
}

function readRemembered(stateDirectory: string): Record<string, number> {
  try {
    const value: unknown = JSON.parse(readFileSync(join(stateDirectory, 'ports.json'), 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, number>) : {};
  } catch {
    return {};
  }
}
