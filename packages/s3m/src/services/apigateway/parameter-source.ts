import { headerValues } from '../../http/message.ts';
import { contextVariable, type Source } from './context-variables.ts';
import { invalidJsonBody, Refusal, Refused } from './failures.ts';
import { compileBodySource, type BodySource } from './mapping/body-source.ts';
import { isHiddenHeader } from './mapping/hidden-headers.ts';
import { BodyNotJson, JsonDocument } from './mapping/json-document.ts';
import { MappingProblem } from './mapping-problem.ts';
import { queryValues } from '../../gateway/query-string.ts';

/** The text between quotes of a static value: `'*'` (AG-336). Undefined when the expression is none. */
export function staticValue(expression: string): string | undefined {
  return /^'(.*)'$/s.exec(expression)?.[1];
}

/** Whether a mapping's value follows from the request's head and its route alone. */
export function isOfHead(expression: string): boolean {
  return staticValue(expression) !== undefined || /^method\.request\.(?:path|(?:multivalue)?(?:header|querystring))\./.test(expression);
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
  const bodyPath = /^method\.request\.body(?:\.([\s\S]+))?$/.exec(expression);
  if (bodyPath !== null) return compileBody(bodyPath[1] ?? '');
  const [, place = '', name = ''] = /^method\.request\.([a-z]+)\.?([a-zA-Z0-9._$-]*)$/.exec(expression) ?? [];
  if (name !== '') {
    switch (place) {
      case 'path':
        return (request) => request.pathParameter(name);
      case 'header':
        if (isHiddenHeader(name)) return () => undefined;
        return ({ headers }) => headerValues(headers, name).at(-1); // AG-329
      case 'multivalueheader':
        if (isHiddenHeader(name)) return () => undefined;
        return ({ headers }) => joined(headerValues(headers, name));
      case 'querystring':
        return ({ target }) => queryValues(target.query, name).at(-1);
      case 'multivaluequerystring':
        return ({ target }) => joined(queryValues(target.query, name));
    }
  }
  // AG-337
  throw new MappingProblem(
    'invalid',
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${expression}]`,
  );
}

/** From the body, which the integration has read by then. Text that begins as JSON and is none is refused (AG-333). */
function compileBody(path: string): Source {
  const source: BodySource = compileBodySource(path);
  return ({ document }) => {
    try {
      return source(document ?? new JsonDocument(''));
    } catch (error) {
      if (!(error instanceof BodyNotJson)) throw error;
      throw new Refusal(
        new Refused(invalidJsonBody('Invalid JSON in request body'), `A mapping reads the body, which is no JSON: ${error.message}`),
      );
    }
  };
}

function compileContext(expression: string): Source {
  const source = contextVariable(expression.slice('context.'.length));
  if (source === undefined) throw new MappingProblem('unsupported', `This context variable is not simulated: ${expression}`);
  return source;
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(',');
}
