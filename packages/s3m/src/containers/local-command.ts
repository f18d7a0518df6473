import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { findExecutable } from './executable-path.ts';
import { shorten } from './image-layout.ts';
import type { ProcessImage } from './process-image.ts';
import type { SkippedRun } from './skipped-runs.ts';
import { TaskStartFailure } from './task-runtime.ts';
import type { ContainerSpec } from './task-runtime.ts';

/** What is run for a container when it is a process. */
export interface LocalCommand {
  /** The first word is an absolute path. */
  readonly argv: readonly string[];
  readonly directory: string;
  /** The Dockerfile's variables, below those of the task definition. PATH is complete. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stopSignal: string;
  /** Directories of its volumes, which may not be there yet. */
  readonly volumes: readonly string[];
  /** The command of its health check, if it has one. */
  readonly healthCheck?: readonly string[];
  /** True when Node runs it, so that the preload joins it to the task's sockets. */
  readonly node: boolean;
}

const NODE_TOOLS = new Set(['node', 'nodejs', 'npm', 'npx', 'pnpm', 'yarn', 'tsx']);

/**
 * Finds the command, the directory and the variables of a container: Metadata `S3M`, then the task definition, then the Dockerfile's final stage.
 * Words and variables that are paths in the image or in a volume become those of this machine.
 *
 * @throws TaskStartFailure when the command needs what only a build makes, naming the line and the Metadata that answers it.
 */
export function resolveLocalCommand(spec: ContainerSpec, image: ProcessImage, volumeDirectory: (name: string) => string): LocalCommand {
  const { definition } = spec;
  const directory = workingDirectory(spec, image);
  const inImage = (path: string): string => {
    const mount = definition.mountPoints.find(({ containerPath }) => path === containerPath || path.startsWith(`${containerPath}/`));
    if (mount !== undefined) return join(volumeDirectory(mount.sourceVolume), path.slice(mount.containerPath.length));
    return isAbsolute(path) && exists(join(image.root, path)) ? join(image.root, path) : path;
  };
  const variables = { ...image.stage.environment, ...spec.environment };
  const environment = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, inImage(value)]));
  const path = searchPath(image.stage.environment['PATH'], spec.environment['PATH'], image.root);
  const [first, ...rest] = definition.local?.command ?? commandLine(spec, image);
  if (first === undefined) throw noCommand(spec, image);
  const words = rest.map(inImage);
  const node = isNodeCommand([inImage(first), ...words], directory);
  const executable =
    basename(first) === 'node' || basename(first) === 'nodejs' ? process.execPath : findExecutable(inImage(first), path, directory);
  if (executable === undefined) throw notThere(spec, image, first, first.includes('/') ? resolve(directory, first) : undefined);
  if (executable === process.execPath) checkScript(spec, image, words, directory);
  checkPackages(spec, image, directory);
  const check = definition.healthCheck?.command;
  return {
    argv: [executable, ...words],
    directory,
    environment: { ...environment, PATH: path },
    stopSignal: image.stage.stopSignal ?? 'SIGTERM',
    ...(check === undefined ? {} : { healthCheck: healthCommand(check, inImage, path, directory) }),
    node,
    volumes: definition.mountPoints.map(({ sourceVolume }) => volumeDirectory(sourceVolume)),
  };
}

/** `CMD` is followed by the words, `CMD-SHELL` by a line for the shell (ECS-016). What is not there fails when it is run, as in a container. */
function healthCommand(
  [kind, first = '', ...rest]: readonly string[],
  inImage: (path: string) => string,
  path: string,
  directory: string,
): readonly string[] {
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', first];
  if (basename(first) === 'node') return [process.execPath, ...rest.map(inImage)];
  return [findExecutable(inImage(first), path, directory) ?? first, ...rest.map(inImage)];
}

/** ENTRYPOINT and CMD as Docker joins them: a task definition's entryPoint makes the image's CMD void. */
function commandLine({ definition }: ContainerSpec, { stage }: ProcessImage): readonly string[] {
  // Distroless Node images have `node` as their entry point, which only the image says.
  const inherited = /(^|\/)distroless\/nodejs/.test(stage.base) ? ['node'] : [];
  const entryPoint = definition.entryPoint ?? stage.entryPoint ?? inherited;
  const command = definition.command ?? (definition.entryPoint === undefined ? stage.command : undefined) ?? [];
  return [...entryPoint, ...command];
}

function workingDirectory({ definition }: ContainerSpec, image: ProcessImage): string {
  const named = definition.local?.directory;
  if (named === undefined) {
    const directory = join(image.root, definition.workingDirectory ?? image.stage.directory ?? '/');
    // As Docker does with a WORKDIR that is not there.
    mkdirSync(directory, { recursive: true });
    return directory;
  }
  const directory = resolve(image.context, named);
  if (exists(directory)) return directory;
  throw new TaskStartFailure(
    `CannotStartContainerError: chdir to "${directory}": no such file or directory`,
    `Cannot start container "${definition.name}" as a process: the directory "${named}" that the Metadata S3M names is not there (looked for ${directory}). Relative paths count from the build context.`,
    { final: true },
  );
}

