import { Refused } from './failures.ts';
import type { Step } from './passage.ts';
import type { RequestFacts } from './request-facts.ts';
import type { Snapshot } from './snapshot.ts';
import { undefinedRoute } from './undefined-route.ts';

/** AG-027, AG-028: a path or verb that the deployment does not have is 403, and decided before anything is invoked (AG-030). */
export const matchMethod: Step = (passage) => {
  const { request } = passage;
  const match = findRoute(request.facts, passage.snapshot!);
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

function findRoute(facts: RequestFacts, { routes }: Snapshot): NonNullable<RequestFacts['route']>['match'] {
  if (facts.route?.routes !== routes) facts.route = { routes, match: routes.match(facts.target.path, facts.verb) };
  return facts.route.match;
}
