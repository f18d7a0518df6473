import { TaskStartFailure, type ContainerExit } from '../../containers/task-runtime.ts';
import { NetworkModelError } from '../../network/network-model-error.ts';
import { ImageMissing } from './image-pull.ts';

/** Why a task is no good, for people. */
export interface TaskFailure {
  readonly task: string;
  /** A clause that follows "task 3f2a1b0c": `exits at once (exit code 1)`. */
  readonly what: string;
  readonly fix?: string;
  /** An image of the account's registry that may yet be pushed. */
  readonly missingImage?: { readonly uri: string; readonly repository: string };
  /** Another task would fail alike: the application can't be built. */
  readonly final?: true;
  /** Present when it was given no address; for the service's event (ECS-089). */
  readonly unplaced?: string;
  /** Undefined when it never ran. */
  readonly lastLines: readonly string[] | undefined;
}

/** Where nothing better is known: what a check that fails may be due to. */
const unhealthyFix =
  'Let it answer as the health check of the target group expects, or change the check. ' +
  'If it only needs more time to start: HealthCheckGracePeriodSeconds of the service, or a slower pace (--time-scale 0.1).';

const wrongProcessorFix =
  'Its image was built for another processor: build it for that of RuntimePlatform.CpuArchitecture (docker build --platform, platform of the asset).';

/** What the container runtime logs, here and on Fargate, when the kernel does not take the program. */
function isWrongProcessor(line: string): boolean {
  return line.includes('exec format error');
}

/** In AWS's words. */
export function stoppedReasonOf(error: unknown): string {
  return error instanceof TaskStartFailure ? error.stoppedReason : `ResourceInitializationError: ${textOf(error)}`;
}

/** A task that has no containers, or not all of them. */
export function startFailure(task: string, error: unknown, lastLines: readonly string[]): TaskFailure {
  const { why, fix } = withoutFix(textOf(error));
  return {
    task,
    what: `cannot be started: ${why.replace(/\.$/, '')}`,
    ...(fix === undefined ? {} : { fix }),
    ...(error instanceof TaskStartFailure && error.final ? { final: true } : {}),
    ...(error instanceof NetworkModelError ? { unplaced: why } : {}),
    ...(error instanceof ImageMissing ? { missingImage: { uri: error.image, repository: error.repository } } : {}),
    lastLines: lastLines.length === 0 ? undefined : lastLines,
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the network refuses ends with the rule or route that would open it; what IAM refuses names the permission that is lacking. */
function withoutFix(text: string): { readonly why: string; readonly fix?: string } {
  const [why = '', opening] = text.split('. To open it, ');
  if (opening !== undefined) return { why, fix: `${opening.charAt(0).toUpperCase()}${opening.slice(1).replace(/\.$/, '')}.` };
  const [, role, action, resource] = LACKING.exec(text) ?? [];
  return role === undefined ? { why } : { why, fix: `Let a policy of role ${role} allow ${action} on ${resource}.` };
}

/** IAM-030 */
const LACKING =
  /assumed-role\/([^/]+)\/\S+ is not authorized to perform: (\S+) on resource: (\S+) because no identity-based policy allows the/;

/** An essential container that ended although nobody asked it to. */
export function exitFailure(task: string, exit: ContainerExit, wasHealthy: boolean, lastLines: readonly string[]): TaskFailure {
  const how = exit.signal !== undefined ? `killed by ${exit.signal}` : `exit code ${exit.exitCode ?? 'unknown'}`;
  const reason = exit.reason === undefined ? '' : `, ${exit.reason}`;
  const when = wasHealthy ? 'ended by itself' : 'exits before it is healthy';
  return {
    task,
    what: `${when}: container "${exit.container}" (${how}${reason})`,
    ...(wasHealthy
      ? {}
      : { fix: lastLines.some(isWrongProcessor) ? wrongProcessorFix : 'Mend what its log tells. All that it logs: s3m up --verbose' }),
    lastLines,
  };
}

/** What a task that never gets healthy shows. */
export interface UnhealthyTask {
  readonly task: string;
  readonly targetGroup: string;
  readonly port: number;
  /** What the health check saw. */
  readonly detail: string;
  /** Ports that something in the task listens on; undefined when that can't be told. */
  readonly listening: readonly number[] | undefined;
  /** Those of them that are bound to 127.0.0.1. */
  readonly loopback: readonly number[];
  readonly lastLines: readonly string[];
}

export function unhealthyFailure(unhealthy: UnhealthyTask): TaskFailure {
  const { task, targetGroup, port, detail, listening, loopback, lastLines } = unhealthy;
  const { why, fix } = withoutFix(detail);
  const what = `never gets healthy in target group ${targetGroup}: ${why}`;
  // A rule of the network is missing; what the task does is no matter.
  if (fix !== undefined) return { task, what, fix, lastLines: undefined };
  if (loopback.includes(port)) {
    return {
      task,
      what: `${what}. It listens on port ${port} of 127.0.0.1 only, which no load balancer reaches`,
      fix: `Let the server listen on 0.0.0.0 instead of 127.0.0.1.`,
      lastLines,
    };
  }
  if (listening !== undefined && !listening.includes(port)) {
    const others = [...listening].sort((one, other) => one - other);
    if (others.length === 0) {
      return {
        task,
        what: `${what}. Nothing in it listens on any port; the template says container port ${port}`,
        fix: unhealthyFix,
        lastLines,
      };
    }
    return {
      task,
      what: `${what}. It listens on ${others.join(', ')}, but the template says container port ${port}`,
      fix: `Let the server listen on ${port}, or set ContainerPort to ${others.join(' or ')} in the task definition and the service.`,
      lastLines,
    };
  }
  return { task, what, fix: unhealthyFix, lastLines };
}

/** A task with an essential container whose health check fails. */
export function unhealthyContainer(task: string, container: string, why: string, lastLines: readonly string[]): TaskFailure {
  return {
    task,
    what: `is UNHEALTHY: of container "${container}", ${why}`,
    fix: 'Run the command of HealthCheck inside the container to see why. If the container only needs more time to start: StartPeriod of the health check, or a slower pace (--time-scale 0.1).',
    lastLines,
  };
}

/** The end of a message: what the last failed task did, with its last log lines. */
export function describeFailures(count: number, last: TaskFailure): string {
  const which = count === 1 ? `its task ${shortId(last.task)}` : `${count} of its tasks failed; the last one, ${shortId(last.task)},`;
  return `${which} ${describeFailure(last)}`;
}

/** What it did, with its last log lines. */
export function describeFailure({ what, lastLines }: TaskFailure): string {
  // What a build said stands as it is.
  if (lastLines === undefined) return what.includes('\n') ? what : `${what}.`;
  const log = lastLines.slice(-10).map((line) => `\n    ${line}`);
  return `${what}.${log.length === 0 ? ' It logged nothing.' : ` Its last log lines:${log.join('')}`}`;
}

export function shortId(task: string): string {
  return task.slice(0, 8);
}
