import type { Clock } from '../../../src/clock/clock.ts';
import { startOrder } from '../../../src/containers/start-order.ts';
import { StartSequence } from '../../../src/containers/start-sequence.ts';
import type { ContainerUsage } from '../../../src/containers/container-usage.ts';
import type {
  ContainerExit,
  ContainerHealthView,
  RunningTask,
  TaskRuntime,
  TaskSpec,
  TaskStartFailure,
} from '../../../src/containers/task-runtime.ts';

/** How a task behaves. */
export interface Behaviour {
  /** Milliseconds that the start takes; 0 by default. */
  readonly startMs?: number;
  readonly startFailure?: TaskStartFailure;
  /** Ends by itself so long after its start. */
  readonly exitsAfterMs?: number;
  readonly exitCode?: number;
  /** Milliseconds from SIGTERM to its end; never, unless given: SIGKILL ends it then. */
  readonly termMs?: number;
  readonly listening?: readonly number[];
  readonly loopback?: readonly number[];
  readonly lines?: readonly string[];
  readonly usage?: () => readonly ContainerUsage[];
  /** Exit code of a container's health check right now; 0 by default. */
  readonly check?: (container: string) => number;
  /** Containers that end by themselves so long after their start. */
  readonly containerExits?: Readonly<Record<string, { readonly afterMs: number; readonly exitCode: number }>>;
}

export interface FakeTask {
  readonly spec: TaskSpec;
  readonly behaviour: Behaviour;
  alive: boolean;
  /** It ended without being asked. */
  died: boolean;
  health(): readonly ContainerHealthView[];
  kill(exit?: Partial<ContainerExit>): void;
}

/** Runs tasks on a clock only. */
export class FakeTaskRuntime implements TaskRuntime {
  readonly kind = 'process';
  readonly description = 'fake';
  readonly tasks: Map<string, FakeTask> = new Map();
  /** `start`, `SIGTERM`, `SIGKILL`, `gone`, with the milliseconds since the clock's start. */
  readonly calls: { readonly at: number; readonly task: string; readonly what: string }[] = [];
  behave: (spec: TaskSpec) => Behaviour = () => ({ termMs: 0 });
  onStart: (spec: TaskSpec) => void = () => {};
  onStop: (task: FakeTask) => void = () => {};
  readonly #clock: Clock;
  readonly #startedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  get alive(): readonly FakeTask[] {
    return [...this.tasks.values()].filter(({ alive }) => alive);
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async start(spec: TaskSpec): Promise<RunningTask> {
    const behaviour = this.behave(spec);
    this.onStart(spec);
    this.#note(spec.id, 'start');
    if ((behaviour.startMs ?? 0) > 0) await this.#sleep(behaviour.startMs!);
    if (behaviour.startFailure !== undefined) throw behaviour.startFailure;
    const exited = Promise.withResolvers<ContainerExit>();
    const task: FakeTask = {
      spec,
      behaviour,
      alive: true,
      died: false,
      health: () => sequence.health,
      kill: (exit = {}) => {
        if (!task.alive) return;
        task.alive = false;
        task.died = true;
        this.#note(spec.id, 'died');
        exited.resolve({ container: spec.containers[0]!.definition.name, exitCode: undefined, signal: undefined, ...exit });
      },
    };
    this.tasks.set(spec.id, task);
    const sequence = new StartSequence(startOrder(spec.containers), {
      clock: spec.clock,
      schedule: spec.schedule,
      healthChanged: () => spec.healthChanged(),
      begin: ({ definition: { name, essential } }) => {
        if (spec.containers.length > 1) this.#note(spec.id, `start ${name}`);
        const own = Promise.withResolvers<ContainerExit>();
        const exits = behaviour.containerExits?.[name];
        if (exits !== undefined)
          this.#clock.after(exits.afterMs, () => {
            own.resolve({ container: name, exitCode: exits.exitCode, signal: undefined });
            if (essential) task.kill({ container: name, exitCode: exits.exitCode });
          });
        return Promise.resolve({
          exited: own.promise,
          checkHealth: () => Promise.resolve({ exitCode: behaviour.check?.(name) ?? 0, output: ['curl: (7) Failed to connect'] }),
        });
      },
    });
    await sequence.start();
    for (const line of behaviour.lines ?? []) spec.log(spec.containers[0]!.definition.name, line);
    if (behaviour.exitsAfterMs !== undefined)
      this.#clock.after(behaviour.exitsAfterMs, () => task.kill({ exitCode: behaviour.exitCode ?? 1 }));
    const gone = (): void => {
      if (!task.alive) return;
      task.alive = false;
      this.#note(spec.id, 'gone');
      exited.resolve({ container: spec.containers[0]!.definition.name, exitCode: 0, signal: undefined });
    };
    return {
      local: [`process ${spec.id.slice(0, 4)}`],
      connect: () => Promise.reject(new Error('no sockets here')),
      listening: () => Promise.resolve(behaviour.listening ?? spec.ports),
      listeningOnLoopback: () => Promise.resolve(behaviour.loopback ?? []),
      started: sequence.completed,
      health: () => sequence.health,
      usage: () => Promise.resolve(behaviour.usage?.() ?? []),
      exited: exited.promise,
      stop: async (after) => {
        this.onStop(task);
        await sequence.cancel();
        if (!task.alive) return;
        this.#note(spec.id, 'SIGTERM');
        if (behaviour.termMs !== undefined) this.#clock.after(behaviour.termMs, gone);
        await Promise.race([exited.promise, after(spec.containers[0]!.definition.stopTimeoutMs)]);
        if (!task.alive) return;
        this.#note(spec.id, 'SIGKILL');
        gone();
      },
    };
  }

  cleanUp(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve));
  }

  #note(task: string, what: string): void {
    this.calls.push({ at: this.#clock.now() - this.#startedAt, task, what });
  }
}
