import type { Socket } from 'node:net';
import { join } from 'node:path';
import { stopContainers } from './container-stop.ts';
import type { ContainerUsage } from './container-usage.ts';
import type { TaskContainer } from './docker-container.ts';
import { connectThroughRelay, listeningThroughRelay } from './relay-client.ts';
import type { ListeningPort } from './listening-ports.ts';
import type { StartSequence } from './start-sequence.ts';
import type { ContainerExit, ContainerHealthView, RunningTask } from './task-runtime.ts';

/** A task whose containers run in Docker, in the network of its holder. */
export class DockerTask implements RunningTask {
  readonly exited: Promise<ContainerExit>;
  readonly #containers: readonly TaskContainer[];
  readonly #sequence: StartSequence;
  readonly #directory: string;
  readonly #relayPorts: ReadonlySet<number>;
  readonly #remove: () => Promise<void>;
  #stopped: Promise<void> | undefined;

  constructor(request: {
    readonly containers: readonly TaskContainer[];
    readonly sequence: StartSequence;
    readonly directory: string;
    /** Ports of the task's network that its relay listens on. */
    readonly relayPorts: readonly number[];
    /** Settles when the holder is gone, and the task's network with it. */
    readonly networkGone: Promise<unknown>;
    /** Removes everything that the task has. */
    readonly remove: () => Promise<void>;
  }) {
    this.#containers = request.containers;
    this.#sequence = request.sequence;
    this.#directory = request.directory;
    this.#relayPorts = new Set(request.relayPorts);
    this.#remove = request.remove;
    const essential = request.containers.filter(({ spec }) => spec.definition.essential);
    const first = essential[0]?.spec.definition.name ?? '';
    const networkGone = request.networkGone.then((): ContainerExit => ({
      container: first,
      exitCode: undefined,
      signal: undefined,
      reason: 'ResourceInitializationError: the container that holds the network of the task was stopped',
    }));
    this.exited = Promise.race([...essential.map(({ exited }) => exited), networkGone]);
  }

  get local(): readonly string[] {
    return this.#containers.map(({ id }) => `container ${id.slice(0, 12)}`);
  }

  get started(): Promise<void> {
    return this.#sequence.completed;
  }

  health(): readonly ContainerHealthView[] {
    return this.#sequence.health;
  }

  async usage(): Promise<readonly ContainerUsage[]> {
    const running = this.#containers.filter(({ spec }) => this.#sequence.hasStarted(spec));
    return (await Promise.all(running.map((container) => container.usage()))).flatMap((usage) => usage ?? []);
  }

  connect(port: number): Promise<Socket> {
    return connectThroughRelay(join(this.#directory, 'relay'), port);
  }

  async listening(): Promise<readonly number[]> {
    return (await this.#listeningPorts()).map(({ port }) => port);
  }

  async listeningOnLoopback(): Promise<readonly number[]> {
    return (await this.#listeningPorts()).filter(({ loopbackOnly }) => loopbackOnly).map(({ port }) => port);
  }

  stop(after: (ms: number) => Promise<void>): Promise<void> {
    this.#stopped ??= this.#stop(after);
    return this.#stopped;
  }

  /** Removes everything at once, without asking. */
  async kill(): Promise<void> {
    await this.#sequence.cancel();
    await this.#remove();
  }

  async #stop(after: (ms: number) => Promise<void>): Promise<void> {
    await this.#sequence.cancel();
    const running = this.#containers.filter(({ spec }) => this.#sequence.hasStarted(spec));
    await stopContainers(
      running.map((container) => ({
        spec: container.spec,
        exited: container.exited,
        interrupt: () => container.signal(container.stopSignal),
        kill: () => container.signal('SIGKILL'),
      })),
      after,
    );
    await this.kill();
  }

  async #listeningPorts(): Promise<readonly ListeningPort[]> {
    const ports = await listeningThroughRelay(join(this.#directory, 'relay')).catch(() => []);
    return ports.filter(({ port }) => !this.#relayPorts.has(port));
  }
}
