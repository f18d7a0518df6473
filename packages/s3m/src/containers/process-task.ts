import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { startContainerProcess } from './container-process.ts';
import type { ContainerProcess } from './container-process.ts';
import { stopContainers } from './container-stop.ts';
import { usageOfGroups, type ContainerUsage } from './container-usage.ts';
import { answering, connectLoopback } from './exposed-ports.ts';
import { runHealthCommand } from './health-command.ts';
import type { ListeningPort } from './listening-ports.ts';
import type { LocalCommand } from './local-command.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import { NEIGHBOURS_DOOR } from './neighbours-door.ts';
import { isLoopback, type OutletDoor, type OutletDoors } from './outlet-doors.ts';
import { killProcessesWith } from './process-table.ts';
import { connectThroughRelay, connectUnix, refused } from './relay-client.ts';
import { openFilesLimit } from './open-files-limit.ts';
import { programPath } from '../package-root.ts';
import { lastExit } from './restart-policy.ts';
import { privateDirectory } from './socket-directory.ts';
import { StartSequence, type StartedContainer } from './start-sequence.ts';
import { startRelay, type RelayVpc, type StartedRelay } from './task-relay.ts';
import type { ContainerExit, ContainerHealthView, ContainerSpec, RunningTask, TaskSpec } from './task-runtime.ts';

/** Where Node's `listen()` is moved to sockets, other programs find nothing on the task's ports. */
const ONLY_NODE = 'without network namespaces only Node programs reach the ports of the task; --runtime docker runs any health check';

const NOT_NODE = 'as processes only Node programs find names and addresses of the VPC on this machine; this one finds nobody';

const PRELOAD = programPath('task-preload.cjs');

/** A container with the command that it is started with. */
export interface PlannedContainer {
  readonly spec: ContainerSpec;
  readonly command: LocalCommand;
}

/** Where a task's processes live, and how they are shut off. */
export interface ProcessTaskPlace {
  /** Sockets, mode 0700. */
  readonly directory: string;
  /** Home and temporary files. */
  readonly files: string;
  readonly doors: OutletDoors;
  /** Where its programs ask for names and reach what is around the task. */
  readonly neighbours?: { close(): void };
  /** Present where programs that are not Node's find the VPC around the task's network. */
  readonly vpc?: RelayVpc;
  /** Why they do not, where that is known. */
  readonly without?: string;
  /** Absent where there is none; then Node's `listen()` is moved to the sockets, or the task is exposed. */
  readonly namespace?: NetworkNamespace;
  /** Port in the task's definition -> port of this machine, for a task that is started in the open. */
  readonly exposed?: ReadonlyMap<number, number>;
}

/** A container that was started, perhaps again and again. */
interface StartedProcess {
  readonly planned: PlannedContainer;
  /** Settles at the exit that no restart follows. */
  readonly exited: Promise<ContainerExit>;
  process: ContainerProcess;
}

/** A task whose containers are processes of this machine. */
export class ProcessTask implements RunningTask {
  readonly exited: Promise<ContainerExit>;
  readonly #task: TaskSpec;
  readonly #place: ProcessTaskPlace;
  readonly #containers: StartedProcess[] = [];
  readonly #settleExit: (exit: ContainerExit) => void;
  #relay: Promise<StartedRelay> | undefined;
  #sequence: StartSequence | undefined;
  #ending = false;

  constructor(task: TaskSpec, place: ProcessTaskPlace) {
    this.#task = task;
    this.#place = place;
    const exited = Promise.withResolvers<ContainerExit>();
    this.exited = exited.promise;
    this.#settleExit = exited.resolve;
  }

  get local(): readonly string[] {
    return this.processes.map((pid) => `process ${pid}`);
  }

  /** Leaders of the containers' process groups. */
  get processes(): readonly number[] {
    return this.#containers.map(({ process }) => process.pid);
  }

  get started(): Promise<void> {
    return this.#sequence?.completed ?? Promise.resolve();
  }

  health(): readonly ContainerHealthView[] {
    return this.#sequence?.health ?? [];
  }

