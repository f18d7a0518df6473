import type Docker from 'dockerode';
import type { Clock } from '../clock/clock.ts';
import { runDockerHealthCommand } from './docker-health-command.ts';
import type { ContainerUsage } from './container-usage.ts';
import type { DockerImage } from './docker-image.ts';
import { DockerOutput } from './docker-output.ts';
import { LastLines } from './output-lines.ts';
import { lastExit, type ContainerRun } from './restart-policy.ts';
import type { StartedContainer } from './start-sequence.ts';
import { TaskStartFailure } from './task-runtime.ts';
import type { ContainerExit, ContainerSpec } from './task-runtime.ts';

/** A container of a task in Docker. */
export interface TaskContainer extends StartedContainer {
  readonly spec: ContainerSpec;
  readonly id: string;
  /** Settles when it is gone and its output is read. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  start(): Promise<void>;
  signal(name: string): Promise<void>;
  /** Undefined when the engine can't tell. */
  usage(): Promise<ContainerUsage | undefined>;
  /** The image's STOPSIGNAL; SIGTERM by default. */
  readonly stopSignal: string;
}

/** Makes a container in the network of the task's holder, as its definition says. @throws TaskStartFailure */
export async function createTaskContainer(
  docker: Docker,
  request: {
    readonly spec: ContainerSpec;
    readonly image: DockerImage;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly holder: string;
    /** Docker volume of each volume of the task. */
    readonly volumes: ReadonlyMap<string, string>;
    /** Timeouts of health checks. */
    readonly clock: Clock;
    /** Periods of restart policies. */
    readonly schedule: Clock;
    log(line: string): void;
    restarting(exit: ContainerExit): void;
  },
): Promise<TaskContainer> {
  const { spec, image, name, labels, holder, volumes, log } = request;
  const { definition } = spec;
  const { openFiles, capabilities } = definition;
  const container = await docker
    .createContainer({
      name,
      Image: image.name,
      Labels: { ...labels, 's3m.role': 'container', 's3m.container': definition.name },
      Env: Object.entries(spec.environment).map(([variable, value]) => `${variable}=${value}`),
      // ECS-016: the image's own health check is not ECS's.
      Healthcheck: { Test: ['NONE'] },
      ...(definition.command === undefined ? {} : { Cmd: [...definition.command] }),
      ...(definition.entryPoint === undefined ? {} : { Entrypoint: [...definition.entryPoint] }),
      ...(definition.workingDirectory === undefined ? {} : { WorkingDir: definition.workingDirectory }),
      ...(definition.user === undefined ? {} : { User: definition.user }),
      HostConfig: {
        NetworkMode: `container:${holder}`,
        ReadonlyRootfs: definition.readonlyRootFilesystem,
        Mounts: mounts(spec, image, volumes),
        ...memory(definition.memoryMiB ?? spec.taskMemoryMiB),
        // ECS-019
        ...(openFiles === undefined ? {} : { Ulimits: [{ Name: 'nofile', Soft: openFiles.soft, Hard: openFiles.hard }] }),
        ...(definition.initProcess === true ? { Init: true } : {}),
        ...(capabilities === undefined ? {} : { CapAdd: [...capabilities.add], CapDrop: [...capabilities.drop] }),
      },
    })
    .catch((error: unknown) => {
      throw cannotStart(definition.name, error);
    });
  const output = new OutputOf(log);
  const exit = Promise.withResolvers<ContainerExit>();
  let ending = false;
  const run = async (): Promise<ContainerRun> => {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const read = output.read(stream);
    await container.start().catch((error: unknown) => {
      throw cannotStart(definition.name, error);
    });
    return { exited: awaitExit(container, definition.name, read, output) };
  };
  const restart = async (ended: ContainerExit): Promise<ContainerRun> => {
    request.restarting(ended);
    const again = await run();
    // Meanwhile the task may have begun to stop.
    if (ending) await container.kill({ signal: 'SIGKILL' }).catch(() => {});
    return again;
  };
  return {
    spec,
    id: container.id,
    exited: exit.promise,
    stopSignal: image.stopSignal,
    usage: () => usageOf(container, definition.name),
    checkHealth: () => runDockerHealthCommand(container, definition.healthCheck, request.clock),
    start: async () => {
      const { restartPolicy: policy } = definition;
      void lastExit(await run(), { policy, schedule: request.schedule, mayRestart: () => !ending, restart }).then(exit.resolve);
    },
    signal: async (signal) => {
      ending = true;
      // A container that is gone needs no signal.
      await container.kill({ signal }).catch(() => {});
    },
  };
}

