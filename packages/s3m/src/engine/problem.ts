import { StateFailure } from '../state/state.ts';
import type { TemplateProblem } from '../template/assembly.ts';

/** Something that keeps the system from starting or updating, as `failed` reports it (CONTRACTS: machine-readable output). */
export interface Problem {
  /** CloudFormation's own code where it has one, otherwise ours: `Unsupported`, `PortInUse`, `AlreadyRunning`. */
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
  readonly logicalId?: string;
  readonly property?: string;
  readonly file?: string;
  readonly line?: number;
  readonly fix?: string;
  readonly fault: 'user' | 'engine';
}

/** One or more problems at once. */
export class EngineFailure extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map((problem) => problem.message).join('\n'), options);
    this.name = 'EngineFailure';
    this.problems = problems;
  }
}

/** A failure with a single problem that its user can mend. */
export function userFailure(code: string, message: string, fix?: string): EngineFailure {
  return new EngineFailure([{ code, message, fault: 'user', ...(fix === undefined ? {} : { fix }) }]);
}

export function fromTemplateProblem(problem: TemplateProblem): Problem {
  const { location, ...rest } = problem;
  return {
    ...rest,
    fault: 'user',
    ...(location === undefined ? {} : { file: location.file }),
    ...(location?.line === undefined ? {} : { line: location.line }),
  };
}

/** Any error as problems; what nobody foresaw is the engine's fault. */
export function toProblems(error: unknown): readonly Problem[] {
  if (error instanceof EngineFailure) return error.problems;
  if (error instanceof StateFailure) return [{ code: error.code, message: error.message, fix: error.fix, fault: 'user' }];
  if (isFullDisk(error)) {
    return [
      {
        code: 'DiskFull',
        message: `No space is left on the disk: ${error.message}`,
        fix: 'Free some space on the disk that holds the project and its folder .s3m, then start again.',
        fault: 'user',
      },
    ];
  }
  const message = error instanceof Error ? error.message : String(error);
  return [
    {
      code: 'InternalError',
      message: `S3M failed: ${message}`,
      fix: 'This is a fault of S3M. Please report it with the output of S3M_DEBUG=1.',
      fault: 'engine',
    },
  ];
}

function isFullDisk(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
