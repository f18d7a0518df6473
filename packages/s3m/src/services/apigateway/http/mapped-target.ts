import { reencodePath } from '../../../gateway/path-encoding.ts';
import { badRequest, Refused } from '../failures.ts';

/** Values by name. */
type Values = ReadonlyMap<string, readonly [string, string]>;

/** Makes the request target for the backend of a URI's path and query, and of what is mapped. */
export type MappedTarget = (path: Values, query: Values) => string | Refused;

/**
 * Compiles path and query of a URI: `{name}` is filled from the path values and stays as it is without one (AG-207); of the query only what is
 * mapped goes along (AG-214).
 */
export function compileMappedTarget(uriPath: string): MappedTarget {
  // Texts and names in turn.
  const parts = uriPath.split(/\{([^{}]+?)\+?\}/);
  const written = [...uriPath.matchAll(/\{[^{}]+?\+?\}/g)].map(([text]) => text);
  return (path, query) => {
    let target = parts[0]!;
    for (let index = 1; index < parts.length; index += 2) {
      const value = path.get(parts[index]!)?.[1];
      const text = value === undefined ? written[(index - 1) / 2]! : reencodePath(value);
      if (text === undefined) return new Refused(badRequest, 'A path parameter is not UTF-8, or has a segment that is . or ..');
      target += text + parts[index + 1]!;
    }
    for (const [name, value] of query.values()) {
      target += `${target.includes('?') ? '&' : '?'}${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`;
    }
    return target;
  };
}
