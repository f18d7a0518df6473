import { encodePlainPath } from '../../../gateway/path-encoding.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import type { MappedRequest } from './parameter-mapping.ts';

/**
 * Path and query for the backend: the URI's path with `{name}` filled from the route's parameters; behind a VPC link, where there is no such
 * path, the request's own with the stage (AG-578); in place of both what a mapping says. Undefined for a path that may not be sent.
 */
export function toBackendTarget(request: HttpApiRequest, uriPath: string | undefined, { path, query }: MappedRequest): string | undefined {
  const target = path === undefined && uriPath !== undefined ? fill(uriPath, request) : encode(path ?? request.target.rawPath);
  if (target === undefined || query === '') return target;
  return `${target}${target.includes('?') ? '&' : '?'}${query}`;
}

function encode(path: string): string | undefined {
  const encoded = encodePlainPath(path);
  return encoded === undefined || encoded.startsWith('/') ? encoded : `/${encoded}`;
}

function fill(uriPath: string, request: HttpApiRequest): string | undefined {
  let refused = false;
  const filled = uriPath.replaceAll(/\{([^{}+]+)\+?\}/g, (text, name: string) => {
    const value = request.pathParameter(name);
    const encoded = value === undefined ? text : encodePlainPath(value);
    if (encoded === undefined) refused = true;
    return encoded ?? '';
  });
  return refused ? undefined : filled;
}
