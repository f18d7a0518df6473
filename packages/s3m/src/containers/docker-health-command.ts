import type Docker from 'dockerode';
import type { ContainerHealthCheck } from '../capabilities/task-definition.ts';
import type { Clock } from '../clock/clock.ts';
import type { CheckResult } from './container-health.ts';
import { DockerOutput } from './docker-output.ts';
import { LastLines } from './output-lines.ts';

/** Runs the command of a health check in a container. One that takes too long is left to end there: Docker can't kill what it runs besides a container's command. */
export async function runDockerHealthCommand(
  container: Docker.Container,
  check: ContainerHealthCheck | undefined,
  clock: Clock,
): Promise<CheckResult> {
  if (check === undefined) return { exitCode: 0, output: [] };
  const [kind, ...words] = check.command;
  const exec = await container.exec({
    Cmd: kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({});
  const last = new LastLines();
  const output = new DockerOutput((line) => last.add(line));
  stream.on('data', (chunk: Buffer) => output.write(chunk));
  const ended = new Promise<true>((resolve) => {
    for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve(true));
  });
  const late = Promise.withResolvers<false>();
  const timer = clock.after(check.timeoutMs, () => late.resolve(false));
  const inTime = await Promise.race([ended, late.promise]);
  timer.cancel();
  output.end();
  if (!inTime) {
    stream.destroy();
    return { exitCode: undefined, output: last.lines };
  }
  const { ExitCode: exitCode } = await exec.inspect();
  return { exitCode: exitCode ?? undefined, output: last.lines };
}
