import type { ContainerDependency } from '../capabilities/task-definition.ts';
import type { Clock } from '../clock/clock.ts';
import { ContainerHealth, type CheckResult, type HealthStatus } from './container-health.ts';
import { TaskStartFailure } from './task-runtime.ts';
import type { ContainerExit, ContainerHealthView, ContainerSpec } from './task-runtime.ts';

/** A container that was started, as conditions and health checks see it. */
export interface StartedContainer {
  readonly exited: Promise<ContainerExit>;
  /** Runs the command of its health check inside it. */
  checkHealth(): Promise<CheckResult>;
}

/** A container on its way. */
interface Member {
  readonly spec: ContainerSpec;
  readonly started: PromiseWithResolvers<StartedContainer>;
  health: ContainerHealth | undefined;
  running: boolean;
}

/**
 * Starts a task's containers, each when the conditions of its `dependsOn` are true (ECS-015), and watches the health of those that run.
 * `order` is that of `startOrder`.
 */
export class StartSequence {
  readonly #members: readonly Member[];
  readonly #clock: Clock;
  readonly #schedule: Clock;
  readonly #begin: (spec: ContainerSpec) => Promise<StartedContainer>;
  readonly #healthChanged: () => void;
  readonly #cancelled = Promise.withResolvers<undefined>();
  readonly #listeners = new Set<() => void>();
  readonly #underWay = new Set<Promise<unknown>>();
  #over = false;
  #completed: Promise<void> = Promise.resolve();

  constructor(
    order: readonly ContainerSpec[],
    request: {
      /** Start timeouts are counted on it. */
      readonly clock: Clock;
      /** Health checks are made on it. */
      readonly schedule: Clock;
      begin(spec: ContainerSpec): Promise<StartedContainer>;
      healthChanged(): void;
    },
  ) {
    this.#members = order.map((spec) => ({ spec, started: Promise.withResolvers<StartedContainer>(), health: undefined, running: false }));
    this.#clock = request.clock;
    this.#schedule = request.schedule;
    this.#begin = (spec) => request.begin(spec);
    this.#healthChanged = () => request.healthChanged();
  }

  /** Settles when all containers were started, or it is cancelled. Rejects with TaskStartFailure when a condition can't come true. */
  get completed(): Promise<void> {
    return this.#completed;
  }

