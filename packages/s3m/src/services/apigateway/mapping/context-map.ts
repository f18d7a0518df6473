import { JavaMap, mapOf } from '../../../vtl/java-value.ts';
import { clientCertNames, contextNames, contextVariable } from '../context-variables.ts';
import type { GatewayRequest } from '../gateway-request.ts';

/** `$context` with all its variables (AG-355); what is not set is null. */
export function createContextMap(request: GatewayRequest): JavaMap {
  const context = new JavaMap();
  const names = request.arrival.clientCert === undefined ? contextNames : [...contextNames, ...clientCertNames];
  for (const name of names) putNested(context, name, contextVariable(name)?.(request));
  if (request.authorizer !== undefined) {
    const authorizer = mapOf(request.authorizer);
    // What a user pool says of its user has a level of its own.
    for (const [key, value] of request.authorizer) if (key.startsWith('claims.')) putNested(authorizer, key, value);
    context.put('authorizer', authorizer);
  }
  return context;
}

function putNested(map: JavaMap, name: string, value: string | undefined): void {
  const dot = name.indexOf('.');
  if (dot === -1) {
    map.put(name, value);
    return;
  }
  const first = name.slice(0, dot);
  let inner = map.get(first);
  if (!(inner instanceof JavaMap)) map.put(first, (inner = new JavaMap()));
  putNested(inner, name.slice(dot + 1), value);
}
