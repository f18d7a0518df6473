import type { Account } from '../account.ts';
import type { TaskFailure } from './task-failure.ts';
import type { DeploymentTemplate } from './service-settings.ts';

/** One deployment of a service (ECS-079). */
export interface Deployment {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  readonly template: DeploymentTemplate;
  /** Digests of images by the URI that the definition has: what a tag meant when the first task started (ECS-027). */
  readonly digests: Map<string, string>;
  rollout: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  /** Failed tasks, as the circuit breaker counts them (ECS-078). */
  failedTasks: number;
  lastFailure: TaskFailure | undefined;
}

export function newDeployment(account: Account, template: DeploymentTemplate): Deployment {
  return {
    id: `ecs-svc/${digits(account, 19)}`,
    template,
    digests: new Map(),
    rollout: 'IN_PROGRESS',
    failedTasks: 0,
    lastFailure: undefined,
  };
}

/** 32 hex digits. */
export function newTaskId(account: Account): string {
  return Array.from({ length: 32 }, () => Math.floor(account.random() * 16).toString(16)).join('');
}

function digits(account: Account, count: number): string {
  return Array.from({ length: count }, (_, index) => Math.floor(account.random() * (index === 0 ? 9 : 10)) + (index === 0 ? 1 : 0)).join(
    '',
  );
}
