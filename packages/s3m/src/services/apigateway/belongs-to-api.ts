import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type ResourceContext } from '../resource-type.ts';
import { DraftRefusal } from './draft-refusal.ts';
import { findApi, type LiveApi } from './live-api.ts';
import { PatternProblem } from './java-pattern.ts';
import { MappingProblem } from './mapping-problem.ts';

/** The API that a resource names with `RestApiId`. @throws ResourceFailure when there is none */
export function apiOf(context: Pick<ResourceContext, 'properties' | 'account'>): LiveApi {
  const id = new PropertyReader(context.properties).string('RestApiId');
  const api = findApi(context.account.directory, id);
  if (api === undefined)
    throw new ResourceFailure(`Invalid API identifier specified ${context.account.id}:${id}`, { property: 'RestApiId' }); // AG-024
  return api;
}

/** Runs `change` and tells its refusals as CloudFormation would. */
export function asResourceFailure<T>(change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (error instanceof DraftRefusal || error instanceof MappingProblem || error instanceof PatternProblem) {
      throw new ResourceFailure(error.message, { cause: error });
    }
    throw error;
  }
}
