import type { TaskView } from '../../capabilities/ecs-service.ts';
import type { ContainerUsage } from '../../containers/container-usage.ts';
import type { ContainerHealthView, RunningTask } from '../../containers/task-runtime.ts';
import type { NetworkInterface } from '../../network/network.ts';
import type { Account } from '../account.ts';
import { vpcNeighbours } from '../vpc-neighbours.ts';
import { linkLocalOutlet } from './link-local.ts';
import type { DeploymentTemplate } from './service-settings.ts';
import { taskContainers } from './task-containers.ts';
import { isPulled, withPulls } from './task-images.ts';
import { credentialsPath, TaskCredentials } from './task-credentials.ts';
import { metadataPath, TaskMetadata } from './task-metadata.ts';
import { taskOutlets } from './task-outlets.ts';

/** A task that has its network interface and is to get its containers. */
export interface TaskLaunch {
  readonly account: Account;
  readonly id: string;
  readonly clusterName: string;
  readonly serviceName: string;
  readonly template: DeploymentTemplate;
  readonly digests: Map<string, string>;
  readonly attached: NetworkInterface;
  view(): TaskView;
  health(): readonly ContainerHealthView[];
  usage(): Promise<readonly ContainerUsage[]>;
  /** Told each time that a container gets healthy or unhealthy. */
  healthChanged(): void;
  log(container: string, line: string): void;
  tell(what: string): void;
}

/** Answers how to start a task's containers, once secrets and environment files are there. @throws TaskStartFailure for what can't be had */
export async function prepareLaunch(launch: TaskLaunch): Promise<() => Promise<RunningTask>> {
  const { account, id, template, attached } = launch;
  const { definition } = template;
  const credentials = definition.taskRoleArn === undefined ? undefined : new TaskCredentials(account, definition.taskRoleArn, id);
  const metadata = new TaskMetadata({ ...launch, definition, createdAt: account.clock.now() });
  const containers = await taskContainers(account, definition, { attached, credentials, metadata, id });
  return async () =>
    account.runtime.start({
      id,
      name: mainContainer(template),
      containers: isPulled(account, containers) ? await withPulls(launch, containers) : containers,
      outlets: [
        ...taskOutlets(account, attached, (why) => launch.tell(`gets no answer from AWS: ${why}`)),
        linkLocalOutlet({
          [metadataPath]: metadata.handle,
          ...(credentials === undefined ? {} : { [credentialsPath]: credentials.handle }),
        }),
      ],
      neighbours: vpcNeighbours(account, attached, { outward: false, refused: (why) => launch.tell(`gets no answer: ${why}`) }),
      ports: [...new Set(definition.containers.flatMap(({ portMappings }) => portMappings.map(({ containerPort }) => containerPort)))],
      clock: account.clock,
      schedule: account.schedule,
      healthChanged: () => launch.healthChanged(),
      restarting: ({ container, exitCode }) =>
        launch.tell(`starts container "${container}" again, which ended with exit code ${exitCode ?? 'unknown'} (RestartPolicy)`),
      log: (container, line) => launch.log(container, line),
    });
}

/** What people know the task by: the container that the load balancer reaches, or the first essential one. */
function mainContainer({ definition, loadBalancers }: DeploymentTemplate): string {
  return loadBalancers[0]?.containerName ?? definition.containers.find(({ essential }) => essential)?.name ?? definition.family;
}
