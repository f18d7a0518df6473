import { reencodePath } from '../../gateway/path-encoding.ts';
import type { Source } from './context-variables.ts';
import { badRequest, Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** Makes the request target for the backend. */
export type TargetBuilder = (request: GatewayRequest) => string | Refused;

/**
 * Compiles path and query of a URI: `{name}` is filled from the mapping `integration.request.path.name` and stays as it is without one
 * (AG-207); the client's query goes along, then what is mapped (AG-213).
 */
export function compileTarget(
  path: string,
  pathSources: ReadonlyMap<string, Source>,
  querySources: readonly (readonly [string, Source])[],
): TargetBuilder {
  const parts: (string | Source)[] = [];
  let last = 0;
  for (const match of path.matchAll(/\{([^{}]+?)\+?\}/g)) {
    const source = pathSources.get(match[1]!);
    if (source === undefined) continue;
    parts.push(path.slice(last, match.index), source);
    last = match.index + match[0].length;
  }
  parts.push(path.slice(last));
  const separator = path.includes('?') ? '&' : '?';
  return (request) => {
    let target = '';
    for (const part of parts) {
      const text = typeof part === 'string' ? part : reencodePath(part(request) ?? '');
      if (text === undefined) return new Refused(badRequest, 'A path parameter is not UTF-8, or has a segment that is . or ..');
      target += text;
    }
    let query = request.target.query;
    for (const [name, source] of querySources) {
      const value = source(request);
      // AG-217: what has no value is left out.
      if (value !== undefined && value !== '')
        query += `${query === '' ? '' : '&'}${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`;
    }
    return query === '' ? target : `${target}${separator}${query}`;
  };
}
