import type { Refused } from '../failures.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import type { StageCaches } from './stage-caches.ts';

/** Decides who may call a route, compiled. */
export interface Authorizer {
  /** Sets `request.caller`, or says why not. @param scopes that the route asks for @param caches of the stage */
  authorize(request: HttpApiRequest, scopes: readonly string[], caches: StageCaches): Promise<Refused | undefined>;
}