/** The directory of this Node comes first, then the image's own directories, then this machine's. */
function searchPath(image: string | undefined, task: string | undefined, root: string): string {
  const own = (task ?? image ?? '')
    .split(delimiter)
    .filter((entry) => entry !== '' && exists(join(root, entry)))
    .map((entry) => join(root, entry));
  return [dirname(process.execPath), ...own, process.env['PATH'] ?? '/usr/bin:/bin'].join(delimiter);
}

function isNodeCommand(words: readonly string[], directory: string): boolean {
  const [first = ''] = words;
  if (NODE_TOOLS.has(basename(first))) return true;
  if (basename(first) === 'sh' || basename(first) === 'bash') {
    return words.some((word) => word.split(/[\s;&|()]+/).some((piece) => NODE_TOOLS.has(basename(piece))));
  }
  return first.includes('/') && /^#!.*\bnode\b/.test(firstLine(resolve(directory, first)));
}

/** Node's first word that is no option is its script. */
function checkScript(spec: ContainerSpec, image: ProcessImage, words: readonly string[], directory: string): void {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const before = words.slice(0, Math.max(at, 0));
  const takesValue = before.some((word) => /^(-e|-p|-pe|--eval|--print|-r|--require|--import|--loader|--test|-)$/.test(word));
  const script = words[at];
  if (script === undefined || takesValue) return;
  const file = resolve(directory, script);
  if (exists(file) || ['.js', '.cjs', '.mjs', '.json', '.node'].some((ending) => exists(`${file}${ending}`))) return;
  throw notThere(spec, image, script, file);
}

/** A package that is declared but nowhere installed would be what `RUN npm ci` brings. */
function checkPackages(spec: ContainerSpec, image: ProcessImage, directory: string): void {
  const { dependencies } = readJson(join(directory, 'package.json')) as { readonly dependencies?: Readonly<Record<string, string>> };
  const run = image.skipped.find((each) => each.whole && installsPackages(each));
  const missing = image.missing.find(({ destination }) => /node_modules\/?$/.test(destination));
  if (dependencies === undefined || (run === undefined && missing === undefined)) return;
  const absent = Object.keys(dependencies).find((name) => !isInstalled(name, directory));
  if (absent !== undefined) throw notThere(spec, image, `node_modules/${absent}`, join(directory, 'node_modules', absent));
}

function installsPackages({ text }: SkippedRun): boolean {
  return /\b(npm|yarn|pnpm)\b/.test(text);
}

function isInstalled(name: string, directory: string): boolean {
  for (let at = directory; ; at = dirname(at)) {
    if (exists(join(at, 'node_modules', name))) return true;
    if (at === dirname(at)) return false;
  }
}

function noCommand({ definition }: ContainerSpec, { stage, dockerFile }: ProcessImage): TaskStartFailure {
  return new TaskStartFailure(
    'CannotStartContainerError: no command specified',
    `Cannot start container "${definition.name}" as a process: ${dockerFile} has neither CMD nor ENTRYPOINT, so its command is that of the base image ${stage.base}, which only Docker can read. ${remedy('')}`,
    { final: true },
  );
}

function notThere({ definition }: ContainerSpec, image: ProcessImage, name: string, file: string | undefined): TaskStartFailure {
  const reason = `CannotStartContainerError: exec: "${name}": ${file === undefined ? 'executable file not found in $PATH' : 'no such file or directory'}`;
  return new TaskStartFailure(reason, `Cannot start container "${definition.name}" as a process: ${whyNotThere(image, name, file)}`, {
    final: true,
  });
}

function whyNotThere(image: ProcessImage, name: string, file: string | undefined): string {
  const { missing, skipped, dockerFile } = image;
  if (file === undefined) {
    return `the command "${name}" is not installed on this machine (nor among the files that ${dockerFile} copies). Install it, or ${lowerFirst(remedy(''))}`;
  }
  const copy = missing.find(
    ({ destination }) => file.startsWith(join(image.root, destination)) || join(image.root, destination).startsWith(`${file}/`),
  );
  if (copy !== undefined) {
    return `${name} comes from line ${copy.line} of ${dockerFile} (${copy.text}), but ${copy.why}. ${remedy(buildHint(image))}`;
  }
  const run = name.startsWith('node_modules/') ? skipped.find(installsPackages) : skipped.at(-1);
  if (run !== undefined) {
    return `${name} is not among the files that ${dockerFile} copies; line ${run.line} (RUN ${shorten(run.text)}) may make it, and without Docker no RUN step is run. ${remedy(shorten(run.text))}`;
  }
  return `${name} is not among the files that ${dockerFile} copies (looked for ${file}). ${remedy('')}`;
}

function buildHint({ missing }: ProcessImage): string {
  return /\(RUN (.*)\) makes it/.exec(missing[0]?.why ?? '')?.[1] ?? '';
}

function remedy(build: string): string {
  const example = build === '' ? '"build": "npm run build"' : `"build": ${JSON.stringify(build)}`;
  return `Use --runtime docker, or say in the task definition's Metadata how to start it without Docker: S3M: {${example}} (run in a copy of the build context), and "command": [...] or "directory": "..." (relative to the build context) where they differ.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function readJson(file: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'latin1').split('\n', 1)[0] ?? '';
  } catch {
    return '';
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
