import { JavaMap, mapOf } from '../../../vtl/java-value.ts';
import { parseQuery } from '../../../gateway/query-string.ts';
import { eventHeaders } from '../events/event-headers.ts';
import type { GatewayRequest } from '../gateway-request.ts';

/**
 * `$input.params()`: path, query and headers of the request; of repeated names the last value (AG-329, AG-352). Headers are those that an event for
 * a function has, with the gateway's own (AG-270, AG-271).
 */
export function createParameterMap(request: GatewayRequest): JavaMap {
  return mapOf([
    ['path', toMap(request.pathParameters)],
    ['querystring', toMap(parseQuery(request.target.query))],
    ['header', mapOf(Object.entries(eventHeaders(request).single))],
  ]);
}

function toMap(pairs: readonly string[]): JavaMap {
  const map = new JavaMap();
  for (let index = 0; index < pairs.length; index += 2) map.put(pairs[index], pairs[index + 1]);
  return map;
}
