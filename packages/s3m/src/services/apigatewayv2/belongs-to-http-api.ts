import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type ResourceContext } from '../resource-type.ts';
import { DraftRefusal } from './http-api-draft.ts';
import { findHttpApi, type LiveHttpApi } from './live-http-api.ts';
import { ExpressionProblem } from './request/selection-expression.ts';

/** The API that a resource names with `ApiId`. @throws ResourceFailure when there is none */
export function httpApiOf(context: Pick<ResourceContext, 'properties' | 'account'>): LiveHttpApi {
  const id = new PropertyReader(context.properties).string('ApiId');
  const api = findHttpApi(context.account.directory, id);
  if (api === undefined) throw new ResourceFailure(`Invalid API identifier specified ${context.account.id}:${id}`, { property: 'ApiId' }); // AG-024
  return api;
}

/** Runs `change` and tells its refusals as CloudFormation would. */
export function asResourceFailure<T>(change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (error instanceof DraftRefusal || error instanceof ExpressionProblem) throw new ResourceFailure(error.message, { cause: error });
    throw error;
  }
}
