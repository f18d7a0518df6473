import { TemplateError, type SourceLocation, type TemplateProblem } from './assembly.ts';
import type { Json } from './json.ts';
import { scanJsonPositions, type JsonPositions } from './json-positions.ts';
import { parseYamlTemplate, YamlProblem } from './yaml-template.ts';

/** A template's text as data, with the way back to its lines. */
export interface ParsedTemplate {
  readonly value: Json;
  locate(pointer: string): SourceLocation;
}

/**
 * Reads a template in JSON (it begins with a brace) or YAML.
 * @param options.trusted the text comes from a program and has no member twice: not looked for, since that costs as much as the reading
 * @throws TemplateError with CloudFormation's text and the place (CFN-024)
 */
export function parseTemplate(text: string, file: string, options: { readonly trusted?: boolean } = {}): ParsedTemplate {
  return /^\uFEFF?\s*\{/.test(text) ? parseJson(text, file, options.trusted === true) : parseYaml(text, file);
}

function parseJson(source: string, file: string, trusted: boolean): ParsedTemplate {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new TemplateError([jsonProblem(error as SyntaxError, text, file)]);
  }
  let positions: JsonPositions | undefined;
  const known = (): JsonPositions => (positions ??= scanJsonPositions(text));
  if (!trusted && known().duplicates.length > 0) {
    throw new TemplateError(
      known().duplicates.map(({ pointer, offset }) => {
        const { line, column } = lineAndColumn(text, offset);
        return {
          code: 'ValidationError',
          message: `Template format error: JSON not well-formed. (line ${line}, column ${column})`,
          location: { file, line, column },
          fix: `${pointer} occurs twice in one object: remove or rename one of them`,
        };
      }),
    );
  }
  return {
    value,
    locate: (pointer) => {
      const offset = nearest(known().offsets, pointer);
      return offset === undefined ? { file } : { file, ...lineAndColumn(text, offset) };
    },
  };
}

function parseYaml(text: string, file: string): ParsedTemplate {
  try {
    const { value, positions } = parseYamlTemplate(text);
    return { value, locate: (pointer) => ({ file, ...nearest(positions, pointer) }) };
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const location = error.line === undefined ? { file } : { file, line: error.line, column: error.column! };
    throw new TemplateError([{ code: 'ValidationError', message: error.message, location, fix: error.detail }]);
  }
}

function jsonProblem(error: SyntaxError, text: string, file: string): TemplateProblem {
  const offset = /at position (\d+)/.exec(error.message)?.[1];
  const { line, column } = lineAndColumn(text, offset === undefined ? text.trimEnd().length : Number(offset));
  return {
    code: 'ValidationError',
    message: `Template format error: JSON not well-formed. (line ${line}, column ${column})`,
    location: { file, line, column },
    fix: error.message.replace(/ in JSON at position.*$/, ''),
  };
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** The place of `pointer` or of the closest thing around it. */
function nearest<T>(places: ReadonlyMap<string, T>, pointer: string): T | undefined {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = places.get(at);
    if (place !== undefined || at === '') return place;
  }
}
