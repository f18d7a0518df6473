import { headerValues } from '../../../http/message.ts';
import { queryValues } from '../../../gateway/query-string.ts';
import { contextVariable } from '../context-variables.ts';
import type { GatewayRequest } from '../gateway-request.ts';

/** Where a part of an identity stands: `method.request.header.Authorization` and its value or values in a request. */
export interface IdentitySource {
  /** As the template has it. */
  readonly expression: string;
  readonly read: (request: GatewayRequest) => readonly string[];
}

/** The header that the identity source of a TOKEN or Cognito authorizer names: one, and nothing but a header (AG-078). */
export function parseIdentityHeader(source: string): string | undefined {
  return /^method\.request\.header\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/.exec(source.trim())?.[1];
}

/** The list of a REQUEST authorizer, blanks around its commas allowed (AG-101). Undefined when one of them is no source (AG-102). */
export function tryIdentitySources(list: string): readonly IdentitySource[] | undefined {
  const sources: IdentitySource[] = [];
  for (const expression of list.split(',').map((part) => part.trim())) {
    if (expression === '') continue;
    const read = tryReader(expression);
    if (read === undefined) return undefined;
    sources.push({ expression, read });
  }
  return sources;
}

function tryReader(expression: string): IdentitySource['read'] | undefined {
  const header = parseIdentityHeader(expression);
  if (header !== undefined) return ({ headers }) => headerValues(headers, header);
  const query = /^method\.request\.querystring\.([^\s,]+)$/.exec(expression)?.[1];
  if (query !== undefined) return ({ target }) => queryValues(target.query, query);
  const variable = /^stageVariables\.(\w+)$/.exec(expression)?.[1];
  if (variable !== undefined) return ({ variables }) => (Object.hasOwn(variables, variable) ? [variables[variable]!] : []);
  const context = /^context\.([\w.]+)$/.exec(expression)?.[1];
  const source = context === undefined || context.startsWith('authorizer.') ? undefined : contextVariable(context);
  if (source === undefined) return undefined;
  return (request) => {
    const value = source(request);
    return value === undefined ? [] : [value];
  };
}
