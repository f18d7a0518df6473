/** A task as `s3m ps` shows it. */
export interface TaskView {
  readonly id: string;
  readonly arn: string;
  /** ECS-040 */
  readonly lastStatus: 'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';
  readonly taskDefinition: string;
  readonly address?: string;
  readonly zone?: string;
  readonly startedAt?: number;
  /** ECS-043 */
  readonly stopCode?: 'TaskFailedToStart' | 'EssentialContainerExited' | 'ServiceSchedulerInitiated';
  readonly stoppedReason?: string;
  /** Of the essential container that ended the task. */
  readonly exitCode?: number;
  /** Process or container ids on this machine, for people. */
  readonly local: readonly string[];
}

/** What a task that runs has used since its start, and what its definition has. */
export interface TaskUsage {
  readonly task: string;
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/** An ECS service as the command line and Application Auto Scaling use it. */
export interface EcsService {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly desired: number;
  readonly running: number;
  /** Whether a deployment is under way. */
  readonly deploying: boolean;
  /** Sets the number of tasks wanted. */
  scaleTo(desired: number): void;
  /** Of the tasks that run. */
  usage(): Promise<readonly TaskUsage[]>;
  readonly tasks: readonly TaskView[];
  /** The newest first, in AWS's words (ECS-082 to ECS-091). */
  readonly events: readonly { readonly at: number; readonly message: string }[];
}
