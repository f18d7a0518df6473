import { parseInvocationUri, type FunctionTarget } from '../../../gateway/function-target.ts';
import { hasStageVariables, resolveStageVariables } from '../../../gateway/stage-variables.ts';
import type { GatewayRequest } from '../gateway-request.ts';

/** Which function an integration's URI names for a request; undefined when stage variables make no function's URI of it. */
export type FunctionFinder = (request: GatewayRequest) => FunctionTarget | undefined;

/** Compiles the URI (AG-280); only one with stage variables is looked at again for each request. */
export function compileFunctionUri(uri: string): FunctionFinder {
  if (hasStageVariables(uri)) return ({ variables }) => parseInvocationUri(resolveStageVariables(uri, variables));
  const target = parseInvocationUri(uri);
  return () => target;
}