  /** Of each container that has a health check. */
  get health(): readonly ContainerHealthView[] {
    return this.#members.flatMap(({ spec: { definition }, health }) => {
      if (definition.healthCheck === undefined) return [];
      const failure = health?.failure;
      return [
        {
          container: definition.name,
          essential: definition.essential,
          status: health?.status ?? 'UNKNOWN',
          ...(failure === undefined ? {} : { failure }),
        },
      ];
    });
  }

  hasStarted(spec: ContainerSpec): boolean {
    return this.#members.some((member) => member.spec === spec && member.running);
  }

  /** Starts the containers that wait for nothing but starts, one after the other; the others follow by themselves. @throws TaskStartFailure */
  async start(): Promise<void> {
    const later: Member[] = [];
    for (const member of this.#members) {
      if (this.#waits(member, later)) later.push(member);
      else await this.#startOne(member);
    }
    this.#completed = this.#startLater(later);
    this.#completed.catch(() => this.#stopStarting());
  }

  /** Starts nothing any more and ends the health checks; resolves when no start is under way. */
  async cancel(): Promise<void> {
    this.#stopStarting();
    for (const { health } of this.#members) health?.end();
    await Promise.allSettled(this.#underWay);
  }

  async #startLater(later: readonly Member[]): Promise<void> {
    await Promise.all(later.map((member) => this.#startWhenReady(member)));
  }

  #stopStarting(): void {
    this.#over = true;
    this.#cancelled.resolve(undefined);
  }

  #waits({ spec }: Member, later: readonly Member[]): boolean {
    return spec.definition.dependsOn.some(
      ({ containerName, condition }) => condition !== 'START' || later.some((other) => other.spec.definition.name === containerName),
    );
  }

  async #startWhenReady(member: Member): Promise<void> {
    const conditions = member.spec.definition.dependsOn.map((dependency) => this.#fulfilled(member, dependency));
    await Promise.race([Promise.all(conditions), this.#cancelled.promise]);
    await this.#startOne(member);
  }

  async #startOne(member: Member): Promise<void> {
    if (this.#over) return;
    const beginning = this.#begin(member.spec);
    this.#underWay.add(beginning);
    const started = await beginning.finally(() => this.#underWay.delete(beginning));
    member.running = true;
    this.#watch(member, started);
    member.started.resolve(started);
  }

  #watch(member: Member, started: StartedContainer): void {
    const check = member.spec.definition.healthCheck;
    if (check === undefined || this.#over) return;
    const health = new ContainerHealth({
      check,
      run: () => started.checkHealth(),
      schedule: this.#schedule,
      changed: () => {
        for (const listener of this.#listeners) listener();
        this.#healthChanged();
      },
    });
    member.health = health;
    health.start();
    void started.exited.then(() => health.end());
  }

  /** Resolves when a condition is true. @throws TaskStartFailure when it can't come true any more, or not in time (ECS-018) */
  async #fulfilled(target: Member, { containerName, condition }: ContainerDependency): Promise<void> {
    const needed = this.#members.find(({ spec }) => spec.definition.name === containerName)!;
    const { exited } = await needed.started.promise;
    if (condition === 'START') return;
    const reached = condition === 'HEALTHY' ? this.#healthy(target, needed, exited) : ended(target, needed, exited, condition);
    const timeout = needed.spec.definition.startTimeoutMs;
    if (timeout === undefined) return reached;
    const late = Promise.withResolvers<never>();
    const timer = this.#clock.after(timeout, () => late.reject(timedOut(target, needed, condition, timeout)));
    await Promise.race([reached, late.promise]).finally(() => timer.cancel());
  }

  async #healthy(target: Member, needed: Member, exited: Promise<ContainerExit>): Promise<void> {
    const { essential, startTimeoutMs } = needed.spec.definition;
    const settled = Promise.withResolvers<void>();
    const look = (): void => {
      const status: HealthStatus = needed.health?.status ?? 'UNKNOWN';
      if (status === 'HEALTHY') settled.resolve();
      // Only a start timeout lets it wait for one that is UNHEALTHY to recover.
      if (status === 'UNHEALTHY' && startTimeoutMs === undefined) settled.reject(unhealthy(target, needed));
    };
    this.#listeners.add(look);
    look();
    // The end of an essential container ends the task: that is told instead.
    if (!essential) void exited.then((exit) => settled.reject(endedBadly(target, needed, exit, 'HEALTHY')));
    await settled.promise.finally(() => this.#listeners.delete(look));
  }
}

async function ended(target: Member, needed: Member, exited: Promise<ContainerExit>, condition: 'COMPLETE' | 'SUCCESS'): Promise<void> {
  const exit = await exited;
  if (condition === 'SUCCESS' && exit.exitCode !== 0) throw endedBadly(target, needed, exit, condition);
}

function timedOut(target: Member, needed: Member, condition: string, ms: number): TaskStartFailure {
  const [one, other] = [target.spec.definition.name, needed.spec.definition.name];
  return new TaskStartFailure(
    `dependency graph: container ordering dependency [${other}] for target [${one}] has timed out.`,
    `container "${one}" waits for "${other}" to be ${condition}, which it is not ${ms / 1000} s after its start (StartTimeout)${health(needed)}`,
  );
}

function endedBadly(target: Member, needed: Member, exit: ContainerExit, condition: string): TaskStartFailure {
  const [one, other] = [target.spec.definition.name, needed.spec.definition.name];
  return new TaskStartFailure(
    `dependency graph: failed to resolve the container ordering dependency [${other}] for target [${one}] as dependency did not exit successfully.`,
    `container "${one}" waits for "${other}" to be ${condition}, but that ended (exit code ${exit.exitCode ?? 'unknown'})`,
  );
}

/** ECS-061 */
function unhealthy(target: Member, needed: Member): TaskStartFailure {
  const [one, other] = [target.spec.definition.name, needed.spec.definition.name];
  return new TaskStartFailure(
    'Task failed container health checks',
    `container "${one}" waits for "${other}" to be HEALTHY, but that is UNHEALTHY${health(needed)}`,
  );
}

function health(needed: Member): string {
  const failure = needed.health?.failure;
  return failure === undefined ? '' : `: ${failure}`;
}
