import type { EcsService, TaskUsage, TaskView } from '../../capabilities/ecs-service.ts';
import type { Timer } from '../../clock/clock.ts';
import type { Account } from '../account.ts';
import { ResourceFailure } from '../resource-type.ts';
import { AwaitedImages } from './awaited-images.ts';
import { chooseSubnet } from './choose-subnet.ts';
import { newTaskId, type Deployment } from './deployment.ts';
import { Deployments } from './deployments.ts';
import { FailedTasks } from './failed-tasks.ts';
import { decide, isSteady, type Decision, type ServiceSnapshot } from './scheduler.ts';
import { REPEATED_AFTER_MS, ServiceEvents, stuckMessage } from './service-events.ts';
import type { ServiceIdentity, ServiceSettings } from './service-settings.ts';
import { StartBackOff } from './start-back-off.ts';
import { reasonOfUnhealthy, scalingReason } from './stop-reason.ts';
import { SteadyState } from './steady-state.ts';
import { TargetWatch } from './target-watch.ts';
import { StoppedTasks } from './stopped-tasks.ts';
import { ServiceTask } from './task.ts';
import type { TaskObserver } from './task-request.ts';
import type { TaskFailure } from './task-failure.ts';

/** Carries out what the scheduler decides, and tells it what became of it. */
export class RunningService implements EcsService, TaskObserver {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly #clusterName: string;
  readonly #account: Account;
  readonly #events: ServiceEvents;
  readonly #deployments: Deployments;
  readonly #steady = new SteadyState();
  readonly #backOff: StartBackOff;
  readonly #zoneOf = new Map<string, string>();
  readonly #watch: TargetWatch;
  readonly #images: AwaitedImages;
  readonly #stopped: StoppedTasks;
  readonly #failed: FailedTasks;
  #settings: ServiceSettings;
  #tasks: readonly ServiceTask[] = [];
  #steadyAgain: Timer | undefined;
  #woken = false;
  #deleting = false;

