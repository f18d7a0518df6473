import { resolve } from 'node:path';
import type Docker from 'dockerode';
import type { ContainerImage } from '../capabilities/container-image.ts';
import { buildContext } from './build-context.ts';
import { BuildSteps, type StageImages } from './build-steps.ts';
import { followProgress } from './docker-progress.ts';
import { LastLines } from './output-lines.ts';
import { tarArchive } from './tar-archive.ts';
import { TaskStartFailure } from './task-runtime.ts';

/** Builds an image of the application. @param signal ends it @throws TaskStartFailure with the last lines of the build */
export async function buildDockerImage(
  docker: Docker,
  image: ContainerImage,
  options: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly signal: AbortSignal | undefined;
    /** Told of each image that a stage comes to. */
    staged(images: StageImages): void;
    report(line: string): void;
  },
): Promise<void> {
  const { name, labels, signal, staged, report } = options;
  const steps = new BuildSteps();
  const last = new LastLines();
  const say = (line: string): void => {
    last.add(line);
    if (steps.add(line)) staged(steps.images);
    report(line);
  };
  try {
    const output = await docker.buildImage(tarArchive(buildContext(image.directory, image.dockerFile)), {
      t: name,
      dockerfile: image.dockerFile,
      buildargs: { ...image.buildArgs },
      labels: { ...labels },
      forcerm: true,
      ...(signal === undefined ? {} : { abortSignal: signal }),
      ...(image.target === undefined ? {} : { target: image.target }),
      ...(image.platform === undefined ? {} : { platform: image.platform }),
    });
    await followProgress(docker, output, say);
  } catch (error) {
    throw buildFailure(image, error, last.lines);
  }
}

/** In AWS's form: there the image is not in the registry when a task asks for it. */
function buildFailure(image: ContainerImage, error: unknown, last: readonly string[]): TaskStartFailure {
  const why = engineText(error);
  const said = last.length === 0 ? '' : `\nThe build said last:\n  ${last.join('\n  ')}`;
  return new TaskStartFailure(
    `CannotPullContainerError: ${image.uri}: build failed: ${why}`,
    `Cannot build ${resolve(image.directory, image.dockerFile)}: ${why}${said}`,
    { final: true },
  );
}

/** The engine's own words, without what the client of its API puts before them. */
function engineText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
}
