import type { Target, TargetDescription, TargetGroup } from '../../capabilities/target-group.ts';
import type { Account } from '../account.ts';
import type { ServiceLoadBalancer } from './service-settings.ts';

/** A target of a task with what its group says about it. */
export interface RegisteredTarget {
  readonly group: TargetGroup;
  readonly target: Target;
  readonly description: TargetDescription;
}

/** Where a task is registered: its address with a container port in each target group of its service. */
export class TaskTargets {
  readonly #registered: { readonly group: TargetGroup; readonly target: Target }[] = [];

  get none(): boolean {
    return this.#registered.length === 0;
  }

  /** Registers in one group. */
  register(
    account: Account,
    { targetGroupArn, containerPort }: ServiceLoadBalancer,
    at: { readonly address: string; readonly zone: string },
  ): void {
    const group = account.directory.find('targetGroup', targetGroupArn);
    if (group === undefined) throw new Error(`the target group ${targetGroupArn} is not there any more`);
    const target = { address: at.address, port: containerPort, zone: at.zone };
    group.register(target);
    this.#registered.push({ group, target });
  }

  /** Whether all groups send requests to it. */
  get healthy(): boolean {
    const described = this.#described();
    return described.length === this.#registered.length && described.every(({ description }) => description.health.state === 'healthy');
  }

  /** The first whose health check failed. */
  get failed(): RegisteredTarget | undefined {
    return this.#described().find(({ group, description }) => hasFailed(group, description));
  }

  /** Begins to deregister everywhere; resolves when the targets are unused (ECS-063). `onFailure` is told what a group refused. */
  async deregister(onBegin: (group: TargetGroup) => void, onFailure: (message: string) => void): Promise<void> {
    await Promise.all(
      this.#registered.map(async ({ group, target }) => {
        const unused = group.deregister(target);
        onBegin(group);
        await unused.catch((error: unknown) => onFailure(`could not be deregistered from ${group.name}: ${String(error)}`));
      }),
    );
  }

  #described(): readonly RegisteredTarget[] {
    return this.#registered.flatMap(({ group, target }) => {
      const description = group.describe().find(({ address, port }) => address === target.address && port === target.port);
      return description === undefined ? [] : [{ group, target, description }];
    });
  }
}

/** NLB-022: in a zone that the load balancer does not have, a target stays `unused`, and ECS takes that for a failed check. */
function hasFailed(group: TargetGroup, { health }: TargetDescription): boolean {
  if (health.state === 'unused') return group.inUse && health.reason !== 'Target.NotRegistered';
  return health.state === 'unhealthy' || health.state === 'unhealthy.draining';
}
