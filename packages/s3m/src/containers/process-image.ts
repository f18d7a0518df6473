import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { ContainerImage } from '../capabilities/container-image.ts';
import { DockerfileError, parseDockerfile } from './dockerfile.ts';
import type { DockerfileStage } from './dockerfile.ts';
import { assembleStage } from './image-layout.ts';
import type { MissingFiles } from './image-layout.ts';
import { LastLines, OutputLines } from './output-lines.ts';
import { killProcessesWith } from './process-table.ts';
import { skippedRuns, type SkippedRun } from './skipped-runs.ts';
import { TaskStartFailure } from './task-runtime.ts';

/** An image as processes need it: its files in a directory, its configuration from the Dockerfile's final stage. */
export interface ProcessImage {
  /** Holds the files under their paths in the image. */
  readonly root: string;
  readonly dockerFile: string;
  /** The build context that relative paths of the Metadata mean: a copy when there is a `build` command. */
  readonly context: string;
  readonly stage: DockerfileStage;
  readonly missing: readonly MissingFiles[];
  readonly skipped: readonly SkippedRun[];
}

/** Images whose directories are kept for the next start; older ones are removed by cleanUp. */
const KEPT_IMAGES = 20;

/** Makes images ready below the state directory, each once: what it was made from is in its directory's name. */
export class ProcessImages {
  readonly #directory: string;
  readonly #signal: AbortSignal | undefined;
  readonly #ready = new Map<string, Promise<ProcessImage>>();

  /** @param signal ends build commands under way */
  constructor(stateDirectory: string, signal?: AbortSignal) {
    this.#directory = join(stateDirectory, 'images');
    this.#signal = signal;
  }

