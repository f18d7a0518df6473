import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { EngineFailure, userFailure, type Problem } from '../problem.ts';

type Path = readonly (string | number)[];

/** A seed as it was read, which can say where each of its values stands. */
export interface SeedFile {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** What is wrong with the value at `path`. */
  problem(path: Path, message: string, fix?: string): Problem;
  /** A file that the seed names, beside it. */
  resolve(path: string): string;
}

/** Reads a seed in JSON or YAML. @throws EngineFailure */
export function readSeedFile(file: string): SeedFile {
  const text = readText(file);
  const lines = new LineCounter();
  // JSON is YAML too, and this parser knows where things stand.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number | undefined): { line?: number } => (offset === undefined ? {} : { line: lines.linePos(offset).line });
  const [error] = document.errors;
  if (error !== undefined) {
    const message = `The seed is neither JSON nor YAML: ${error.message}`;
    throw new EngineFailure([{ code: 'InvalidSeed', message, file, ...lineOf(error.pos[0]), fault: 'user' }]);
  }
  return {
    file,
    text,
    value: document.toJS() as unknown,
    problem: (path, message, fix) => ({
      code: 'InvalidSeed',
      message: `${path.length === 0 ? 'the seed' : textOf(path)}: ${message}`,
      file,
      ...lineOf(offsetOf(document, path)),
      ...(fix === undefined ? {} : { fix }),
      fault: 'user',
    }),
    resolve: (path) => resolve(dirname(file), path),
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw userFailure(
      'NoSuchFile',
      error.code === 'ENOENT' ? `There is no seed at ${file}` : `${file} cannot be read: ${error.message}`,
      'Give the path of a JSON or YAML file.',
    );
  }
}

/** Where a value stands, by its name if it has one. */
function offsetOf(document: Document, path: Path): number | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1))) : undefined;
  const node = isScalar(pair?.key) ? pair.key : (document.getIn(path, true) as Node | undefined);
  return node?.range?.[0] ?? document.contents?.range?.[0];
}

/** `tables.Roles[2].roles` */
function textOf(path: Path): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : /^[\w-]+$/.test(part) ? `${index === 0 ? '' : '.'}${part}` : `[${JSON.stringify(part)}]`,
    )
    .join('');
}
