import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { exposePorts } from './exposed-ports.ts';
import { resolveLocalCommand } from './local-command.ts';
import { createNetworkNamespace } from './network-namespace.ts';
import { openNeighboursDoor } from './neighbours-door.ts';
import { openOutletDoors, type OutletDoors } from './outlet-doors.ts';
import { forgetNamespaces, probeNamespaces } from './probe-namespaces.ts';
import type { NamespaceProbe } from './probe-namespaces.ts';
import { ProcessImages } from './process-image.ts';
import { prepareProcessVpc } from './process-vpc.ts';
import { resolverOutlets } from './resolver-outlet.ts';
import { ProcessTask } from './process-task.ts';
import type { PlannedContainer, ProcessTaskPlace } from './process-task.ts';
import { killHard, killProcessesWith, markProcess, stillRuns } from './process-table.ts';
import { privateDirectory, projectSocketDirectory, removeDirectory, removeIfEmpty } from './socket-directory.ts';
import { StartGate } from './start-gate.ts';
import { startOrder } from './start-order.ts';
import { TaskJournal } from './task-journal.ts';
import type { JournalEntry } from './task-journal.ts';
import { TaskStartFailure } from './task-runtime.ts';
import type { RunningTask, TaskRuntime, TaskSpec } from './task-runtime.ts';

export interface ProcessRuntimeOptions {
  /** Absolute path of the project's `.s3m`. */
  readonly stateDirectory: string;
  /** Start tasks in the open where nothing can shut them off. False by default: then their start fails. */
  readonly exposeTasks: boolean;
  /** Tells the sockets of projects apart; made from the state directory by default. */
  readonly projectId?: string;
  /** Ends build commands under way. */
  readonly signal?: AbortSignal;
  /** For tests: behave as on a machine that offers this. */
  readonly namespaces?: NamespaceProbe;
}

/**
 * Makes the runtime that runs a task's containers as processes of this machine, without Docker.
 *
 * @throws Error on Windows, whose Node has no Unix sockets, or when there is no private place for sockets.
 */
