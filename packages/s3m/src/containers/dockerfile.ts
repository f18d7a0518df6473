import { splitWords, substitute } from './dockerfile-words.ts';

/** One instruction of a Dockerfile, its line continuations joined. */
export interface DockerfileInstruction {
  /** Upper case: `COPY`. */
  readonly name: string;
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/** `COPY` or `ADD`. */
export interface DockerfileCopy {
  readonly line: number;
  readonly text: string;
  readonly sources: readonly string[];
  /** Absolute path in the image; ends with `/` when it must be a directory. */
  readonly destination: string;
  /** Stage or image that `--from` names; the build context without it. */
  readonly from?: string;
}

/** One stage: what its instructions leave in the image's configuration, and where its files come from. */
export interface DockerfileStage {
  readonly name?: string;
  /** What `FROM` names: an image or an earlier stage. */
  readonly base: string;
  readonly line: number;
  readonly copies: readonly DockerfileCopy[];
  readonly runs: readonly { readonly line: number; readonly text: string; readonly directory: string }[];
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined where only the base image tells. */
  readonly directory?: string;
  readonly user?: string;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly stopSignal?: string;
  readonly ports: readonly string[];
}

/** A Dockerfile that cannot be read, or has what is not supported; the message names the line. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
}

/**
 * Reads a Dockerfile as far as running without Docker needs it: all stages with their files and their configuration.
 * `HEALTHCHECK` is left out on purpose: ECS ignores it (ECS-016).
 *
 * @throws DockerfileError
 */
export function parseDockerfile(text: string, buildArgs: Readonly<Record<string, string>> = {}): readonly DockerfileStage[] {
  const stages: StageBuilder[] = [];
  const globals = new Map<string, string>();
  for (const instruction of readInstructions(text)) {
    const current = stages.at(-1);
    if (instruction.name === 'FROM') stages.push(openStage(instruction, globals, stages));
    else if (current !== undefined) apply(current, instruction, globals, buildArgs);
    else if (instruction.name === 'ARG') declareArgument(globals, instruction, globals, buildArgs, globals);
    else throw new DockerfileError(`Line ${instruction.line}: ${instruction.name} comes before the first FROM`);
  }
  if (stages.length === 0) throw new DockerfileError('The Dockerfile has no FROM');
  return stages.map(({ args: _args, ...stage }) => stage);
}

interface StageBuilder {
  name?: string;
  readonly base: string;
  readonly line: number;
  readonly copies: DockerfileCopy[];
  readonly runs: { readonly line: number; readonly text: string; readonly directory: string }[];
  readonly environment: Record<string, string>;
  directory?: string;
  user?: string;
  entryPoint?: readonly string[];
  command?: readonly string[];
  stopSignal?: string;
  readonly ports: string[];
  readonly args: Map<string, string>;
}

/** Joins continued lines, drops comments. A backtick as escape character is Windows' and not supported. */
export function readInstructions(text: string): readonly DockerfileInstruction[] {
  const instructions: DockerfileInstruction[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const blank = raw.trim() === '' || raw.trim().startsWith('#');
    if (blank) continue;
    const continued = /\\[ \t]*$/.test(raw);
    const piece = raw.replace(/\\[ \t]*$/, '');
    open = open === undefined ? { line: index + 1, text: piece } : { line: open.line, text: open.text + piece };
    if (!continued) {
      instructions.push(toInstruction(open));
      open = undefined;
    }
  }
  if (open !== undefined) instructions.push(toInstruction(open));
  return instructions;
}

function toInstruction({ line, text }: { readonly line: number; readonly text: string }): DockerfileInstruction {
  const [, name = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const instruction = { name: name.toUpperCase(), text: rest.trim(), line };
  if (/^(RUN|COPY|ADD)$/.test(instruction.name) && /(^|\s)<<-?["']?[A-Za-z_]/.test(instruction.text)) {
    throw new DockerfileError(
      `Line ${line}: ${instruction.name} with a here-document is not supported. Put the text into a file and COPY it`,
    );
  }
  return instruction;
}

function openStage(
  instruction: DockerfileInstruction,
  globals: ReadonlyMap<string, string>,
  stages: readonly StageBuilder[],
): StageBuilder {
  const words = splitWords(instruction.text).filter((word) => !word.startsWith('--'));
  const base = substitute(words[0] ?? '', globals);
  if (base === '') throw new DockerfileError(`Line ${instruction.line}: FROM names no image`);
  const inherited = stages.find((stage) => stage.name === base.toLowerCase());
  return {
    ...(inherited === undefined ? {} : configurationOf(inherited)),
    ...(words[1]?.toUpperCase() === 'AS' && words[2] !== undefined ? { name: words[2].toLowerCase() } : {}),
    base,
    line: instruction.line,
    copies: [],
    runs: [],
    environment: { ...inherited?.environment },
    ports: [...(inherited?.ports ?? [])],
    args: new Map(),
  };
}

function configurationOf({ directory, user, entryPoint, command, stopSignal }: StageBuilder): Partial<StageBuilder> {
  return {
    ...(directory === undefined ? {} : { directory }),
    ...(user === undefined ? {} : { user }),
    ...(entryPoint === undefined ? {} : { entryPoint }),
    ...(command === undefined ? {} : { command }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
  };
}

function apply(
  stage: StageBuilder,
  instruction: DockerfileInstruction,
  globals: ReadonlyMap<string, string>,
  buildArgs: Readonly<Record<string, string>>,
): void {
  const known = new Map([...stage.args, ...Object.entries(stage.environment)]);
  const text = (): string => substitute(instruction.text, known);
  switch (instruction.name) {
    case 'ARG':
      return declareArgument(stage.args, instruction, known, buildArgs, globals);
    case 'ENV':
      return setEnvironment(stage, instruction, known);
    case 'WORKDIR':
      stage.directory = absolute(unquote(text()), stage.directory);
      return undefined;
    case 'USER':
      stage.user = text();
      return undefined;
    case 'STOPSIGNAL':
      stage.stopSignal = signalName(text());
      return undefined;
    case 'EXPOSE':
      stage.ports.push(...splitWords(text()));
      return undefined;
    case 'CMD':
      stage.command = commandLine(instruction);
      return undefined;
    case 'ENTRYPOINT':
      stage.entryPoint = commandLine(instruction);
      // Docker forgets an inherited CMD when a stage sets its own ENTRYPOINT.
      delete stage.command;
      return undefined;
    case 'RUN':
      stage.runs.push({ line: instruction.line, text: instruction.text, directory: stage.directory ?? '/' });
      return undefined;
    case 'COPY':
    case 'ADD':
      stage.copies.push(readCopy(instruction, text(), stage.directory));
      return undefined;
    default:
      if (!/^(LABEL|HEALTHCHECK|VOLUME|SHELL|MAINTAINER|ONBUILD)$/.test(instruction.name)) {
        throw new DockerfileError(`Line ${instruction.line}: unknown instruction ${instruction.name}`);
      }
      return undefined;
  }
}

function declareArgument(
  into: Map<string, string>,
  { text }: DockerfileInstruction,
  known: ReadonlyMap<string, string>,
  buildArgs: Readonly<Record<string, string>>,
  globals: ReadonlyMap<string, string>,
): void {
  for (const word of splitWords(text)) {
    const [name = '', ...value] = word.split('=');
    const given = buildArgs[name] ?? (value.length > 0 ? substitute(unquote(value.join('=')), known) : globals.get(name));
    if (given !== undefined) into.set(name, given);
  }
}

function setEnvironment(stage: StageBuilder, { text }: DockerfileInstruction, known: ReadonlyMap<string, string>): void {
  const words = splitWords(text);
  if (words[0]?.includes('=') !== true) {
    const [, name = '', value = ''] = /^(\S+)\s+([\s\S]*)$/.exec(text) ?? [];
    stage.environment[name] = substitute(value.trim(), known);
    return;
  }
  for (const word of words) {
    const at = word.indexOf('=');
    // Single quotes keep `$`; the other forms are substituted.
    const value = word.slice(at + 1);
    stage.environment[word.slice(0, at)] = value.startsWith("'") ? unquote(value) : substitute(unquote(value), known);
  }
}

function readCopy(instruction: DockerfileInstruction, text: string, directory: string | undefined): DockerfileCopy {
  let rest = text;
  let from: string | undefined;
  for (let flag = /^--(\S+)\s+/.exec(rest); flag !== null; flag = /^--(\S+)\s+/.exec(rest)) {
    if (flag[1]?.startsWith('from=') === true) from = flag[1].slice('from='.length);
    rest = rest.slice(flag[0].length);
  }
  const paths = rest.startsWith('[') ? jsonWords(instruction.line, rest) : splitWords(rest).map(unquote);
  const destination = paths.at(-1);
  if (paths.length < 2 || destination === undefined) {
    throw new DockerfileError(`Line ${instruction.line}: ${instruction.name} needs a source and a destination`);
  }
  const path = absolute(destination, directory);
  const isDirectory = paths.length > 2 || /(^|\/)\.{0,2}$/.test(destination);
  return {
    line: instruction.line,
    text: `${instruction.name} ${instruction.text}`,
    sources: paths.slice(0, -1),
    destination: isDirectory && !path.endsWith('/') ? `${path}/` : path,
    ...(from === undefined ? {} : { from }),
  };
}

/** Exec form as it stands; shell form as `/bin/sh -c`. */
function commandLine(instruction: DockerfileInstruction): readonly string[] {
  if (instruction.text.startsWith('[')) {
    try {
      return jsonWords(instruction.line, instruction.text);
    } catch {
      // Docker takes what is no JSON for the shell form.
    }
  }
  return ['/bin/sh', '-c', instruction.text];
}

function jsonWords(line: number, text: string): readonly string[] {
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    words = undefined;
  }
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  throw new DockerfileError(`Line ${line}: ${text} is no JSON list of strings`);
}

function absolute(path: string, directory: string | undefined): string {
  const whole = path.startsWith('/') ? path : `${directory ?? ''}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function signalName(text: string): string {
  if (/^\d+$/.test(text)) return text;
  const name = text.toUpperCase();
  return name.startsWith('SIG') ? name : `SIG${name}`;
}

function unquote(text: string): string {
  const quoted = /^(["'])([\s\S]*)\1$/.exec(text);
  return (quoted?.[2] ?? text).replaceAll(/\\(["' ])/g, '$1');
}
