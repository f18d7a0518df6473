import { JavaMap, mapOf } from '../../../vtl/java-value.ts';
import { parseQuery } from '../../../gateway/query-string.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { isHiddenHeader } from './hidden-headers.ts';

/** `$input.params()`: path, query and headers of the request; of repeated names the last value (AG-329, AG-352). */
export function createParameterMap(request: GatewayRequest): JavaMap {
  return mapOf([
    ['path', toMap(request.pathParameters)],
    ['querystring', toMap(parseQuery(request.target.query))],
    ['header', toHeaderMap(request)],
  ]);
}

function toMap(pairs: readonly string[]): JavaMap {
  const map = new JavaMap();
  for (let index = 0; index < pairs.length; index += 2) map.put(pairs[index]!, pairs[index + 1]);
  return map;
}

/** In the client's spelling. */
function toHeaderMap({ headers }: GatewayRequest): JavaMap {
  const map = new JavaMap();
  const spelling = new Map<string, string>();
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!;
    if (isHiddenHeader(name)) continue;
    const lower = name.toLowerCase();
    if (!spelling.has(lower)) spelling.set(lower, name);
    map.put(spelling.get(lower)!, headers[index + 1]);
  }
  return map;
}
