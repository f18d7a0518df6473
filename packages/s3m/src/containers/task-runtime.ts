import type { Socket } from 'node:net';
import type { ContainerDefinition } from '../capabilities/task-definition.ts';
import type { ContainerImage } from '../capabilities/container-image.ts';
import type { RegistryPull, RegistryPush } from '../capabilities/image-registry.ts';
import type { NameRecords } from '../capabilities/discovery-service.ts';
import type { Clock } from '../clock/clock.ts';
import type { HealthStatus } from './container-health.ts';
import type { ContainerUsage } from './container-usage.ts';

/** A container of a task, with all that is needed to start it. */
export interface ContainerSpec {
  readonly definition: ContainerDefinition;
  /** Absent when the template names an image that is no asset; the Docker runtime then looks for it in the engine. */
  readonly image?: ContainerImage;
  /** What to pull for it; present when the account's registry has its image. */
  readonly pull?: RegistryPull;
  /** The whole environment, the definition's own included. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the whole task may have; a container's own limit comes first. */
  readonly taskMemoryMiB?: number;
}

/** A way out of the task's network: what a container reaches when it connects to `address:port`. Everything else is unreachable. */
export interface Outlet {
  readonly address: string;
  readonly port: number;
  /** Takes datagrams too, each with its length before it, where the runtime has them. */
  readonly udp?: true;
  /** Opens what the connection is carried to. */
  connect?(): Promise<Socket>;
  /** Takes the connection itself, instead of `connect`. */
  accept?(socket: Socket): void;
}

/** Where a task stands in its VPC. */
export interface TaskPlace {
  /** Its own private address. */
  readonly address: string;
  readonly macAddress: string;
  /** All addresses of the VPC: `10.0.0.0/16`. */
  readonly ranges: readonly string[];
  /** Addresses of the VPC's resolver; none where DNS is switched off. */
  readonly resolvers: readonly string[];
  /** The domain that names without a dot are looked up in: `ec2.internal`. */
  readonly searchDomain: string;
}

/** What programs of a task find by name and reach in the network around it. */
export interface TaskNeighbours {
  readonly place: TaskPlace;
  /** The ports on which something at an address of the VPC is known to answer, as far as the network lets the task through. */
  offers(address: string): Promise<readonly number[]>;
  /** The records of a name; undefined when the network has no such name. */
  resolve(name: string): NameRecords | undefined;
  /**
   * Opens a connection to a name or an address; undefined when it is not in the network. Rejects with an error whose `code` is what `connect(2)`
   * would answer: ECONNREFUSED, or ETIMEDOUT after as long as the kernel would wait.
   */
  dial(host: string, port: number): { readonly address: string; readonly socket: Promise<Socket> } | undefined;
  /** Told of a container whose programs cannot be given any of this, and why. */
  cannotUse(container: string, why: string): void;
}

/** A task to be started. All its containers share one network, one localhost. */
export interface TaskSpec {
  /** ECS task id, 32 hex digits. */
  readonly id: string;
  /** For people: `weather`. */
  readonly name: string;
  readonly containers: readonly ContainerSpec[];
  readonly outlets: readonly Outlet[];
  /** Absent: its programs find nobody. */
  readonly neighbours?: TaskNeighbours;
  /** Ports on which the task may be dialled. */
  readonly ports: readonly number[];
  /** Start timeouts and timeouts of health checks. */
  readonly clock: Clock;
  /** Intervals of health checks. */
  readonly schedule: Clock;
  /** Told each time that a container gets healthy or unhealthy. */
  healthChanged(): void;
  /** Told when a container has ended and is started again, as its policy says. */
  restarting?(exit: ContainerExit): void;
  log(container: string, line: string): void;
}

/** How a container ended. */
export interface ContainerExit {
  readonly container: string;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** `OutOfMemoryError: ...`, `CannotPullContainerError: ...` in AWS's words, when known. */
  readonly reason?: string;
  /** What it said last, at most 20 lines, for "it ended at once, and this is why". */
  readonly lastLines?: readonly string[];
}

/** What a container's health check came to so far. */
export interface ContainerHealthView {
  readonly container: string;
  readonly essential: boolean;
  readonly status: HealthStatus;
  /** The last check, when it failed: `its health check "..." ends with exit code 1`. */
  readonly failure?: string;
}

/** A task that runs. */
export interface RunningTask {
  /**
   * Settles when all containers were started: those that wait for a condition are started after `start` has resolved. Rejects with TaskStartFailure
   * when a condition can't come true.
   */
  readonly started: Promise<void>;
  /** Of the containers that have a health check. */
  health(): readonly ContainerHealthView[];
  /** CPU time and memory of the containers that run, as far as can be told. */
  usage(): Promise<readonly ContainerUsage[]>;
  /** Process ids or container ids, for people. */
  readonly local: readonly string[];
  /** Opens a connection to a port inside the task. Rejects with ECONNREFUSED when nothing listens there. */
  connect(port: number): Promise<Socket>;
  /** Ports that something inside listens on, as far as can be told; for "listens on 8081, the template says 8080". */
  listening(): Promise<readonly number[]>;
  /** Those of them that only the task itself can reach, because they are bound to 127.0.0.1: on AWS no load balancer gets there. */
  listeningOnLoopback?(): Promise<readonly number[]>;
  /** Settles at the first exit of an essential container. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /**
   * SIGTERM (or the image's STOPSIGNAL) to all containers, SIGKILL to those that are left after their stop timeout.
   * `after` waits on the scheduler's clock. Resolves when everything is gone: processes, containers, sockets.
   */
  stop(after: (ms: number) => Promise<void>): Promise<void>;
}

/** A task that could not be started; `stoppedReason` in AWS's words, `message` for people with cause and fix. */
export class TaskStartFailure extends Error {
  readonly stoppedReason: string;
  /** Whether another try would end alike: the application itself can't be built. */
  readonly final: boolean;

  constructor(stoppedReason: string, message: string, { final = false }: { readonly final?: boolean } = {}) {
    super(message);
    this.name = 'TaskStartFailure';
    this.stoppedReason = stoppedReason;
    this.final = final;
  }
}

/** What came of pushing an image: an engine in a machine or network of its own has no way to the registry of this one. */
export type Publication = { readonly kind: 'pushed' } | { readonly kind: 'out of reach'; readonly why: string };

/** The one interface for Docker containers and plain processes. */
export interface TaskRuntime {
  readonly kind: 'docker' | 'process';
  /** One line for the banner: how tasks are isolated. */
  readonly description: string;
  /** Present where a task may run in the open, without outlets (`--expose-tasks`). */
  readonly mayExpose?: true;
  /** Makes an image ready (builds it, or reads its Dockerfile), so that later starts are quick. @throws TaskStartFailure */
  prepare(image: ContainerImage, report: (line: string) => void): Promise<void>;
  /** Builds an image and pushes it, where tasks pull their images. @throws TaskStartFailure */
  publish?(image: ContainerImage, push: RegistryPush, report: (line: string) => void): Promise<Publication>;
  /** Removes images that were built for this project, but these and those that something uses. */
  removeImagesBut?(used: readonly ContainerImage[]): Promise<void>;
  /** @throws TaskStartFailure */
  start(task: TaskSpec): Promise<RunningTask>;
  /** Removes what an engine that was killed left behind in this project. Answers what it removed, for people. */
  cleanUp(): Promise<readonly string[]>;
  close(): Promise<void>;
}
