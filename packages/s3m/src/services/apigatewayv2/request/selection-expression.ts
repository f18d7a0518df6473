import { queryValues } from '../../../gateway/query-string.ts';
import { contextVariable, type Source } from './context-variables.ts';
import { compileBodySelector } from './json-path.ts';

/** Reads a value; undefined when there is none. */
export type Read<T> = (from: T) => string | undefined;

/** An expression that AWS refuses. */
export class ExpressionProblem extends Error {}

/**
 * Compiles one selection: `request.header.X`, `request.querystring.X`, `request.path`, `request.path.X`, `request.body.X`, `context.X`,
 * `stageVariables.X` (AG-585, AG-562). Undefined when it is none.
 */
export function compileSelection(selection: string): Source | undefined {
  const name = (prefix: string): string | undefined =>
    selection.startsWith(prefix) && selection.length > prefix.length ? selection.slice(prefix.length) : undefined;
  const header = name('request.header.');
  if (header !== undefined) return (request) => request.header(header);
  const parameter = name('request.querystring.');
  if (parameter !== undefined) {
    return ({ target }) => {
      const values = queryValues(target.query, parameter);
      return values.length === 0 ? undefined : values.join(',');
    };
  }
  if (selection === 'request.path') return ({ path }) => path;
  const variable = name('request.path.');
  if (variable !== undefined) return (request) => request.pathParameter(variable);
  if (selection.startsWith('request.body')) {
    const select = compileBodySelector(selection.slice('request.body'.length));
    return select === undefined ? undefined : ({ bytes }) => select(bytes);
  }
  const stageVariable = name('stageVariables.');
  if (stageVariable !== undefined) {
    return ({ variables }) => (Object.hasOwn(variables, stageVariable) ? variables[stageVariable] : undefined);
  }
  const context = name('context.');
  return context === undefined ? undefined : contextVariable(context);
}

/**
 * Compiles a value of a parameter mapping: `$NAME`, a text with any number of `${NAME}`, or a constant, which may stand in single quotes
 * when it is empty. A text whose variables all are missing has no value.
 * @throws ExpressionProblem
 */
export function compileValue<T>(text: string, selections: (selection: string) => Read<T> | undefined): Read<T> {
  if (text === "''") return () => '';
  if (text.startsWith('$') && !text.startsWith('${')) return found(selections(text.slice(1)), text);
  const parts: (string | Read<T>)[] = [];
  let last = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push(text.slice(last, match.index), found(selections(match[1]!), match[0]));
    last = match.index + match[0].length;
  }
  if (parts.length === 0) return () => text;
  parts.push(text.slice(last));
  return (from) => join(parts, from);
}

function found<T>(source: Read<T> | undefined, expression: string): Read<T> {
  if (source === undefined) throw new ExpressionProblem(`Invalid mapping expression specified: ${expression}`);
  return source;
}

function join<T>(parts: readonly (string | Read<T>)[], from: T): string | undefined {
  let text = '';
  let missing = true;
  for (const part of parts) {
    const piece = typeof part === 'string' ? part : part(from);
    if (typeof part !== 'string' && piece !== undefined) missing = false;
    text += piece ?? '';
  }
  return missing ? undefined : text;
}
