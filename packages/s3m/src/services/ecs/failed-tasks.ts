import type { Account } from '../account.ts';
import type { AwaitedImages } from './awaited-images.ts';
import type { Deployment } from './deployment.ts';
import type { Deployments } from './deployments.ts';
import type { ServiceEvents } from './service-events.ts';
import type { ServiceSettings } from './service-settings.ts';
import type { StartBackOff } from './start-back-off.ts';
import type { SteadyState } from './steady-state.ts';
import type { ServiceTask } from './task.ts';
import { describeFailure, type TaskFailure } from './task-failure.ts';

/** The parts of a service that a failed task concerns. */
export interface ConcernedService {
  readonly account: Account;
  readonly logicalId: string;
  readonly deployments: Deployments;
  readonly events: ServiceEvents;
  readonly steady: SteadyState;
  readonly backOff: StartBackOff;
  readonly images: AwaitedImages;
  settings(): ServiceSettings;
  deleting(): boolean;
  /** Told when the deployment was given up on. */
  tripped(): void;
}

/** What comes of tasks that fail: starts are put off, the circuit breaker counts, whoever waits for the service hears of it. */
export class FailedTasks {
  readonly #service: ConcernedService;

  constructor(service: ConcernedService) {
    this.#service = service;
  }

  /** It could not be started, or has ended by itself. */
  failed(task: ServiceTask, failure: TaskFailure): void {
    this.#slowDown(task);
    if (failure.unplaced !== undefined) this.#service.events.unplaced(failure.unplaced);
    this.#count(task, failure);
  }

  /** Its health checks have failed. */
  async condemn(task: ServiceTask): Promise<void> {
    task.judged = true;
    this.#slowDown(task);
    const { events } = this.#service;
    const failed = task.failedTarget;
    if (task.failedContainer !== undefined) events.containerUnhealthy(task.id);
    else if (failed !== undefined) {
      const why = failed.description.health.description ?? 'Health checks failed';
      events.unhealthy(task.id, failed.target.port, failed.group.arn, why);
    }
    this.#count(task, await task.diagnose());
  }

  get #primary(): Deployment {
    return this.#service.deployments.primary;
  }

  #slowDown(task: ServiceTask): void {
    const { backOff, events } = this.#service;
    if (task.everHealthy || task.deployment !== this.#primary.id) return;
    backOff.failed();
    if (backOff.failures >= 3) events.throttled();
  }

  #count(task: ServiceTask, failure: TaskFailure): void {
    const { account, logicalId, deployments, steady, settings, deleting } = this.#service;
    const { lastStatus: status } = task.view();
    account.emit({ event: 'task', service: logicalId, task: task.id, status, reason: toldOf(failure) });
    const primary = this.#primary;
    if (deleting() || task.deployment !== primary.id) return;
    if (failure.missingImage !== undefined && !deployments.hasCompleted) return this.#awaitImage(failure.missingImage);
    const breaker = primary.rollout === 'IN_PROGRESS' ? settings().circuitBreaker : undefined;
    primary.failedTasks++;
    primary.lastFailure = failure;
    steady.taskFailed(failure, breaker !== undefined);
    if (breaker === undefined) return;
    if (failure.final === true || primary.failedTasks >= breaker.threshold(settings().desired)) this.#trip(failure, breaker.rollback);
  }

  /** The first deployment of a service waits for its image, and takes it up as soon as it comes. */
  #awaitImage({ uri, repository }: NonNullable<TaskFailure['missingImage']>): void {
    this.#service.images.expect(uri, repository);
    this.#service.steady.waitForImage();
  }

  /** ECS-079 */
  #trip(failure: TaskFailure, rollback: boolean): void {
    const { deployments, events, steady, backOff, tripped } = this.#service;
    const failed = this.#primary;
    failed.rollout = 'FAILED';
    events.failed(failed.id);
    steady.circuitBreakerTripped(failed.failedTasks, failure);
    const back = rollback ? deployments.rollBack() : undefined;
    if (back !== undefined) {
      events.rollingBack(back.id);
      backOff.reset();
    }
    tripped();
  }
}

/** What the task's own event says. */
function toldOf(failure: TaskFailure): string {
  const text = describeFailure(failure);
  // What waits for the service tells the rest.
  if (failure.final === true) return text.split('\n', 1)[0] ?? '';
  return failure.fix === undefined || failure.lastLines !== undefined ? text : `${text} ${failure.fix}`;
}