  usage(): Promise<readonly ContainerUsage[]> {
    return usageOfGroups(new Map(this.#containers.map(({ process }) => [process.pid, process.name])));
  }

  /** Starts the relay where a container needs one to get out, then the containers in the order given, when their conditions are true. */
  async start(planned: readonly PlannedContainer[]): Promise<void> {
    const { namespace, doors, vpc, without = '' } = this.#place;
    const others = planned.filter(({ command }) => !command.node);
    const relay = namespace !== undefined && doors.doors.length > 0 && others.length > 0 ? await this.#startedRelay(namespace) : undefined;
    const missing = vpc === undefined ? without : relay?.without;
    if (missing !== undefined) {
      const why = missing === '' ? NOT_NODE : `${NOT_NODE}: ${missing}`;
      for (const { spec } of others) this.#task.neighbours?.cannotUse(spec.definition.name, why);
    }
    const specs = planned.map(({ spec }) => spec);
    this.#sequence = new StartSequence(specs, {
      clock: this.#task.clock,
      schedule: this.#task.schedule,
      begin: (spec) => this.#startContainer(specs.indexOf(spec), planned[specs.indexOf(spec)]!),
      healthChanged: () => this.#task.healthChanged(),
    });
    await this.#sequence.start();
  }

  async connect(port: number): Promise<Socket> {
    const { directory, namespace, exposed } = this.#place;
    if (exposed !== undefined) return connectLoopback(exposed.get(port) ?? port);
    const door = join(directory, `p${port}`);
    if (namespace === undefined || existsSync(door)) return connectUnix(door, port);
    // Nothing of ours accepts for it: a program that is not Node's, if anything listens at all.
    if (!(await namespace.listening()).some((listening) => listening.port === port && !listening.loopbackOnly)) throw refused(port);
    if (existsSync(door)) return connectUnix(door, port);
    await this.#startedRelay(namespace);
    return connectThroughRelay(join(directory, 'relay'), port);
  }

