import type { CallPassage } from '../../capabilities/credentials.ts';
import type { ContainerDefinition } from '../../capabilities/task-definition.ts';
import { LastLines } from '../../containers/output-lines.ts';
import { TaskStartFailure } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';
import { ensureLogGroup } from '../log-groups.ts';
import { reachApi, type TaskInterface } from './aws-reach.ts';
import type { ExecutionRole } from './execution-role.ts';

type ContainerLog = NonNullable<ContainerDefinition['log']>;

/** What the containers of one task write: to their log groups, to the terminal, and the last lines for messages. */
export class TaskLog {
  readonly #account: Account;
  readonly #source: string;
  readonly #task: string;
  readonly #containers: ReadonlyMap<string, ContainerDefinition>;
  readonly #last = new LastLines();
  /** Containers whose lines the execution role may not put into their group. */
  readonly #unheard = new Set<string>();

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
   * Makes groups that may be made (ECS-013). A role that is not of the template is not asked about streams: what it allows is not known.
   * @throws TaskStartFailure where CloudWatch is out of reach (ECS-055, VPC-022), a group is missing (ECS-054), or may not be made, as a
   * stream may not (ECS-056)
   */
  open(from: TaskInterface, role: ExecutionRole): void {
    const { directory } = this.#account;
    for (const { name, log } of this.#containers.values()) {
      if (log === undefined) continue;
      const { unreachable, passage } = reachApi(this.#account, from, 'logs');
      if (unreachable !== undefined) throw cannotConnect(name, unreachable);
      if (directory.find('logGroup', log.group) === undefined) {
        if (log.createGroup !== true) throw noGroup(name, log.group);
        this.#create(name, log.group, role, passage);
      }
      if (directory.find('role', role.owner?.session?.roleArn ?? '') !== undefined) this.#openStream(name, log, role, passage);
    }
  }

  /** A stream that may not be made ends the task; events that may not be put are lost, and the task runs. */
  #openStream(container: string, log: ContainerLog, role: ExecutionRole, passage: CallPassage | undefined): void {
    const group = this.#groupArn(log.group);
    const need = { resource: `${group}:log-stream:${this.#streamOf(container, log)}`, grantAs: `${group}:*`, passage };
    const refused = role.refuse({ ...need, action: 'logs:CreateLogStream' });
    if (refused !== undefined) {
      throw new TaskStartFailure(
        `${CANNOT_LOG}: create stream has been retried 1 times: failed to create Cloudwatch log stream: AccessDeniedException: ${refused} : exit status 1`,
        `Container "${container}" logs to the log group ${log.group}, and its execution role may not create a stream there: ${refused}`,
      );
    }
    if (role.refuse({ ...need, action: 'logs:PutLogEvents' }) !== undefined) this.#unheard.add(container);
  }

  #create(container: string, group: string, role: ExecutionRole, passage: CallPassage | undefined): void {
    const resource = `${this.#groupArn(group)}:log-stream:`;
    const refused = role.refuse({ action: 'logs:CreateLogGroup', resource, passage });
    if (refused === undefined) return void ensureLogGroup(this.#account.directory, group);
    throw new TaskStartFailure(
      `${CANNOT_LOG}: create stream has been retried 1 times: failed to create Cloudwatch log group: AccessDeniedException: ${refused} : exit status 1`,
      `Container "${container}" logs to the log group ${group}, which does not exist, and its execution role may not create it: ${refused}`,
    );
  }

  #groupArn(group: string): string {
    const { id, partition, region } = this.#account;
    return `arn:${partition}:logs:${region}:${id}:log-group:${group}`;
  }

  /** ECS-012 */
  #streamOf(container: string, log: ContainerLog | undefined): string {
    return log === undefined ? `${container}/${this.#task}` : `${log.streamPrefix}/${container}/${this.#task}`;
  }

  write(container: string, message: string): void {
    this.#last.add(message);
    const log = this.#containers.get(container)?.log;
    const timestamp = this.#account.clock.now();
    const stream = this.#streamOf(container, log);
    if (log !== undefined && !this.#unheard.has(container))
      this.#account.directory.find('logGroup', log.group)?.put({ timestamp, stream, message });
    // One of several says which it is.
    const source = this.#containers.size > 1 ? `${this.#source}/${container}` : this.#source;
    this.#account.emit({ event: 'log', source, stream, message, timestamp });
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