async function usageOf(container: Docker.Container, name: string): Promise<ContainerUsage | undefined> {
  const stats = await container.stats({ stream: false, 'one-shot': true }).catch(() => undefined);
  const cpuNs = stats?.cpu_stats?.cpu_usage?.total_usage;
  if (stats === undefined || cpuNs === undefined) return undefined;
  return { container: name, cpuMs: cpuNs / 1_000_000, memoryBytes: stats.memory_stats?.usage ?? 0 };
}

class OutputOf {
  readonly last = new LastLines();
  readonly #output: DockerOutput;

  constructor(log: (line: string) => void) {
    this.#output = new DockerOutput((line) => {
      this.last.add(line);
      log(line);
    });
  }

  /** Resolves at the end of the output. */
  read(stream: NodeJS.ReadableStream): Promise<void> {
    stream.on('data', (chunk: Buffer) => this.#output.write(chunk));
    return new Promise((resolve) => {
      const end = (): void => {
        this.#output.end();
        resolve();
      };
      stream.once('end', end);
      stream.once('close', end);
      stream.once('error', end);
    });
  }
}

async function awaitExit(container: Docker.Container, name: string, read: Promise<void>, output: OutputOf): Promise<ContainerExit> {
  const ended = (await container.wait().catch(() => undefined)) as { readonly StatusCode?: number } | undefined;
  await read;
  const state = await container.inspect().then(
    ({ State }) => State,
    () => undefined,
  );
  return {
    container: name,
    exitCode: ended?.StatusCode ?? state?.ExitCode,
    signal: undefined,
    // ECS-058
    ...(state?.OOMKilled === true ? { reason: 'OutOfMemoryError: Container killed due to memory usage' } : {}),
    lastLines: output.last.lines,
  };
}

/** ECS-023: under a read-only root what is mounted can be written. ECS-100: a volume is root's and empty, unless the image has one at its path. */
function mounts({ definition }: ContainerSpec, image: DockerImage, volumes: ReadonlyMap<string, string>): Docker.MountConfig {
  return definition.mountPoints.map(({ containerPath, readOnly, sourceVolume }) => ({
    Type: 'volume',
    Source: volumes.get(sourceVolume) ?? '',
    Target: containerPath,
    ReadOnly: readOnly,
    VolumeOptions: { NoCopy: !image.volumes.has(containerPath), Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
  }));
}

/** No swap, as on Fargate. */
function memory(limitMiB: number | undefined): Pick<Docker.HostConfig, 'Memory' | 'MemorySwap'> {
  if (limitMiB === undefined) return {};
  const bytes = limitMiB * 1024 * 1024;
  return { Memory: bytes, MemorySwap: bytes };
}

function cannotStart(name: string, error: unknown): TaskStartFailure {
  const said = error instanceof Error && 'json' in error ? (error.json as { readonly message?: string } | undefined)?.message : undefined;
  const why = said ?? (error instanceof Error ? error.message : String(error));
  return new TaskStartFailure(
    `CannotStartContainerError: Error response from daemon: ${why}`,
    `Cannot start container "${name}": ${why}. Check command, entryPoint, workingDirectory and user of the container definition and the Dockerfile.`,
  );
}
