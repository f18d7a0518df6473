import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../account.ts';
import { newDeployment, type Deployment } from './deployment.ts';
import type { DeploymentTemplate } from './service-settings.ts';

/** The deployments of a service: the primary one, those that tasks still run of, and which was completed last (ECS-079). */
export class Deployments {
  readonly #account: Account;
  /** The primary deployment first. */
  #list: readonly [Deployment, ...Deployment[]];
  #lastCompleted: Deployment | undefined;

  constructor(account: Account, template: DeploymentTemplate) {
    this.#account = account;
    this.#list = [newDeployment(account, template)];
  }

  get primary(): Deployment {
    return this.#list[0];
  }

  /** Target groups of all deployments that have tasks. */
  get targetGroupArns(): readonly string[] {
    return this.#list.flatMap(({ template }) => template.loadBalancers.map(({ targetGroupArn }) => targetGroupArn));
  }

  /** Whether tasks are started from something else than before, or the same is to be tried again. */
  isNew(template: DeploymentTemplate): boolean {
    return !isDeepStrictEqual(template, this.primary.template) || this.primary.rollout === 'FAILED';
  }

  /** A deployment that still has tasks is taken up again, so that undoing an update starts no task anew. */
  deploy(template: DeploymentTemplate): void {
    const earlier = this.#list.find((deployment) => deployment.rollout !== 'FAILED' && isDeepStrictEqual(deployment.template, template));
    if (earlier === undefined) this.#list = [newDeployment(this.#account, template), ...this.#list];
    else this.#takeUp(earlier);
  }

  /** Whether one was ever completed. */
  get hasCompleted(): boolean {
    return this.#lastCompleted !== undefined;
  }

  complete(): void {
    this.primary.rollout = 'COMPLETED';
    this.#lastCompleted = this.primary;
  }

  /** Makes the deployment that was completed last the primary one again, and answers it; undefined when there was none. */
  rollBack(): Deployment | undefined {
    if (this.#lastCompleted !== undefined) this.#takeUp(this.#lastCompleted);
    return this.#lastCompleted;
  }

  /** Forgets those without tasks. */
  keep(hasTasks: (deployment: string) => boolean): void {
    const [primary, ...others] = this.#list;
    this.#list = [primary, ...others.filter(({ id }) => hasTasks(id))];
  }

  #takeUp(deployment: Deployment): void {
    deployment.rollout = 'IN_PROGRESS';
    deployment.failedTasks = 0;
    this.#list = [deployment, ...this.#list.filter((other) => other !== deployment)];
  }
}