  /**
   * @param build the Metadata's build command; run in a copy of the build context, or in `directory` when the Metadata names one
   * @throws TaskStartFailure
   */
  prepare(
    image: ContainerImage,
    local: { readonly build?: string; readonly directory?: string } | undefined,
    report: (line: string) => void,
  ): Promise<ProcessImage> {
    const key = createHash('sha256')
      .update(
        JSON.stringify([
          'package scope', // what is kept of an image, so that what an earlier version kept is not read
          image.hash,
          image.directory,
          image.dockerFile,
          image.target,
          image.buildArgs,
          local?.build,
          local?.directory,
        ]),
      )
      .digest('hex')
      .slice(0, 16);
    const known = this.#ready.get(key);
    if (known !== undefined) return known;
    const made = readKept(join(this.#directory, key)) ?? this.#make(key, image, local, report);
    const ready = Promise.resolve(made);
    this.#ready.set(key, ready);
    ready.catch(() => this.#ready.delete(key));
    return ready;
  }

  /** Removes the directories of images that were not used for long, and what a killed engine was about to make: its build command may still run. */
  async removeOld(): Promise<void> {
    const { drafts = [], ready = [] } = Object.groupBy(names(this.#directory), (name) => (name.includes('.') ? 'drafts' : 'ready'));
    for (const name of drafts) {
      const draft = join(this.#directory, name);
      await killProcessesWith(`${draft}/`);
      rmSync(draft, { recursive: true, force: true });
    }
    const entries = ready.map((name) => ({
      path: join(this.#directory, name),
      used: usedAt(join(this.#directory, name)),
    }));
    const old = entries.toSorted((one, other) => other.used - one.used).slice(KEPT_IMAGES);
    for (const { path } of old) rmSync(path, { recursive: true, force: true });
  }

  async #make(
    key: string,
    image: ContainerImage,
    local: { readonly build?: string; readonly directory?: string } | undefined,
    report: (line: string) => void,
  ): Promise<ProcessImage> {
    const directory = join(this.#directory, key);
    const draft = `${directory}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    try {
      const stages = readStages(image);
      const stage = finalStage(stages, image);
      const context = await buildContext(draft, image, local, report, this.#signal);
      const scratch = join(draft, 'stages');
      // Above the image's files Node finds this one, as it finds none in a container, and not the application's own, which may say `"type": "module"`.
      writeFileSync(join(draft, 'package.json'), '{}');
      const missing = await assembleStage({ stages, stage, context, root: join(draft, 'root'), scratch });
      rmSync(scratch, { recursive: true, force: true });
      const ready = {
        root: join(directory, 'root'),
        dockerFile: image.dockerFile,
        context: context === image.directory ? context : join(directory, 'context'),
        stage,
        missing,
        skipped: skippedRuns(stages, stage),
      };
      writeFileSync(join(draft, 'image.json'), JSON.stringify(ready));
      rmSync(directory, { recursive: true, force: true });
      renameSync(draft, directory);
      return ready;
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    }
  }
}

function readStages(image: ContainerImage): readonly DockerfileStage[] {
  const file = resolve(image.directory, image.dockerFile);
  try {
    return parseDockerfile(readFileSync(file, 'utf8'), image.buildArgs);
  } catch (error) {
    const why =
      error instanceof DockerfileError ? error.message : `it cannot be read (${error instanceof Error ? error.message : String(error)})`;
    throw new TaskStartFailure(
      `CannotPullContainerError: ${image.uri}: ${why}`,
      `Cannot use ${file}: ${why}. Use --runtime docker, or say in the task definition's Metadata how to start it: S3M: {"command": [...], "directory": "..."}.`,
      { final: true },
    );
  }
}

function finalStage(stages: readonly DockerfileStage[], image: ContainerImage): DockerfileStage {
  const { target } = image;
  const stage = target === undefined ? stages.at(-1) : stages.find(({ name }) => name === target.toLowerCase());
  if (stage !== undefined) return stage;
  const names = stages.flatMap(({ name }) => name ?? []).join(', ');
  throw new TaskStartFailure(
    `CannotPullContainerError: ${image.uri}: target stage "${target}" could not be found`,
    `Cannot use ${resolve(image.directory, image.dockerFile)}: it has no stage "${target}". Its stages are ${names === '' ? 'without names' : names}.`,
    { final: true },
  );
}

async function buildContext(
  draft: string,
  image: ContainerImage,
  local: { readonly build?: string; readonly directory?: string } | undefined,
  report: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (local?.build === undefined) return image.directory;
  const copied = join(draft, 'context');
  cpSync(image.directory, copied, { recursive: true, verbatimSymlinks: true });
  await runBuild(local.build, resolve(copied, local.directory ?? '.'), report, signal);
  return copied;
}

/** The developer's own command, run as the developer would run it. */
function runBuild(build: string, directory: string, report: (line: string) => void, signal: AbortSignal | undefined): Promise<void> {
  const last = new LastLines();
  const lines = new OutputLines((line) => {
    last.add(line);
    report(line);
  });
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  // A process group of its own, so that an interruption ends all that the command has started.
  const child = spawn(build, {
    cwd: directory,
    shell: true,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // By its directory the next start finds what is left of it.
    env: { ...process.env, PATH: path, S3M_BUILD_DIRECTORY: directory },
  });
  const interrupt = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  if (signal?.aborted === true) interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  child.stdout.on('data', (chunk: Buffer) => lines.write(chunk));
  child.stderr.on('data', (chunk: Buffer) => lines.write(chunk));
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      const text = `The Metadata's build command "${build}" ${why} in ${directory}${last.lines.length === 0 ? '' : `. It said:\n  ${last.lines.join('\n  ')}`}`;
      reject(new TaskStartFailure(`CannotPullContainerError: build failed: ${why}`, text, { final: true }));
    };
    child.once('error', (error) => fail(`cannot be run: ${error.message}`));
    child.once('close', (code) => {
      signal?.removeEventListener('abort', interrupt);
      lines.end();
      if (code === 0) resolve();
      else fail(code === null ? 'was interrupted' : `ended with exit code ${code}`);
    });
  });
}

function readKept(directory: string): ProcessImage | undefined {
  try {
    const file = join(directory, 'image.json');
    const kept = JSON.parse(readFileSync(file, 'utf8')) as ProcessImage;
    const now = new Date();
    utimesSync(file, now, now);
    return kept;
  } catch {
    return undefined;
  }
}

function usedAt(directory: string): number {
  return statSync(join(directory, 'image.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
