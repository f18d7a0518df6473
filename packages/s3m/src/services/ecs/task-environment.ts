import type { ContainerDefinition } from '../../capabilities/task-definition.ts';
import type { Account } from '../account.ts';

/**
 * The whole environment of a container: what the account gives to everything that runs in it, what Fargate sets and is true here (ECS-092:
 * no metadata endpoint yet, and credentials come as variables), and the definition's own.
 */
export function taskEnvironment(account: Account, definition: ContainerDefinition): Readonly<Record<string, string>> {
  return { ...account.environment, AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE', ...definition.environment };
}
