import type { TaskView } from '../../capabilities/ecs-service.ts';
import type { ContainerExit } from '../../containers/task-runtime.ts';

/** What is known of a task's course: its state, and how it ended. */
export class TaskRecord {
  readonly #id: string;
  readonly #arn: string;
  readonly #taskDefinition: string;
  status: TaskView['lastStatus'] = 'PROVISIONING';
  startedAt: number | undefined;
  stoppedAt: number | undefined;
  /** Of the essential container that ended it. */
  exit: ContainerExit | undefined;
  #end: Pick<TaskView, 'stopCode' | 'stoppedReason'> = {};

  constructor(id: string, arn: string, taskDefinition: string) {
    this.#id = id;
    this.#arn = arn;
    this.#taskDefinition = taskDefinition;
  }

  /** Why it stops (ECS-043). */
  stops(stopCode: NonNullable<TaskView['stopCode']>, stoppedReason: string): void {
    this.#end = { stopCode, stoppedReason };
  }

  /** @param place where it is in the network @param local process or container ids, while there are any */
  view(place: Pick<TaskView, 'address' | 'zone'> | undefined, local: readonly string[]): TaskView {
    return {
      id: this.#id,
      arn: this.#arn,
      lastStatus: this.status,
      taskDefinition: this.#taskDefinition,
      local: this.status === 'STOPPED' ? [] : local,
      ...place,
      ...(this.startedAt === undefined ? {} : { startedAt: this.startedAt }),
      ...this.#end,
      ...(this.exit?.exitCode === undefined ? {} : { exitCode: this.exit.exitCode }),
    };
  }
}