  constructor(account: Account, identity: ServiceIdentity, settings: ServiceSettings) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.logicalId = identity.logicalId;
    this.#clusterName = identity.clusterName;
    this.#account = account;
    this.#settings = settings;
    this.#deployments = new Deployments(account, settings.template);
    this.#events = new ServiceEvents(identity.name, () => account.clock.now());
    this.#backOff = new StartBackOff(account.schedule, () => this.changed());
    this.#stopped = new StoppedTasks(() => account.clock.now());
    this.#images = new AwaitedImages(account, identity.logicalId, () => {
      this.#backOff.reset();
      this.changed();
    });
    this.#failed = new FailedTasks({
      account,
      logicalId: identity.logicalId,
      deployments: this.#deployments,
      events: this.#events,
      steady: this.#steady,
      backOff: this.#backOff,
      images: this.#images,
      settings: () => this.#settings,
      deleting: () => this.#deleting,
      tripped: () => {
        this.#watchTargetGroups();
        this.changed();
      },
    });
    this.#watch = new TargetWatch(account.directory, () => this.changed());
    this.#watchTargetGroups();
    this.changed();
  }

  get desired(): number {
    return this.#settings.desired;
  }

  get running(): number {
    return this.#tasks.filter(({ phase }) => phase === 'running').length;
  }

  get deploying(): boolean {
    return this.#primary.rollout === 'IN_PROGRESS';
  }

  scaleTo(desired: number): void {
    this.#settings = { ...this.#settings, desired };
    this.#events.clear();
    this.changed();
  }

  async usage(): Promise<readonly TaskUsage[]> {
    const running = this.#tasks.filter(({ phase }) => phase === 'running');
    return (await Promise.all(running.map((task) => task.usageOfAll()))).flatMap((usage) => usage ?? []);
  }

  get tasks(): readonly TaskView[] {
    return [...this.#tasks.map((task) => task.view()), ...this.#stopped.views];
  }

  get events(): EcsService['events'] {
    return this.#events.list;
  }

  get settings(): ServiceSettings {
    return this.#settings;
  }

  /** Resolves in the steady state of the primary deployment. @throws ResourceFailure when it is given up on */
  stable(): Promise<void> {
    return this.#steady.wait();
  }

  /** Takes on new settings: what tasks are started from makes a new deployment, all else holds at once. */
  update(settings: ServiceSettings): void {
    this.#settings = settings;
    this.#steady.changed();
    this.#events.clear();
    if (this.#deployments.isNew(settings.template)) {
      this.#deployments.deploy(settings.template);
      this.#backOff.reset();
    }
    this.#watchTargetGroups();
    this.changed();
  }

  /** Drains and stops all tasks. */
  delete(): Promise<void> {
    return this.#end((task) => task.stop(scalingReason(this.#primary.id)));
  }

  /** Stops all tasks without draining. */
  stopNow(): Promise<void> {
    return this.#end((task) => task.stopNow());
  }

  /** Looks at everything again, once, after what is going on right now. */
  changed(): void {
    if (this.#woken) return;
    this.#woken = true;
    queueMicrotask(() => {
      this.#woken = false;
      this.#step();
    });
  }

  failed(task: ServiceTask, failure: TaskFailure): void {
    this.#failed.failed(task, failure);
  }

  registered(targetGroupArn: string): void {
    this.#events.registered(targetGroupArn);
  }

  draining(task: ServiceTask, targetGroupArn: string): void {
    this.#events.deregistered(targetGroupArn);
    this.#events.draining(task.deployment);
  }

  get #primary(): Deployment {
    return this.#deployments.primary;
  }

  async #end(stop: (task: ServiceTask) => void): Promise<void> {
    this.#deleting = true;
    this.#steadyAgain?.cancel();
    this.#backOff.reset();
    this.#steady.fail(new ResourceFailure('The service was deleted before it reached a steady state'));
    const tasks = this.#tasks;
    for (const task of tasks) stop(task);
    await Promise.all(tasks.map(({ stopped }) => stopped));
    this.#watch.watch([]);
    this.#images.close();
  }

  #step(): void {
    this.#collect();
    if (this.#deleting) return;
    this.#judge();
    const snapshot = this.#snapshot();
    this.#carryOut(decide(snapshot));
    this.#settle();
  }

  /** Moves tasks that are gone to those that are only remembered, and forgets deployments without tasks. */
  #collect(): void {
    this.#stopped.add(this.#tasks.filter(({ stoppedAt }) => stoppedAt !== undefined));
    this.#tasks = this.#tasks.filter(({ stoppedAt }) => stoppedAt === undefined);
    this.#deployments.keep((id) => this.#tasks.some(({ deployment }) => deployment === id));
  }

  /** Takes note of tasks that became healthy, and of those whose checks failed. */
  #judge(): void {
    for (const task of this.#tasks) {
      const { health } = task;
      if (task.zone !== undefined) this.#zoneOf.set(task.subnet, task.zone);
      if (health === 'unhealthy' && !task.judged) void this.#failed.condemn(task);
      if (health !== 'healthy' || task.everHealthy) continue;
      task.everHealthy = true;
      this.#backOff.reset();
      this.#events.clear();
      this.#steady.taskHealthy();
      if (task.deployment === this.#primary.id && this.#settings.circuitBreaker?.resetOnHealthyTask === true) this.#primary.failedTasks = 0;
    }
  }

  #snapshot(): ServiceSnapshot {
    const { desired, minimumHealthyPercent, maximumPercent } = this.#settings;
    const { id: primary, rollout } = this.#primary;
    return {
      desired,
      minimumHealthyPercent,
      maximumPercent,
      primary: { id: primary, failed: rollout === 'FAILED' },
      mayStart: this.#backOff.mayStart,
      tasks: this.#tasks.map(({ id, deployment, phase, health, zone }) => ({ id, deployment, phase, health, zone })),
    };
  }

  #carryOut(decision: Decision): void {
    for (const { task: id, why } of decision.stop) {
      const task = this.#tasks.find((candidate) => candidate.id === id);
      task?.stop(why === 'unhealthy' ? reasonOfUnhealthy(task) : scalingReason(this.#primary.id));
    }
    if (decision.stop.length > 0) this.#events.stopped(decision.stop.map(({ task }) => task));
    const started = Array.from({ length: decision.start }, () => this.#start());
    if (started.length > 0) this.#events.started(started);
    if (decision.stuck) {
      this.#events.stuck();
      this.#steady.fail(new ResourceFailure(stuckMessage(this.name), { property: 'DeploymentConfiguration' }));
    }
  }

  #start(): string {
    const { template, digests, id: deployment } = this.#primary;
    const placed = this.#tasks.filter(({ phase }) => phase !== 'stopping');
    const subnet = chooseSubnet(template.subnets, placed, this.#zoneOf);
    const id = newTaskId(this.#account);
    const task = new ServiceTask({
      account: this.#account,
      id,
      clusterName: this.#clusterName,
      service: this.logicalId,
      serviceName: this.name,
      deployment,
      template,
      digests,
      subnet: subnet ?? '',
      gracePeriodMs: this.#settings.gracePeriodMs,
      observer: this,
    });
    this.#tasks = [...this.#tasks, task];
    return id;
  }

  #settle(): void {
    if (!isSteady(this.#snapshot())) {
      this.#steady.unsettled();
      this.#steadyAgain?.cancel();
      return;
    }
    const primary = this.#primary;
    if (primary.rollout !== 'COMPLETED') {
      this.#deployments.complete();
      this.#events.completed(primary.id);
    }
    if (this.#steady.steady) return;
    this.#tellSteady();
    this.#steady.reached();
  }

  /** Now, and every six hours while it lasts (ECS-087). */
  #tellSteady(): void {
    this.#events.steady();
    this.#steadyAgain?.cancel();
    this.#steadyAgain = this.#account.clock.after(REPEATED_AFTER_MS, () => this.#tellSteady());
  }

  /** Listens to the target groups of all deployments that have tasks. */
  #watchTargetGroups(): void {
    this.#watch.watch(this.#deployments.targetGroupArns);
  }
}
