import type { Account } from '../account.ts';
import type { DeploymentTemplate } from './service-settings.ts';
import type { ServiceTask } from './task.ts';
import type { TaskFailure } from './task-failure.ts';

/** What a task is started from, and whom it tells. */
export interface TaskRequest {
  readonly account: Account;
  readonly id: string;
  readonly clusterName: string;
  /** Logical id of the service. */
  readonly service: string;
  readonly serviceName: string;
  readonly deployment: string;
  readonly template: DeploymentTemplate;
  /** Of the deployment (ECS-027). */
  readonly digests: Map<string, string>;
  readonly subnet: string;
  readonly gracePeriodMs: number;
  readonly observer: TaskObserver;
}

/** Told by a task what happens to it. */
export interface TaskObserver {
  /** Anything that the scheduler should look at. */
  changed(): void;
  /** It could not be started, or an essential container ended by itself. */
  failed(task: ServiceTask, failure: TaskFailure): void;
  registered(targetGroupArn: string): void;
  draining(task: ServiceTask, targetGroupArn: string): void;
}
