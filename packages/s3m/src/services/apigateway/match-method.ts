import { Refused } from './failures.ts';
import type { Step } from './passage.ts';
import { undefinedRoute } from './undefined-route.ts';

/** AG-027, AG-028: a path or verb that the deployment does not have is 403, and decided before anything is invoked (AG-030). */
export const matchMethod: Step = (passage) => {
  const { request } = passage;
  const match = passage.snapshot!.routes.match(request.target.path, request.verb);
  if (match === undefined) {
    return new Refused(undefinedRoute(request), `Deployment ${passage.snapshot!.deploymentId} has no method for this verb and path`);
  }
  const { method } = match;
  passage.method = method;
  request.resourceId = method.resourceId;
  request.resourcePath = method.resourcePath;
  request.pathParameters = match.parameters;
  request.trace.resource = method.resourcePath;
  request.trace.match = method.verb;
  return undefined;
};