  async listening(): Promise<readonly number[]> {
    return (await this.#listeningPorts()).map(({ port }) => port);
  }

  async listeningOnLoopback(): Promise<readonly number[]> {
    return (await this.#listeningPorts()).filter(({ loopbackOnly }) => loopbackOnly).map(({ port }) => port);
  }

  async stop(after: (ms: number) => Promise<void>): Promise<void> {
    this.#ending = true;
    await this.#sequence?.cancel();
    await stopContainers(
      this.#containers.map((container) => ({
        spec: container.planned.spec,
        exited: container.exited,
        interrupt: () => container.process.signal(container.planned.command.stopSignal),
        kill: () => container.process.kill(),
      })),
      after,
    );
    await this.#sweep();
  }

  /** Ends everything at once, without asking. */
  async kill(): Promise<void> {
    this.#ending = true;
    await this.#sequence?.cancel();
    for (const { process } of this.#containers) process.kill();
    await Promise.all(this.#containers.map(({ exited }) => exited));
    await this.#sweep();
  }

  async #sweep(): Promise<void> {
    const { namespace, doors, neighbours, directory } = this.#place;
    namespace?.close();
    const relay = await this.#relay?.catch(() => undefined);
    relay?.process.kill('SIGKILL');
    doors.close();
    neighbours?.close();
    // What left its process group still has the task's directory in its environment.
    await killProcessesWith(`${directory}/`);
  }

  async #startContainer(index: number, planned: PlannedContainer): Promise<StartedContainer> {
    const { spec, command } = planned;
    const { namespace } = this.#place;
    const own = privateDirectory(join(this.#place.directory, `c${index}`));
    for (const volume of command.volumes) privateDirectory(volume);
    const inside = (argv: readonly string[]): readonly string[] => namespace?.enter(argv, command.directory) ?? argv;
    const environment = { ...this.#ownVariables(index), ...command.environment, NODE_OPTIONS: this.#nodeOptions(own, command) };
    const begin = (): Promise<ContainerProcess> =>
      startContainerProcess({
        name: spec.definition.name,
        argv: inside([...openFilesLimit(spec), ...command.argv]),
        directory: command.directory,
        environment,
        marker: `${own}/`,
        log: (line) => this.#task.log(spec.definition.name, line),
      });
    const process = await begin();
    const exited = lastExit(process, {
      policy: spec.definition.restartPolicy,
      schedule: this.#task.schedule,
      mayRestart: () => !this.#ending,
      restart: async (exit) => {
        this.#task.restarting?.(exit);
        container.process = await begin();
        // Meanwhile the task may have begun to stop.
        if (this.#ending) container.process.kill();
        return container.process;
      },
    });
    const container: StartedProcess = { process, planned, exited };
    this.#containers.push(container);
    if (spec.definition.essential) void exited.then(this.#settleExit);
    return {
      exited,
      checkHealth: async () => {
        const result = await runHealthCommand({
          argv: inside(command.healthCheck ?? []),
          directory: command.directory,
          environment,
          timeoutMs: spec.definition.healthCheck?.timeoutMs ?? 0,
          clock: this.#task.clock,
        });
        return this.#moved && result.exitCode !== 0 ? { ...result, output: [...result.output, ONLY_NODE] } : result;
      },
    };
  }

  /** Nothing of the engine's environment reaches a task. */
  #ownVariables(index: number): Readonly<Record<string, string>> {
    const home = privateDirectory(join(this.#place.files, String(index), 'home'));
    const temporary = privateDirectory(join(this.#place.files, String(index), 'tmp'));
    return { HOME: home, TMPDIR: temporary, HOSTNAME: this.#task.id.slice(0, 12) };
  }

  #nodeOptions(own: string, command: LocalCommand): string {
    const { directory, doors, neighbours, exposed } = this.#place;
    const outlets = Object.fromEntries(doors.doors.map((door) => [outletKey(door), join(directory, door.socket)]));
    const preload = join(own, 'preload.cjs');
    const stopSignal = command.stopSignal in constants.signals ? command.stopSignal : 'SIGTERM';
    const configuration = JSON.stringify({
      sockets: directory,
      outlets,
      moved: this.#moved,
      engine: process.pid,
      stopSignal,
      ...(neighbours === undefined ? {} : { neighbours: NEIGHBOURS_DOOR }),
    });
    // A task in the open listens and dials as it likes; the file is only the mark by which its processes are found.
    const install = exposed === undefined ? `require(${JSON.stringify(PRELOAD)}).install(${configuration});\n` : '';
    writeFileSync(preload, install, { mode: 0o600 });
    return [command.environment['NODE_OPTIONS'], `--require "${preload}"`].filter((part) => part !== undefined && part !== '').join(' ');
  }

  /** Whether `listen()` of its programs is moved to sockets, for want of a namespace. */
  get #moved(): boolean {
    return this.#place.namespace === undefined && this.#place.exposed === undefined;
  }

  async #listeningPorts(): Promise<readonly ListeningPort[]> {
    const { namespace, exposed, directory } = this.#place;
    if (namespace !== undefined) return (await namespace.listening()).filter(({ port }) => !this.#isOutlet(port));
    if (exposed !== undefined) return answering(exposed);
    return readdirSync(directory)
      .filter((name) => /^[pl]\d+$/.test(name))
      .map((name) => ({ port: Number(name.slice(1)), loopbackOnly: name.startsWith('l') }));
  }

  #isOutlet(port: number): boolean {
    const { doors, vpc } = this.#place;
    const inner = doors.doors.filter(({ address }) => vpc === undefined || isLoopback(address));
    return this.#relay !== undefined && inner.some((door) => door.port === port);
  }

  async #startedRelay(namespace: NetworkNamespace): Promise<StartedRelay> {
    const { directory, doors, vpc } = this.#place;
    this.#relay ??= startRelay(namespace, directory, doors.doors, vpc).then((relay) => {
      relay.process.once('exit', () => (this.#relay = undefined));
      return relay;
    });
    try {
      return await this.#relay;
    } catch (error) {
      this.#relay = undefined;
      throw error;
    }
  }
}

function outletKey({ address, port }: OutletDoor): string {
  return `${address === 'localhost' || address === '::1' ? '127.0.0.1' : address}:${port}`;
}
