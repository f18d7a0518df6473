/** A service event, as DescribeServices lists it. */
export interface ServiceEvent {
  readonly at: number;
  readonly message: string;
}

/** ECS-091 */
const KEPT = 100;
/** How long an event that says the same again is suppressed (ECS-091), and how often a steady service says so (ECS-087). */
export const REPEATED_AFTER_MS: number = 6 * 3_600_000;

/** The events of one service in AWS's words, the newest first (ECS-082 to ECS-091). */
export class ServiceEvents {
  readonly #service: string;
  readonly #now: () => number;
  readonly #suppressed = new Map<string, number>();
  #events: readonly ServiceEvent[] = [];

  constructor(service: string, now: () => number) {
    this.#service = service;
    this.#now = now;
  }

  get list(): readonly ServiceEvent[] {
    return this.#events;
  }

  /** ECS-082 */
  started(tasks: readonly string[]): void {
    this.#add(`(service ${this.#service}) has started ${tasks.length} tasks: ${tasks.map((id) => `(task ${id})`).join(' ')}.`);
  }

  /** ECS-085: marks the decision, not the end of the container (ECS-081). */
  stopped(tasks: readonly string[]): void {
    this.#add(`(service ${this.#service}) has stopped ${tasks.length} running tasks: ${tasks.map((id) => `(task ${id})`).join(' ')}.`);
  }

  /** ECS-083 */
  registered(targetGroup: string): void {
    this.#add(`(service ${this.#service}) registered 1 targets in (target-group ${targetGroup})`);
  }

  /** ECS-083 */
  deregistered(targetGroup: string): void {
    this.#add(`(service ${this.#service}) deregistered 1 targets in (target-group ${targetGroup})`);
  }

  /** ECS-084 */
  draining(deployment: string): void {
    this.#add(`(service ${this.#service}, taskSet ${deployment}) has begun draining connections on 1 tasks.`);
  }

  /** ECS-086 */
  unhealthy(task: string, port: number, targetGroup: string, reason: string): void {
    this.#add(
      `(service ${this.#service}) (task ${task}) (port ${port}) is unhealthy in (target-group ${targetGroup}) due to (reason ${reason}).`,
    );
  }

  /** ECS-090 */
  containerUnhealthy(task: string): void {
    this.#add(`(service ${this.#service}) (task ${task}) failed container health checks.`);
  }

  /** ECS-087 */
  completed(deployment: string): void {
    this.#add(`(service ${this.#service}) (deployment ${deployment}) deployment completed.`);
  }

  /** ECS-087 */
  steady(): void {
    this.#add(`(service ${this.#service}) has reached a steady state.`);
  }

  /** ECS-088 */
  failed(deployment: string): void {
    this.#add(`(service ${this.#service}) (deployment ${deployment}) deployment failed: tasks failed to start.`);
  }

  /** ECS-088 */
  rollingBack(deployment: string): void {
    this.#add(`(service ${this.#service}) rolling back to deployment ${deployment}.`);
  }

  /** ECS-089; told once in six hours until {@link clear}. */
  unplaced(reason: string): void {
    this.#addOnce(`(service ${this.#service}) was unable to place a task. Reason: ${reason}`);
  }

  /** ECS-075; told once in six hours until {@link clear}. */
  throttled(): void {
    this.#addOnce(
      `(service ${this.#service}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
    );
  }

  /** ECS-073; told once in six hours until {@link clear}. */
  stuck(): void {
    this.#addOnce(stuckMessage(this.#service));
  }

  /** The cause of suppressed events is gone (ECS-091). */
  clear(): void {
    this.#suppressed.clear();
  }

  #addOnce(message: string): void {
    const last = this.#suppressed.get(message);
    if (last !== undefined && this.#now() - last < REPEATED_AFTER_MS) return;
    this.#suppressed.set(message, this.#now());
    this.#add(message);
  }

  #add(message: string): void {
    this.#events = [{ at: this.#now(), message }, ...this.#events].slice(0, KEPT);
  }
}

/** ECS-073 */
export function stuckMessage(service: string): string {
  return `service (${service}) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.`;
}
