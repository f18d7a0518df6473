import { verbs } from '../../gateway/route-table.ts';
import { isUnresolved } from '../known-value.ts';
import type { Finding, Value } from '../resource-type.ts';

/** `METHOD /path` with variables as whole segments, a greedy one last; or `$default` (AG-550). */
export function checkRouteKey(routeKey: Value | undefined): Finding[] {
  if (typeof routeKey !== 'string' || isUnresolved(routeKey) || routeKey === '$default') return [];
  const [, verb, path] = /^([A-Z]+) (\/.*)$/.exec(routeKey) ?? [];
  const invalid = (why: string): Finding[] => [
    { property: 'RouteKey', kind: 'invalid', message: `The provided route key is not formatted properly for HTTP protocol. ${why}` },
  ];
  if (verb === undefined || path === undefined || !(verb === 'ANY' || verbs.has(verb))) {
    return invalid('Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"');
  }
  const segments = path.slice(1).split('/');
  const names = segments.map((segment) => /^\{([A-Za-z0-9._-]+)(\+?)\}$/.exec(segment));
  if (segments.some((segment, index) => /[{}]/.test(segment) && names[index] === null)) {
    return invalid(`A variable is a whole segment of the path: ${routeKey}`);
  }
  if (names.some((match, index) => match?.[2] === '+' && index < names.length - 1)) {
    return invalid(`A greedy variable ends the path: ${routeKey}`);
  }
  const variables = names.flatMap((match) => (match === null ? [] : [match[1]]));
  return new Set(variables).size < variables.length ? invalid(`Each variable has a name of its own: ${routeKey}`) : [];
}

/** `$default` is a path without a verb. */
export function parseRouteKey(routeKey: string): { readonly verb: string; readonly path: string } {
  const [verb = '', path] = routeKey.split(' ', 2);
  return path === undefined ? { verb: '', path: routeKey } : { verb, path };
}
