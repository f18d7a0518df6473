import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { BuildRemains } from './build-remains.ts';
import { createTaskContainer } from './docker-container.ts';
import type { TaskContainer } from './docker-container.ts';
import { createHolder } from './docker-holder.ts';
import { DockerImages, localImageName } from './docker-image.ts';
import type { DockerImage } from './docker-image.ts';
import { removeLeftovers } from './docker-leftovers.ts';
import { DockerTask } from './docker-task.ts';
import { openNeighboursDoor } from './neighbours-door.ts';
import { removeOrphanedImages, removeUnusedImages } from './old-images.ts';
import { isLoopback, openOutletDoors } from './outlet-doors.ts';
import type { OutletDoors } from './outlet-doors.ts';
import { probeDocker } from './probe-docker.ts';
import { markProcess } from './process-table.ts';
import { ensureRelayImage } from './relay-image.ts';
import { PulledImages } from './pulled-images.ts';
import { privateDirectory, projectSocketDirectory, removeDirectory, removeIfEmpty } from './socket-directory.ts';
import { resolverOutlets } from './resolver-outlet.ts';
import { StartGate } from './start-gate.ts';
import { startOrder } from './start-order.ts';
import { StartSequence } from './start-sequence.ts';
import { TaskJournal } from './task-journal.ts';
import { TaskStartFailure } from './task-runtime.ts';
import type { RunningTask, TaskRuntime, TaskSpec } from './task-runtime.ts';

const NO_NAMES = 'this task finds no names and addresses of its VPC';

