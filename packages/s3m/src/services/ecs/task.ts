import type { TaskUsage, TaskView } from '../../capabilities/ecs-service.ts';
import type { Timer } from '../../clock/clock.ts';
import type { ContainerUsage } from '../../containers/container-usage.ts';
import type { ContainerExit, ContainerHealthView, RunningTask } from '../../containers/task-runtime.ts';
import type { NetworkInterface } from '../../network/network.ts';
import { diagnoseTask } from './task-diagnosis.ts';
import { exitFailure, shortId, startFailure, stoppedReasonOf, type TaskFailure } from './task-failure.ts';
import { executionRole } from './execution-role.ts';
import { registerInstance } from './service-registry.ts';
import { taskHealth } from './task-health.ts';
import { prepareLaunch } from './task-launch.ts';
import { TaskLog } from './task-log.ts';
import { TaskRecord } from './task-record.ts';
import type { TaskRequest } from './task-request.ts';
import { TaskTargets, type RegisteredTarget } from './task-targets.ts';
import { usageOfTask } from './task-usage.ts';

/** ECS-070: without a load balancer, a task is healthy when it has run for so long. */
const HEALTHY_AFTER_MS = 40_000;
/** How long the engine's own end waits for a container that does not heed SIGTERM, whatever the time scale. */
const LONGEST_STOP_AT_END_MS = 3000;

/**
 * One task of a service, from PROVISIONING to STOPPED (ECS-040, ECS-041). Its end is always the same: deregister, wait until the target is
 * unused, SIGTERM, stop timeout, SIGKILL, detach the network interface (ECS-062, ECS-063). A task that ended by itself has nothing to drain:
 * what is left of it is stopped at once, but its address stays taken until the target group has let go of it.
 */
export class ServiceTask {
  readonly id: string;
  readonly arn: string;
  readonly deployment: string;
  readonly subnet: string;
  /** Resolves when nothing of it is left. */
  readonly stopped: Promise<void>;
  /** Set by the service: whether it was healthy once. */
  everHealthy = false;
  /** Set by the service: whether its health checks were found to have failed. */
  judged = false;
  readonly #request: TaskRequest;
  readonly #record: TaskRecord;
  readonly #log: TaskLog;
  readonly #targets = new TaskTargets();
  readonly #timers: Timer[] = [];
  readonly #stopRequest = Promise.withResolvers<void>();
  readonly #hurry = Promise.withResolvers<void>();
  #stopping = false;
  #quiet = false;
  #interface: NetworkInterface | undefined;
  #running: RunningTask | undefined;
  #instance: ReturnType<typeof registerInstance>;
  #graceOver = false;
  #ranLongEnough = false;

  constructor(request: TaskRequest) {
    const { account, id, clusterName, service, template } = request;
    this.#request = request;
    this.id = id;
    this.arn = `arn:${account.partition}:ecs:${account.region}:${account.id}:task/${clusterName}/${id}`;
    this.#record = new TaskRecord(id, this.arn, template.definition.arn);
    this.deployment = request.deployment;
    this.subnet = request.subnet;
    this.#log = new TaskLog(account, service, id, template.definition.containers);
    this.stopped = this.#live();
  }

