import { requestKey } from '../../../gateway/request-keys.ts';
import type { ConditionKeys } from '../../../policy/condition.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';

/** The condition keys of a request to an HTTP API (AG-160). Others are not known here, and what depends on them denies. */
export function conditionKeys(request: HttpApiRequest): ConditionKeys {
  return (key) => requestKey(key, request);
}