export interface DockerRuntimeOptions {
  /** Absolute path of the project's `.s3m`. */
  readonly stateDirectory: string;
  /** Ends builds and pulls of images under way. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the runtime that runs a task's containers in Docker. A task's network has nothing but a loopback interface: no other process or
 * container has a route to it, and it has none to anything. Connections go through its relay and a directory of Unix sockets.
 *
 * @throws Error when no engine answers, or on a system where it cannot share Unix sockets with this process.
 */
export async function createDockerRuntime({ stateDirectory, signal }: DockerRuntimeOptions): Promise<TaskRuntime> {
  if (process.platform !== 'linux') {
    throw new Error(
      `Docker tasks need Linux: on ${process.platform} the engine runs in a virtual machine, which shares no Unix sockets with this process. Use --runtime process, or start S3M inside Linux (WSL).`,
    );
  }
  const probe = await probeDocker();
  if (!probe.available) throw new Error(`Cannot use Docker: ${probe.why} ${probe.fix}`);
  const { default: DockerClient } = await import('dockerode');
  const docker: Docker = new DockerClient({ socketPath: probe.socket });
  const project = createHash('sha256').update(stateDirectory).digest('hex').slice(0, 8);
  const engine = markProcess(process.pid);
  const labels = { 's3m.project': project, 's3m.engine': `${engine.pid}:${engine.startTime ?? ''}` };
  const sockets = projectSocketDirectory(project);
  const journal = new TaskJournal(stateDirectory);
  const remains = new BuildRemains(stateDirectory);
  const pulled = new PulledImages(stateDirectory);
  const images = new DockerImages(docker, {
    labels: { 's3m.project': project, 's3m.directory': stateDirectory },
    pulled,
    remains,
    signal,
  });
  const running = new Map<string, { kill(): Promise<void> }>();
  const gate = new StartGate();
  let relayImage: Promise<string> | undefined;

  return {
    kind: 'docker',
    description: `Docker ${probe.version}, each task in a network of its own without any interface but loopback`,
    prepare: async (image, report) => {
      await Promise.all([relay(), images.build(image, report)]);
    },
    publish: async (image, push, report) => {
      const [publication] = await Promise.all([images.publish(image, push, report), relay()]);
      return publication;
    },
    removeImagesBut: async (used) => {
      const names = used.map((image) => localImageName(project, image));
      const own = await docker.listContainers({ all: true, filters: { label: [`s3m.project=${project}`] } });
      await pulled.removeUnwanted(
        docker,
        own.map(({ Image }) => Image),
      );
      await removeUnusedImages(docker, project, names);
      await remains.removeBut(docker, names);
      await removeOrphanedImages(docker, Date.now());
    },
    start,
    cleanUp: () => removeLeftovers(docker, project, journal),
    close: async () => {
      await gate.close();
      await Promise.all([...running.values()].map((task) => task.kill()));
      removeIfEmpty(sockets);
    },
  };

  /** Somebody has removed one: the next start makes sure of all of them. */
  function forgetImages(): void {
    relayImage = undefined;
    images.forget();
  }

  function relay(): Promise<string> {
    relayImage ??= ensureRelayImage(docker);
    relayImage.catch(() => (relayImage = undefined));
    return relayImage;
  }

  async function start(task: TaskSpec): Promise<RunningTask> {
    try {
      return await startOnce(task);
    } catch (error) {
      if (!isMissingImage(error)) throw error;
      // Somebody has removed an image since it was found: it is made again.
      forgetImages();
      return startOnce(task).catch((again: unknown) => {
        throw again instanceof TaskStartFailure ? again : failure(task, again);
      });
    }
  }

  /** @throws TaskStartFailure; what Docker says, when an image is not there any more */
  async function startOnce(task: TaskSpec): Promise<RunningTask> {
    const order = startOrder(task.containers);
    const [relayName, ...found] = await Promise.all([relay(), ...order.map((spec) => imageOf(spec))]);
    return gate.pass(() => startWith(task, order, relayName, found));
  }

  function imageOf({ definition, image, pull }: TaskSpec['containers'][number]): Promise<DockerImage> {
    if (pull !== undefined) return images.pull(pull, definition.image, quiet);
    return image === undefined ? images.find(definition.image, quiet) : images.build(image, quiet);
  }

  async function startWith(
    task: TaskSpec,
    order: TaskSpec['containers'],
    relayName: string,
    found: readonly DockerImage[],
  ): Promise<RunningTask> {
    const short = task.id.slice(0, 8);
    const directory = join(sockets, short);
    const taskLabels = { ...labels, 's3m.task': task.id };
    let doors: OutletDoors | undefined;
    let neighbours: { close(): void } | undefined;
    const remove = removal(task.id, directory, () => {
      doors?.close();
      neighbours?.close();
    });
    running.set(task.id, { kill: remove });
    try {
      journal.write({ id: task.id, name: task.name, processes: [], directories: [directory] });
      privateDirectory(directory);
      if (task.neighbours !== undefined) neighbours = await openNeighboursDoor(directory, task.neighbours);
      doors = await openOutletDoors(directory, [...task.outlets, ...resolverOutlets(task.neighbours, join(directory, 'relay'))]);
      const holder = await createHolder(docker, {
        image: relayName,
        name: `s3m-${project}-${short}-network`,
        labels: taskLabels,
        directory,
        outlets: doors.doors,
        place: task.neighbours?.place,
      });
      const volumes = await makeVolumes(task, taskLabels);
      const making = Promise.all(
        order.map((spec, index) =>
          createTaskContainer(docker, {
            spec,
            image: found[index] ?? { name: spec.definition.image, stopSignal: 'SIGTERM', volumes: new Set() },
            name: `s3m-${project}-${short}-${index}-${spec.definition.name.replaceAll(/[^\w.-]/g, '_')}`,
            labels: taskLabels,
            holder: holder.id,
            volumes,
            clock: task.clock,
            schedule: task.schedule,
            log: (line) => task.log(spec.definition.name, line),
            restarting: (exit) => task.restarting?.(exit),
          }),
        ),
      );
      // Settled together: what fails first must not leave the other one creating behind its back.
      const [made, without] = await settled(making, holder.start());
      if (without !== undefined) for (const { definition } of order) task.neighbours?.cannotUse(definition.name, `${NO_NAMES}: ${without}`);
      const around = task.neighbours !== undefined && without === undefined;
      const relayPorts = doors.doors.filter(({ address }) => !around || isLoopback(address)).map(({ port }) => port);
      const sequence = new StartSequence(order, {
        clock: task.clock,
        schedule: task.schedule,
        begin: async (spec) => {
          const container = made[order.indexOf(spec)]!;
          await container.start();
          return container;
        },
        healthChanged: () => task.healthChanged(),
      });
      await sequence.start();
      const started = new DockerTask({ containers: made, sequence, directory, relayPorts, networkGone: gone(holder.id), remove });
      running.set(task.id, started);
      return started;
    } catch (error) {
      await remove();
      throw error instanceof TaskStartFailure || isMissingImage(error) ? error : failure(task, error);
    }
  }

  function gone(id: string): Promise<unknown> {
    return docker
      .getContainer(id)
      .wait()
      .catch(() => undefined);
  }

  /** A Docker volume for each volume of the task that is mounted. */
  async function makeVolumes(task: TaskSpec, taskLabels: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
    const mounted = new Set(task.containers.flatMap(({ definition }) => definition.mountPoints.map(({ sourceVolume }) => sourceVolume)));
    const volumes = new Map<string, string>();
    for (const [index, volume] of [...mounted].entries()) {
      const name = `s3m-${project}-${task.id.slice(0, 8)}-v${index}`;
      await docker.createVolume({ Name: name, Labels: { ...taskLabels } });
      volumes.set(volume, name);
    }
    return volumes;
  }

  function removal(id: string, directory: string, closeDoors: () => void): () => Promise<void> {
    let removed: Promise<void> | undefined;
    return () =>
      (removed ??= (async () => {
        closeDoors();
        await removeTask(id);
        removeDirectory(directory);
        running.delete(id);
        journal.remove(id);
      })());
  }

  async function removeTask(id: string): Promise<void> {
    const filters = { label: [`s3m.task=${id}`] };
    const containers = await docker.listContainers({ all: true, filters });
    await Promise.all(
      containers.map(({ Id }) =>
        docker
          .getContainer(Id)
          .remove({ force: true, v: true })
          .catch(() => {}),
      ),
    );
    const { Volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
    await Promise.all(
      (Volumes ?? []).map(({ Name }) =>
        docker
          .getVolume(Name)
          .remove()
          .catch(() => {}),
      ),
    );
  }
}

function isMissingImage(error: unknown): boolean {
  return error instanceof Error && /no such image/i.test(error.message);
}

/** What a build or pull says is no output of the container; who wants to see it calls `prepare` first. A failure tells the last lines. */
function quiet(): void {}

async function settled<T>(containers: Promise<TaskContainer[]>, holder: Promise<T>): Promise<[TaskContainer[], T]> {
  await Promise.allSettled([containers, holder]);
  return Promise.all([containers, holder]);
}

function failure(task: TaskSpec, error: unknown): TaskStartFailure {
  const why = error instanceof Error ? error.message : String(error);
  return new TaskStartFailure(`ResourceInitializationError: ${why}`, `Cannot start task "${task.name}" in Docker: ${why}`);
}
