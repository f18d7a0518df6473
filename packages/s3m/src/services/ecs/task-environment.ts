import type { ContainerDefinition } from '../../capabilities/task-definition.ts';
import type { Account } from '../account.ts';
import { credentialVariables } from '../role-session.ts';
import type { TaskCredentials } from './task-credentials.ts';
import type { TaskMetadata } from './task-metadata.ts';

/**
 * The whole environment of a container: what the account gives to everything that runs in it, what Fargate sets and is true here (ECS-092),
 * and the definition's own. Without a task role there is no word of credentials (ECS-093).
 */
export function taskEnvironment(
  account: Account,
  definition: ContainerDefinition,
  credentials: TaskCredentials | undefined,
  metadata: TaskMetadata,
): Readonly<Record<string, string>> {
  return {
    ...account.environment,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    // Where a task runs in the open there is no address of its own to ask.
    ...(account.runtime.mayExpose === true ? {} : { ECS_CONTAINER_METADATA_URI_V4: metadata.uri(definition.name) }),
    ...(credentials === undefined ? {} : whereCredentialsAre(account, credentials)),
    ...definition.environment,
  };
}

/** Where a task runs in the open there is no address of its own to ask: then they are variables, and end without renewal. */
function whereCredentialsAre(account: Account, credentials: TaskCredentials): Record<string, string> {
  if (account.runtime.mayExpose === true) return credentialVariables(credentials.current());
  return { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: credentials.relativeUri };
}
