import { headerValues } from '../../../http/message.ts';
import { queryValues } from '../../../gateway/query-string.ts';
import type { Source } from '../request/context-variables.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import { compileSelection } from '../request/selection-expression.ts';

/** Several values where one is wanted: which one the authorizer would see, and which one the backend, is anybody's guess. */
export type Identity = { readonly value: string } | { readonly problem: string };

/** Finds the identity in a request. */
export type IdentitySource = (request: HttpApiRequest) => Identity;

/** `$request.header.X`, `$request.querystring.X`, `$context.X`, `$stageVariables.X` (AG-571). Undefined for others. */
export function compileIdentitySource(expression: string): IdentitySource | undefined {
  const [, place, name] = /^\$request\.(header|querystring)\.(.+)$/.exec(expression) ?? [];
  if (name !== undefined) {
    return place === 'header'
      ? ({ headers }) => single(headerValues(headers, name), `header ${name}`)
      : ({ target }) => single(queryValues(target.query, name), `query parameter ${name}`);
  }
  if (!/^\$(?:context|stageVariables)\./.test(expression)) return undefined;
  const source: Source | undefined = compileSelection(expression.slice(1));
  if (source === undefined) return undefined;
  return (request) => single([source(request) ?? ''], expression);
}

function single(values: readonly string[], what: string): Identity {
  if (values.length > 1) return { problem: `There are ${values.length} values of ${what}; one is wanted` };
  const [value = ''] = values;
  return value === '' ? { problem: `There is no ${what}` } : { value };
}
