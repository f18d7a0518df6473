import { isObject } from '../known-value.ts';
import type { Finding, Value } from '../resource-type.ts';
import { invalid } from './finding.ts';

/** A method's parameters have names of their own, wherever they stand in the request (AG-063). */
export function checkParameterNames(declared: Value | undefined): readonly Finding[] {
  if (!isObject(declared)) return [];
  const seen = new Map<string, string>();
  return Object.keys(declared).flatMap((key) => {
    const [, place, name] = /^method\.request\.(path|querystring|header)\.(.+)$/.exec(key) ?? [];
    if (place === undefined || name === undefined) return [];
    const other = seen.get(name);
    seen.set(name, place);
    if (other === undefined || other === place) return [];
    return [
      invalid(
        'RequestParameters',
        'Parameter names must be unique across querystring, header and path',
        `${name} is declared as ${other} and as ${place}: rename one of them.`,
      ),
    ];
  });
}
