import { ResourceFailure } from '../resource-type.ts';
import { describeFailures, type TaskFailure } from './task-failure.ts';

/** Failed tasks in a row after which a service without a circuit breaker is given up on. */
const GIVE_UP_AFTER = 3;
/** Failed tasks in all, when some become healthy in between. */
const GIVE_UP_AFTER_IN_ALL = 10;

/**
 * Whether a service has come to rest since it was last changed: what `stable()` waits for.
 *
 * AWS without a circuit breaker tries for hours (ECS-076). A developer waits for nothing that long: after three failed tasks in a row,
 * or ten in all, the wait ends with the reason; after a single one when the application can't be built, as `cdk deploy` ends then. The scheduler itself goes on trying, as AWS's does.
 */
export class SteadyState {
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  #state: 'changing' | 'waiting' | 'steady' | ResourceFailure = 'changing';
  #inARow = 0;
  #inAll = 0;

  get steady(): boolean {
    return this.#state === 'steady';
  }

  /** @throws ResourceFailure */
  async wait(): Promise<void> {
    if (this.#state === 'steady' || this.#state === 'waiting') return;
    if (this.#state !== 'changing') throw this.#state;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.push(waiting);
    await waiting.promise;
  }

  /**
   * It stays without tasks until somebody pushes their image. Nobody waits for that: the engine has to be up to take the image in. AWS's
   * CloudFormation would wait for three hours.
   */
  waitForImage(): void {
    if (this.#state !== 'changing') return;
    this.#state = 'waiting';
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  /** The service was changed: what is known does not hold any more. */
  changed(): void {
    this.#state = 'changing';
    this.#inARow = 0;
    this.#inAll = 0;
  }

  /** Tasks are missing again. */
  unsettled(): void {
    if (this.#state === 'steady') this.#state = 'changing';
  }

  reached(): void {
    this.changed();
    this.#state = 'steady';
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  taskHealthy(): void {
    this.#inARow = 0;
  }

  /** Counts a failed task; `patient` leaves the decision to the circuit breaker. */
  taskFailed(failure: TaskFailure, patient: boolean): void {
    this.#inARow++;
    this.#inAll++;
    if (patient) return;
    if (failure.final !== true && this.#inARow < GIVE_UP_AFTER && this.#inAll < GIVE_UP_AFTER_IN_ALL) return;
    this.fail(
      new ResourceFailure(
        `The service does not reach a steady state: ${describeFailures(this.#inAll, failure)}`,
        failure.fix === undefined ? {} : { fix: failure.fix },
      ),
    );
  }

  /** ECS-080 */
  circuitBreakerTripped(failedTasks: number, failure: TaskFailure): void {
    this.fail(
      new ResourceFailure(
        `Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'. The service rolls nothing out any more: ${describeFailures(failedTasks, failure)}`,
        failure.fix === undefined ? {} : { fix: failure.fix },
      ),
    );
  }

  fail(failure: ResourceFailure): void {
    if (this.#state !== 'changing') return;
    this.#state = failure;
    for (const { reject } of this.#waiting.splice(0)) reject(failure);
  }
}
