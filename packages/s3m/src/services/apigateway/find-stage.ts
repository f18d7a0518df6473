import { forbidden, Refused } from './failures.ts';
import type { Step } from './passage.ts';

/** AG-001, AG-005, AG-006, AG-011; AG-461 */
export const findStage: Step = (passage) => {
  const { request, stages } = passage;
  const name = request.target.stage;
  const named = stages.get(name);
  if (named === undefined) {
    const known = [...stages.keys()].join(', ');
    return new Refused(forbidden, `The API has no stage "${request.trace.stage}"; it has ${known === '' ? 'none' : known}`);
  }
  const { canary } = named;
  if (canary !== undefined) request.isCanary = request.api.random() * 100 < canary.percentTraffic;
  const stage = canary !== undefined && request.isCanary === true ? canary.stage : named;
  if (stage.snapshot.disabled && request.basePath === undefined)
    return new Refused(forbidden, 'The API has DisableExecuteApiEndpoint, and this is its default endpoint');
  passage.stage = stage;
  const { denied } = request.arrival;
  if (denied !== undefined) {
    request.trace.logs.push(denied);
    return new Refused(forbidden, denied); // AG-025
  }
  passage.snapshot = stage.snapshot;
  request.deploymentId = stage.snapshot.deploymentId;
  request.variables = stage.variables;
  request.tracing = stage.tracing;
  request.clientCertificate = stage.clientCertificate;
  return undefined;
};