export async function createProcessRuntime(options: ProcessRuntimeOptions): Promise<TaskRuntime> {
  if (process.platform === 'win32')
    throw new Error('Tasks need Unix sockets, which Node does not have on Windows. Start S3M inside Linux (WSL).');
  const { stateDirectory, exposeTasks } = options;
  const projectId = options.projectId ?? createHash('sha256').update(stateDirectory).digest('hex').slice(0, 8);
  const namespaces = options.namespaces ?? (await probeNamespaces(stateDirectory));
  const sockets = projectSocketDirectory(projectId);
  const images = new ProcessImages(stateDirectory, options.signal);
  const journal = new TaskJournal(stateDirectory);
  const running = new Map<string, ProcessTask>();
  const gate = new StartGate();

  return {
    kind: 'process',
    description: describe(namespaces, exposeTasks),
    ...(exposeTasks ? { mayExpose: true as const } : {}),
    prepare: async (image, report) => {
      await images.prepare(image, undefined, report);
    },
    start,
    cleanUp: async () => {
      await images.removeOld();
      const removed: string[] = [];
      for (const entry of journal.takeAbandoned()) removed.push(...(await removeAbandoned(entry)));
      return removed;
    },
    close: async () => {
      await gate.close();
      await Promise.all([...running.values()].map((task) => task.kill()));
      for (const id of running.keys()) forget(id);
      removeIfEmpty(sockets);
    },
  };

  async function start(task: TaskSpec): Promise<RunningTask> {
    const order = startOrder(task.containers);
    const planned = await plan(task, order);
    const open = namespaces.kind === 'none' && planned.some(({ command }) => !command.node);
    if (open && !exposeTasks) throw cannotShutOff(task, planned, namespaces.kind === 'none' ? namespaces.why : '');
    const exposed = open ? await exposePorts({ ...task, containers: order }) : undefined;
    const containers = exposed === undefined ? planned : await plan(task, exposed.containers);
    return gate.pass(() => startPlanned(task, containers, exposed?.ports));
  }

  async function startPlanned(
    task: TaskSpec,
    containers: readonly PlannedContainer[],
    exposed: ReadonlyMap<number, number> | undefined,
  ): Promise<RunningTask> {
    const entry = { id: task.id, name: task.name, directories: directoriesOf(task.id) };
    try {
      journal.write({ ...entry, processes: [] });
      const started = new ProcessTask(task, await makePlace(task, containers, exposed));
      running.set(task.id, started);
      await started.start(containers);
      const note = (): void => journal.write({ ...entry, processes: started.processes.map(markProcess) });
      note();
      void started.started.then(
        () => running.get(task.id) === started && note(),
        () => {},
      );
      return runningTask(task.id, started);
    } catch (error) {
      await running.get(task.id)?.kill();
      forget(task.id);
      throw asStartFailure(task, error);
    }
  }

  function runningTask(id: string, task: ProcessTask): RunningTask {
    let stopped: Promise<void> | undefined;
    const stop = async (after: (ms: number) => Promise<void>): Promise<void> => {
      await task.stop(after);
      forget(id);
    };
    return {
      get local() {
        return task.local;
      },
      started: task.started,
      health: () => task.health(),
      usage: () => task.usage(),
      exited: task.exited,
      connect: (port) => task.connect(port),
      listening: () => task.listening(),
      listeningOnLoopback: () => task.listeningOnLoopback(),
      stop: (after) => (stopped ??= stop(after)),
    };
  }

  /** Sockets; home and temporary files. */
  function directoriesOf(id: string): readonly [string, string] {
    const short = id.slice(0, 8);
    return [join(sockets, short), join(stateDirectory, 'tasks', short)];
  }

  function forget(id: string): void {
    running.delete(id);
    for (const directory of directoriesOf(id)) removeDirectory(directory);
    journal.remove(id);
  }

  async function plan(task: TaskSpec, containers: TaskSpec['containers']): Promise<readonly PlannedContainer[]> {
    return Promise.all(
      containers.map(async (spec) => {
        const { name, image: uri, local } = spec.definition;
        if (spec.image === undefined) throw notAnAsset(name, uri);
        const image = await images.prepare(spec.image, buildOf(local), (line) => task.log(name, line));
        return { spec, command: resolveLocalCommand(spec, image, (volume) => join(directoriesOf(task.id)[1], 'volumes', volume)) };
      }),
    );
  }

  async function makePlace(
    task: TaskSpec,
    containers: readonly PlannedContainer[],
    exposed: ReadonlyMap<number, number> | undefined,
  ): Promise<ProcessTaskPlace> {
    const [directory, files] = directoriesOf(task.id);
    const { namespace, vpc, without } = await makeNamespace(task, privateDirectory(directory), containers);
    let doors: OutletDoors | undefined;
    try {
      const resolvers = vpc === undefined ? [] : resolverOutlets(task.neighbours, join(directory, 'relay'));
      doors = await openOutletDoors(directory, [...task.outlets, ...resolvers]);
      const neighbours = task.neighbours === undefined ? undefined : await openNeighboursDoor(directory, task.neighbours);
      return {
        directory,
        files,
        doors,
        ...(neighbours === undefined ? {} : { neighbours }),
        ...(vpc === undefined ? {} : { vpc }),
        ...(without === undefined ? {} : { without }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(exposed === undefined ? {} : { exposed }),
      };
    } catch (error) {
      doors?.close();
      namespace?.close();
      throw error;
    }
  }

  /** Node programs find the VPC by their preload; for others it is laid around the task's network. */
  async function makeNamespace(
    task: TaskSpec,
    directory: string,
    containers: readonly PlannedContainer[],
  ): Promise<Pick<ProcessTaskPlace, 'namespace' | 'vpc' | 'without'>> {
    if (namespaces.kind === 'none') return {};
    const { tools } = namespaces;
    const wanted = task.neighbours !== undefined && containers.some(({ command }) => !command.node) ? task.neighbours.place : undefined;
    const around = wanted === undefined ? undefined : prepareProcessVpc(tools, directory, wanted);
    let without: string | undefined;
    if (around !== undefined) {
      try {
        return { namespace: await createNetworkNamespace(tools, `${directory}/`, { files: around.files }), vpc: around.relay };
      } catch (error) {
        without = error instanceof Error ? error.message : String(error);
      }
    }
    try {
      const addresses = [...new Set(task.outlets.map(({ address }) => address))];
      return {
        namespace: await createNetworkNamespace(tools, `${directory}/`, { addresses }),
        ...(without === undefined ? {} : { without }),
      };
    } catch (error) {
      forgetNamespaces(stateDirectory);
      throw error;
    }
  }
}

/** What an engine that was killed left of a task; its processes are told from strangers by their start time and their environment. */
async function removeAbandoned(entry: JournalEntry): Promise<readonly string[]> {
  const left = new Set(entry.processes.filter(stillRuns).map(({ pid }) => pid));
  for (const pid of left) killHard(-pid);
  const [sockets] = entry.directories;
  if (sockets !== undefined) for (const pid of await killProcessesWith(`${sockets}/`)) left.add(pid);
  for (const directory of entry.directories) removeDirectory(directory);
  if (sockets !== undefined) removeIfEmpty(dirname(sockets));
  const processes = left.size === 0 ? '' : ` (process ${[...left].join(', ')})`;
  return [`task ${entry.name}/${entry.id.slice(0, 8)}${processes}`];
}

function buildOf(
  local: { readonly build?: string; readonly directory?: string } | undefined,
): { readonly build?: string; readonly directory?: string } | undefined {
  return local?.build === undefined ? undefined : local;
}

function describe(namespaces: NamespaceProbe, exposeTasks: boolean): string {
  const limits = 'user and read-only root of containers are not applied';
  if (namespaces.kind !== 'none') {
    return `processes, each task in its own ${namespaces.kind === 'root' ? '' : 'user and '}network namespace; ${limits}`;
  }
  const others = exposeTasks ? 'others are EXPOSED to all local processes (--expose-tasks)' : 'others are refused';
  return `processes; no network namespaces here (${namespaces.why}), so Node services listen on private Unix sockets and ${others}; ${limits}`;
}

function notAnAsset(container: string, image: string): TaskStartFailure {
  return new TaskStartFailure(
    `CannotPullContainerError: ${image} is not built from a Dockerfile of this application`,
    `Cannot start container "${container}" as a process: its image ${image} is not built from a Dockerfile of this application. Use --runtime docker.`,
  );
}

function cannotShutOff(task: TaskSpec, planned: readonly PlannedContainer[], why: string): TaskStartFailure {
  const names = planned
    .filter(({ command }) => !command.node)
    .map(({ spec, command }) => `"${spec.definition.name}" (${command.argv.join(' ')})`);
  return new TaskStartFailure(
    'ResourceInitializationError: the task cannot be isolated from other local processes',
    `Cannot start task "${task.name}" out of reach of other local processes: there are no network namespaces (${why}), and container ${names.join(', ')} is not run by Node, whose listen() could be moved to a private socket. Use --runtime docker, or accept that every local process and web page can reach the task: --expose-tasks.`,
  );
}

function asStartFailure(task: TaskSpec, error: unknown): TaskStartFailure {
  if (error instanceof TaskStartFailure) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new TaskStartFailure(`ResourceInitializationError: ${why}`, `Cannot start task "${task.name}": ${why}`);
}
