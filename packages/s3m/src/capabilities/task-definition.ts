/** A registered revision of a task definition, as a service starts tasks from it. */
export interface TaskDefinition {
  /** With revision. */
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly networkMode: string;
  /** What the template says that its images are made for; Fargate takes X86_64 when it says nothing. */
  readonly cpuArchitecture?: 'X86_64' | 'ARM64';
  /** In whose name secrets and environment files are fetched. */
  readonly executionRoleArn?: string;
  /** Of the whole task: 1024 are one processor. */
  readonly cpuUnits?: number;
  /** Of the whole task. */
  readonly memoryMiB?: number;
  /** ARN of the role whose credentials its containers get; absent when it has none (ECS-093). */
  readonly taskRoleArn?: string;
  readonly containers: readonly ContainerDefinition[];
}

/** What another container must have come to before one is started (ECS-015). */
export interface ContainerDependency {
  readonly containerName: string;
  readonly condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY';
}

/** ECS-016; the defaults are filled in. */
export interface ContainerHealthCheck {
  /** Begins with `CMD` or `CMD-SHELL`. */
  readonly command: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  /** 0: none. */
  readonly startPeriodMs: number;
}

/** When a container that ended is started again, without a new task (ECS-026). */
export interface RestartPolicy {
  readonly ignoredExitCodes: readonly number[];
  /** How long it must have run; 300,000 by default. */
  readonly attemptPeriodMs: number;
}

/** An S3 object with variables for a container. */
export interface EnvironmentFile {
  readonly arn: string;
  /** Its text, when it is a file asset of the application; else it is in a bucket. */
  readonly text?: string;
}

/** One container of a task definition; defaults are filled in (ECS-008 to ECS-024). */
export interface ContainerDefinition {
  readonly name: string;
  /** Image URI as the template gives it. */
  readonly image: string;
  readonly essential: boolean;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly workingDirectory?: string;
  readonly user?: string;
  readonly readonlyRootFilesystem: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** In their order (ECS-022). */
  readonly environmentFiles?: readonly EnvironmentFile[];
  /** Open files that a process may have (ECS-019); the machine's own limit when it is left out. */
  readonly openFiles?: { readonly soft: number; readonly hard: number };
  /** Variables whose values are fetched when a task starts: a parameter's name or ARN, or a secret's ARN with `:json-key:version-stage:version-id` (ECS-020). */
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly portMappings: readonly { readonly containerPort: number; readonly protocol: string; readonly name?: string }[];
  /** Milliseconds between SIGTERM and SIGKILL; 30,000 by default (ECS-018). */
  readonly stopTimeoutMs: number;
  /** Its share of the task's processors; 1024 are one. */
  readonly cpuUnits?: number;
  /** Hard limit in MiB; beyond it the container is killed (ECS-058). */
  readonly memoryMiB?: number;
  readonly dependsOn: readonly ContainerDependency[];
  readonly healthCheck?: ContainerHealthCheck;
  /** Present when it is enabled. */
  readonly restartPolicy?: RestartPolicy;
  /** How long those that depend on it wait for more than its start; without it there is no limit (ECS-018). */
  readonly startTimeoutMs?: number;
  /** Whether a process of its own kind reaps orphans and passes signals on, as the container's first one. */
  readonly initProcess?: boolean;
  /** Linux capabilities beside or without the usual ones: `SYS_PTRACE`, `ALL` (ECS-099). */
  readonly capabilities?: { readonly add: readonly string[]; readonly drop: readonly string[] };
  /** Paths that may be written under a read-only root; those of other containers' volumes too (ECS-100). */
  readonly mountPoints: readonly { readonly containerPath: string; readonly readOnly: boolean; readonly sourceVolume: string }[];
  /** `createGroup`: whether the group is made when it is not there (ECS-013). */
  readonly log?: { readonly group: string; readonly streamPrefix: string; readonly createGroup?: boolean };
  /** From the resource's Metadata `S3M` (CONTRACTS: how to start it without Docker). */
  readonly local?: { readonly command?: readonly string[]; readonly directory?: string; readonly build?: string };
}
