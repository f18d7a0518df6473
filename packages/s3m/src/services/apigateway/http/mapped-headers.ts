import { configurationError, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { isHeaderText } from '../gateway-responses.ts';
import { forbiddenTargets, ineffectiveTargets } from '../proxy-request-headers.ts';
import { backendTraceId } from '../trace-id.ts';

/** What a request for a backend is made for. */
export interface HeaderFacts {
  /** Of the URI, for `Host`. */
  readonly authority: string;
  readonly apiId: string;
  readonly hasBody: boolean;
}

/**
 * Header lines for a backend: what is mapped, and a fixed set instead of the client's (AG-218, AG-226, AG-228, AG-903). A value that could
 * break out of its header is answered with 500.
 */
export function buildMappedHeaders(
  request: GatewayRequest,
  mapped: ReadonlyMap<string, readonly [string, string]>,
  { authority, apiId, hasBody }: HeaderFacts,
): string[] | Refused {
  const lines: string[] = [];
  const fixed: readonly (readonly [string, string])[] = [
    ['Host', authority],
    ['Accept', 'application/json'],
    ['User-Agent', `AmazonAPIGateway_${apiId}`],
    ...(hasBody ? [['Content-Type', 'application/json'] as const] : []),
  ];
  for (const [name, value] of fixed) if (!mapped.has(name.toLowerCase())) lines.push(name, value);
  lines.push('X-Amzn-Apigateway-Api-Id', apiId, 'X-Amzn-Trace-Id', backendTraceId(request), 'Connection', 'Keep-Alive');
  for (const [lower, [name, value]] of mapped) {
    // AG-230, AG-231
    if (forbiddenTargets.has(lower))
      return new Refused(configurationError, `The integration maps a value to ${name}, which the gateway writes itself`);
    if (ineffectiveTargets.has(lower)) continue; // AG-229
    if (!isHeaderText(value) || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))
      return new Refused(configurationError, `The value for header ${name} has a control character, or one that is not ASCII, in it`);
    lines.push(name, value);
  }
  return lines;
}
