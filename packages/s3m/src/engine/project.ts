import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { userFailure } from './problem.ts';

/** How to get at an assembly. */
export type Source =
  /** A CDK app: the command of `cdk.json` or `--app CMD`, run in `directory`. */
  | { readonly kind: 'app'; readonly command: string; readonly directory: string; readonly context: Readonly<Record<string, unknown>> }
  /** A `cdk.out` or a template file, taken as it stands. */
  | { readonly kind: 'assembly'; readonly path: string; readonly directory: string };

/** What to run, as the command line or a program says it. Paths may be relative to `directory`. */
export interface ProjectOptions {
  /** Where to look for `cdk.json`; the current directory by default. */
  readonly directory?: string;
  /** A command that synthesizes, or the directory of an assembly (`cdk.out`). */
  readonly app?: string;
  /** A CloudFormation template, JSON or YAML. */
  readonly template?: string;
}

/** A project: where it stands, what describes its system, where the engine keeps its own files. */
export interface Project {
  readonly directory: string;
  readonly stateDirectory: string;
  readonly source: Source;
}

/** What the CDK CLI tells an app by default, beside the project's own context. */
const defaultContext = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

/** Finds out what to run. @throws EngineFailure when there is nothing, or what is named isn't there. */
export function findProject(options: ProjectOptions): Project {
  const directory = resolve(options.directory ?? '.');
  if (options.app !== undefined && options.template !== undefined) {
    throw userFailure('WrongUsage', 'Both --app and --template are given', 'Give one of them.');
  }
  if (options.template !== undefined) {
    const path = existing(directory, options.template, 'template');
    // The project is where the command is given, so that `s3m ps` and the others find it there.
    return project(directory, { kind: 'assembly', path, directory: dirname(path) });
  }
  if (options.app !== undefined) return project(directory, fromApp(directory, options.app));
  const cdkJson = join(directory, 'cdk.json');
  if (!existsSync(cdkJson)) {
    throw userFailure(
      'NothingToRun',
      `There is no cdk.json in ${directory}`,
      'Go to the folder of a CDK app, or name what to run: s3m up --app "node infra/app.ts", s3m up --app cdk.out, s3m up --template template.yaml',
    );
  }
  const app = readJson(cdkJson)['app'];
  if (typeof app !== 'string')
    throw userFailure('NothingToRun', `${cdkJson} has no "app"`, 'Add it ("app": "node infra/app.ts"), or give --app.');
  return project(directory, fromApp(directory, app));
}

/** The folder in which the engine keeps its files, for verbs that only talk to a running one. */
export function stateDirectoryOf(directory: string): string {
  return join(resolve(directory), '.s3m');
}

function project(directory: string, source: Source): Project {
  return { directory, stateDirectory: stateDirectoryOf(directory), source };
}

function fromApp(directory: string, app: string): Source {
  const path = resolve(directory, app);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) return { kind: 'assembly', path, directory };
  if (stat === undefined && !/\s/.test(app) && (app.includes('/') || !isCommand(app))) {
    throw userFailure(
      'NoSuchFile',
      `There is no assembly at ${path}${app.includes('/') ? '' : `, and no command "${app}"`}`,
      'Make it with: npx cdk synth. Or give the directory of an assembly, or a command that synthesizes: --app "node infra/app.ts"',
    );
  }
  return { kind: 'app', command: app, directory, context: readContext(directory) };
}

function isCommand(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

function readContext(directory: string): Record<string, unknown> {
  const context = readJson(join(directory, 'cdk.json'))['context'];
  return { ...defaultContext, ...(isObject(context) ? context : {}), ...readJson(join(directory, 'cdk.context.json')) };
}

function readJson(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(value) ? value : {};
  } catch (error) {
    throw userFailure('WrongUsage', `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, 'Mend the file.');
  }
}

function existing(directory: string, path: string, what: string): string {
  const absolute = resolve(directory, path);
  if (!existsSync(absolute))
    throw userFailure('NoSuchFile', `There is no ${what} at ${absolute}`, 'Give the path of a file or folder that exists.');
  return absolute;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
