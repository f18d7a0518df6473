import type { TaskDefinition } from '../../capabilities/task-definition.ts';
import type { ContainerSpec } from '../../containers/task-runtime.ts';
import type { TaskInterface } from './aws-reach.ts';
import type { Account } from '../account.ts';
import { readEnvironmentFiles } from './environment-files.ts';
import { executionRole } from './execution-role.ts';
import type { TaskCredentials } from './task-credentials.ts';
import { taskEnvironment } from './task-environment.ts';
import type { TaskMetadata } from './task-metadata.ts';
import { fetchSecrets } from './task-secrets.ts';

/** The containers of a task with their images and whole environments. @throws TaskStartFailure for a secret or an environment file that can't be had */
export async function taskContainers(
  account: Account,
  definition: TaskDefinition,
  task: {
    readonly attached: TaskInterface;
    readonly credentials: TaskCredentials | undefined;
    readonly metadata: TaskMetadata;
    readonly id: string;
  },
): Promise<readonly ContainerSpec[]> {
  const role = executionRole(account, definition.executionRoleArn, task.id);
  const environments = await Promise.all(
    definition.containers.map((container) => readEnvironmentFiles(account, task.attached, role, container)),
  );
  return definition.containers.map((container, index) => {
    const image = account.directory.find('image', container.image);
    const environment = {
      ...environments[index],
      ...taskEnvironment(account, container, task.credentials, task.metadata),
      ...fetchSecrets(account, task.attached, role, container),
    };
    return {
      definition: container,
      environment,
      ...(definition.memoryMiB === undefined ? {} : { taskMemoryMiB: definition.memoryMiB }),
      ...(image === undefined ? {} : { image }),
    };
  });
}
