import { headerValues } from '../../http/message.ts';
import { contextVariable, type Source } from './context-variables.ts';
import { queryValues } from '../../gateway/query-string.ts';

/** A mapping expression that cannot be compiled: `invalid` on AWS too, or only `unsupported` here. */
export class MappingProblem extends Error {
  readonly kind: 'invalid' | 'unsupported';

  constructor(kind: 'invalid' | 'unsupported', message: string) {
    super(message);
    this.name = 'MappingProblem';
    this.kind = kind;
  }
}

/** The text between quotes of a static value: `'*'` (AG-336). Undefined when the expression is none. */
export function staticValue(expression: string): string | undefined {
  return /^'(.*)'$/s.exec(expression)?.[1];
}

/**
 * Compiles the right side of a parameter mapping (AG-326): `'text'`, `method.request.header.X`, `context.authorizer.x`, `stageVariables.x`.
 * @throws MappingProblem
 */
export function compileSource(expression: string): Source {
  const text = staticValue(expression);
  if (text !== undefined) return text === '' ? () => undefined : () => text;
  if (expression.startsWith('context.')) return compileContext(expression);
  const variable = /^stageVariables\.(\w+)$/.exec(expression)?.[1];
  if (variable !== undefined) return ({ variables }) => (Object.hasOwn(variables, variable) ? variables[variable] : undefined);
  const [, place = '', name = ''] = /^method\.request\.([a-z]+)\.?([a-zA-Z0-9._$-]*)$/.exec(expression) ?? [];
  if (name !== '') {
    switch (place) {
      case 'path':
        return (request) => request.pathParameter(name);
      case 'header':
        return ({ headers }) => headerValues(headers, name).at(-1); // AG-329
      case 'multivalueheader':
        return ({ headers }) => joined(headerValues(headers, name));
      case 'querystring':
        return ({ target }) => queryValues(target.query, name).at(-1);
      case 'multivaluequerystring':
        return ({ target }) => joined(queryValues(target.query, name));
    }
  }
  if (place === 'body') throw new MappingProblem('unsupported', `Mapping from the request's body is not simulated: ${expression}`);
  // AG-337
  throw new MappingProblem(
    'invalid',
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${expression}]`,
  );
}

function compileContext(expression: string): Source {
  const source = contextVariable(expression.slice('context.'.length));
  if (source === undefined) throw new MappingProblem('unsupported', `This context variable is not simulated: ${expression}`);
  return source;
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(',');
}
