import type { ContainerDefinition } from '../../capabilities/task-definition.ts';
import { LastLines } from '../../containers/output-lines.ts';
import { TaskStartFailure } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';
import { ensureLogGroup } from '../log-groups.ts';

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

  /** Makes groups that may be made (ECS-013). @throws TaskStartFailure for one that is missing (ECS-054) */
  open(): void {
    const { directory } = this.#account;
    for (const { name, log } of this.#containers.values()) {
      if (log === undefined) continue;
      if (log.createGroup === true) ensureLogGroup(directory, log.group);
      else if (directory.find('logGroup', log.group) === undefined) {
        throw new TaskStartFailure(
          'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
          `Container "${name}" logs to the log group ${log.group}, which does not exist. Add it to the template, or set awslogs-create-group: "true"`,
        );
      }
    }
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
