import { TemplateError, type TemplateProblem } from './assembly.ts';
import type { Json } from './json.ts';
import { scanJsonPositions, type JsonPositions } from './json-positions.ts';
import { nearestPlace, type ParsedTemplate } from './parsed-template.ts';

/** Whether a template's text is JSON: it begins with a brace. Everything else is YAML. */
export function isJsonTemplate(text: string): boolean {
  return /^\uFEFF?\s*\{/.test(text);
}

/**
 * Reads a template in JSON.
 * @param options.trusted the text comes from a program and has no member twice: not looked for, since that costs as much as the reading
 * @throws TemplateError with CloudFormation's text and the place (CFN-024)
 */
export function parseJsonTemplate(source: string, file: string, options: { readonly trusted?: boolean } = {}): ParsedTemplate {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new TemplateError([jsonProblem(error as SyntaxError, text, file)]);
  }
  let positions: JsonPositions | undefined;
  const known = (): JsonPositions => (positions ??= scanJsonPositions(text));
  if (options.trusted !== true && known().duplicates.length > 0) {
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
      const offset = nearestPlace(known().offsets, pointer);
      return offset === undefined ? { file } : { file, ...lineAndColumn(text, offset) };
    },
  };
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