  get phase(): 'starting' | 'running' | 'stopping' {
    if (this.#stopping) return 'stopping';
    return this.#record.status === 'RUNNING' ? 'running' : 'starting';
  }

  /** ECS-070; a failed check counts once the grace period is over (ECS-037). */
  get health(): 'pending' | 'healthy' | 'unhealthy' {
    if (this.phase !== 'running') return 'pending';
    return taskHealth({
      containers: this.#checked,
      targets: this.#targets,
      graceOver: this.#graceOver,
      ranLongEnough: this.#ranLongEnough,
    });
  }

  /** The target whose health check failed. */
  get failedTarget(): RegisteredTarget | undefined {
    return this.#targets.failed;
  }

  /** The essential container whose health check fails. */
  get failedContainer(): ContainerHealthView | undefined {
    return this.#checked.find(({ status }) => status === 'UNHEALTHY');
  }

  get zone(): string | undefined {
    return this.#interface?.zone;
  }

  get stoppedAt(): number | undefined {
    return this.#record.stoppedAt;
  }

  view(): TaskView {
    const attached = this.#interface;
    const place = attached === undefined ? undefined : { address: attached.address, zone: attached.zone };
    return this.#record.view(place, this.#running?.local ?? []);
  }

  /** What its containers have used so far. */
  usage(): Promise<readonly ContainerUsage[]> {
    return this.#running?.usage() ?? Promise.resolve([]);
  }

  /** Of all its containers together; undefined when that can't be told. */
  async usageOfAll(): Promise<TaskUsage | undefined> {
    return usageOfTask(this.id, this.#request.template.definition, await this.usage().catch(() => []));
  }

  /** Begins to stop it; does nothing when it stops already. */
  stop(reason: string): void {
    if (this.#stopping) return;
    this.#end('ServiceSchedulerInitiated', reason);
  }

  /** Stops it without waiting for a drain, and without a word. */
  stopNow(): void {
    this.#quiet = true;
    this.#hurry.resolve();
    this.stop('The engine stops');
  }

  /** Why its health check fails, asked while it still runs. */
  async diagnose(): Promise<TaskFailure> {
    return diagnoseTask(this, this.#running, this.#log.lastLines);
  }

  /** Containers whose health is the task's: essential ones with a health check. */
  get #checked(): readonly ContainerHealthView[] {
    return (this.#running?.health() ?? []).filter(({ essential }) => essential);
  }

  async #live(): Promise<void> {
    // Leave the constructor first: observers want to know the task before they hear of it.
    await Promise.resolve();
    try {
      await this.#start();
    } catch (error) {
      this.#failToStart(error);
    }
    if (this.#running !== undefined && !this.#stopping) {
      const exit = await Promise.race([this.#stopRequest.promise, this.#running.exited]);
      if (exit !== undefined) this.#exited(exit);
    }
    await this.#finish();
  }

  async #start(): Promise<void> {
    const { account, id, service, template, subnet } = this.#request;
    this.#become('PROVISIONING');
    const attached = account.network.attach({
      name: `task ${service}/${shortId(id)}`,
      subnetId: subnet,
      securityGroupIds: template.securityGroups,
      accept: (port) => this.#connect(port),
      ports: () => this.#ports(),
      publicAddress: template.publicAddress,
    });
    this.#interface = attached;
    this.#become('PENDING');
    this.#log.open(attached, executionRole(account, template.definition.executionRoleArn, id));
    const launch = await prepareLaunch({
      ...this.#request,
      attached,
      view: () => this.view(),
      health: () => this.#running?.health() ?? [],
      usage: () => this.usage(),
      healthChanged: () => {
        this.#noteHealth();
        this.#request.observer.changed();
      },
      log: (container, line) => this.#log.write(container, line),
      tell: (what) => this.#tell(what),
    });
    if (this.#stopping) return;
    this.#running = await launch();
    const ended = await Promise.race([this.#running.started, this.#running.exited, this.#stopRequest.promise]);
    if (this.#stopping || ended !== undefined) return;
    this.#become('ACTIVATING');
    for (const loadBalancer of template.loadBalancers) {
      this.#targets.register(account, loadBalancer, this.#interface);
      this.#request.observer.registered(loadBalancer.targetGroupArn);
    }
    const { registry } = template;
    if (registry !== undefined)
      this.#instance = registerInstance(registry, { ...this.#request, attached, family: template.definition.family });
    this.#noteHealth();
    this.#record.startedAt = account.clock.now();
    this.#become('RUNNING');
    this.#later(this.#request.gracePeriodMs, () => (this.#graceOver = true));
    this.#later(HEALTHY_AFTER_MS, () => (this.#ranLongEnough = true));
  }

  #later(ms: number, change: () => void): void {
    const timer = this.#request.account.schedule.after(ms, () => {
      change();
      this.#request.observer.changed();
    });
    this.#timers.push(timer);
  }

  #failToStart(error: unknown): void {
    if (this.#stopping) return;
    this.#end('TaskFailedToStart', stoppedReasonOf(error));
    this.#request.observer.failed(this, startFailure(this.id, error, this.#log.lastLines));
  }

  #exited(exit: ContainerExit): void {
    this.#record.exit = exit;
    if (this.#stopping) return;
    // ECS-044
    this.#end('EssentialContainerExited', 'Essential container in task exited');
    this.#request.observer.failed(this, exitFailure(this.id, exit, this.everHealthy, exit.lastLines ?? this.#log.lastLines));
  }

  #end(code: NonNullable<TaskView['stopCode']>, reason: string): void {
    this.#stopping = true;
    this.#record.stops(code, reason);
    // Of a failure, the observer tells more.
    if (this.#running !== undefined) this.#become('DEACTIVATING', code === 'ServiceSchedulerInitiated' ? reason : undefined);
    for (const timer of this.#timers) timer.cancel();
    this.#stopRequest.resolve();
    this.#request.observer.changed();
  }

  /** Cloud Map is told of checks that fail (ECS-095). */
  #noteHealth(): void {
    this.#instance?.setHealth(this.failedContainer === undefined);
  }

  async #finish(): Promise<void> {
    this.#instance?.deregister();
    const drained = this.#targets.deregister(
      ({ arn }) => this.#request.observer.draining(this, arn),
      (message) => this.#tell(message),
    );
    if (this.#record.exit === undefined) await Promise.race([drained, this.#hurry.promise]);
    if (this.#running !== undefined) {
      this.#become('STOPPING');
      await this.#running.stop((ms) => this.#after(ms)).catch((error: unknown) => this.#tell(`could not be stopped: ${String(error)}`));
    }
    await Promise.race([drained, this.#hurry.promise]);
    this.#become('DEPROVISIONING');
    this.#interface?.detach();
    this.#record.stoppedAt = this.#request.account.clock.now();
    this.#become('STOPPED');
    this.#request.observer.changed();
  }

  #connect(port: number): ReturnType<RunningTask['connect']> {
    if (this.#running !== undefined) return this.#running.connect(port);
    return Promise.reject(
      Object.assign(new Error(`connect ECONNREFUSED port ${port}: the task has not started`), { code: 'ECONNREFUSED' }),
    );
  }

  /** What its containers say that they listen on, and what they are seen to. */
  async #ports(): Promise<readonly number[]> {
    const declared = this.#request.template.definition.containers.flatMap(({ portMappings }) => portMappings);
    const seen = await this.#running?.listening().catch(() => []);
    return [...new Set([...declared.map(({ containerPort }) => containerPort), ...(seen ?? [])])];
  }

  /** Waits on the scheduler's clock, but not for long once the engine stops. */
  #after(ms: number): Promise<void> {
    const { account } = this.#request;
    return new Promise((resolve) => {
      account.schedule.after(ms, resolve);
      void this.#hurry.promise.then(() => account.clock.after(LONGEST_STOP_AT_END_MS, resolve));
    });
  }

  #become(status: TaskView['lastStatus'], reason?: string): void {
    if (this.#record.status === status && status !== 'PROVISIONING') return;
    this.#record.status = status;
    const { account, service } = this.#request;
    if (!this.#quiet) account.emit({ event: 'task', service, task: this.id, status, ...(reason === undefined ? {} : { reason }) });
    this.#request.observer.changed();
  }

  #tell(what: string): void {
    this.#request.account.emit({ event: 'notice', message: `Task ${this.#request.service}/${shortId(this.id)} ${what}` });
  }
}
