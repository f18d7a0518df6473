import type { CallPassage } from '../../capabilities/credentials.ts';
import type { ContainerDefinition } from '../../capabilities/task-definition.ts';
import { LastLines } from '../../containers/output-lines.ts';
import { TaskStartFailure } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';
import { ensureLogGroup } from '../log-groups.ts';
import { reachApi, type TaskInterface } from './aws-reach.ts';
import type { ExecutionRole } from './execution-role.ts';

/** What the containers of one task write: to their log groups, to the terminal, and the last lines for messages. */
export class TaskLog {
  readonly #account: Account;
  readonly #source: string;
  readonly #task: string;
  readonly #containers: ReadonlyMap<string, ContainerDefinition>;
  readonly #last = new LastLines();

  constructor(account: Account, source: string, task: string, containers: readonly ContainerDefinition[]) {
    this.#account = account;
    this.#source = source;
    this.#task = task;
    this.#containers = new Map(containers.map((container) => [container.name, container]));
  }

  get lastLines(): readonly string[] {
    return this.#last.lines;
  }

  /**
   * Makes groups that may be made (ECS-013).
   * @throws TaskStartFailure where CloudWatch is out of reach (ECS-055, VPC-022), a group is missing (ECS-054) or may not be made (ECS-056)
   */
  open(from: TaskInterface, role: ExecutionRole): void {
    const { directory } = this.#account;
    for (const { name, log } of this.#containers.values()) {
      if (log === undefined) continue;
      const { unreachable, passage } = reachApi(this.#account, from, 'logs');
      if (unreachable !== undefined) throw cannotConnect(name, unreachable);
      if (directory.find('logGroup', log.group) !== undefined) continue;
      if (log.createGroup !== true) throw noGroup(name, log.group);
      this.#create(name, log.group, role, passage);
    }
  }

  #create(container: string, group: string, role: ExecutionRole, passage: CallPassage | undefined): void {
    const { directory, id, partition, region } = this.#account;
    const refused = role.refuse({
      action: 'logs:CreateLogGroup',
      resource: `arn:${partition}:logs:${region}:${id}:log-group:${group}:log-stream:`,
      passage,
    });
    if (refused === undefined) return void ensureLogGroup(directory, group);
    throw new TaskStartFailure(
      `${CANNOT_LOG}: create stream has been retried 1 times: failed to create Cloudwatch log group: AccessDeniedException: ${refused} : exit status 1`,
      `Container "${container}" logs to the log group ${group}, which does not exist, and its execution role may not create it: ${refused}`,
    );
  }

  write(container: string, message: string): void {
    this.#last.add(message);
    const log = this.#containers.get(container)?.log;
    const timestamp = this.#account.clock.now();
    // ECS-012
    const stream = log === undefined ? `${container}/${this.#task}` : `${log.streamPrefix}/${container}/${this.#task}`;
    if (log !== undefined) this.#account.directory.find('logGroup', log.group)?.put({ timestamp, stream, message });
    this.#account.emit({ event: 'log', source: this.#source, stream, message, timestamp });
  }
}

const CANNOT_LOG = 'ResourceInitializationError: failed to validate logger args';

/** ECS-055 */
function cannotConnect(container: string, why: string): TaskStartFailure {
  return new TaskStartFailure(
    `${CANNOT_LOG}: The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed`,
    `Container "${container}" cannot log: ${why}`,
  );
}

/** ECS-054 */
function noGroup(container: string, group: string): TaskStartFailure {
  return new TaskStartFailure(
    `${CANNOT_LOG}: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1`,
    `Container "${container}" logs to the log group ${group}, which does not exist. Add it to the template, or set awslogs-create-group: "true"`,
  );
}
