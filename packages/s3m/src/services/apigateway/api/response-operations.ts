import type { ApiDraft } from '../draft.ts';
import { apiOfCall, notFound, type ApiAnswer, type ApiCall } from './api-call.ts';

/** Statuses as AWS gives them unasked (AG-361 to AG-380); those of the two classes are each type's own. */
const statuses: ReadonlyMap<string, number | undefined> = new Map<string, number | undefined>([
  ['ACCESS_DENIED', 403],
  ['API_CONFIGURATION_ERROR', 500],
  ['AUTHORIZER_CONFIGURATION_ERROR', 500],
  ['AUTHORIZER_FAILURE', 500],
  ['BAD_REQUEST_BODY', 400],
  ['BAD_REQUEST_PARAMETERS', 400],
  ['DEFAULT_4XX', undefined],
  ['DEFAULT_5XX', undefined],
  ['EXPIRED_TOKEN', 403],
  ['INTEGRATION_FAILURE', 504],
  ['INTEGRATION_TIMEOUT', 504],
  ['INVALID_API_KEY', 403],
  ['INVALID_SIGNATURE', 403],
  ['MISSING_AUTHENTICATION_TOKEN', 403],
  ['QUOTA_EXCEEDED', 429],
  ['REQUEST_TOO_LARGE', 413],
  ['RESOURCE_NOT_FOUND', 404],
  ['THROTTLED', 429],
  ['UNAUTHORIZED', 401],
  ['UNSUPPORTED_MEDIA_TYPE', 415],
  ['WAF_FILTERED', 403],
]);

const plainTemplates = { 'application/json': '{"message":$context.error.messageString}' };

/** All types, those that nobody changed too. Not in pages. */
export function getGatewayResponses(call: ApiCall): ApiAnswer {
  const { draft } = apiOfCall(call);
  return { item: [...statuses.keys()].map((type) => showResponse(draft, type)) };
}

export function getGatewayResponse(call: ApiCall): ApiAnswer {
  const { draft } = apiOfCall(call);
  const type = call.path[1]!;
  if (!statuses.has(type)) throw notFound('Invalid gateway response type specified');
  return showResponse(draft, type);
}

/** AG-387, AG-391: a type without an entry of its own has its class's, whose status wins over the type's own. */
function showResponse({ responses }: ApiDraft, type: string): object {
  const own = responses.get(type);
  const status = statuses.get(type);
  const ofClass = status === undefined ? undefined : responses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const definition = own ?? ofClass;
  const statusCode = definition?.statusCode ?? status;
  const templates = definition?.templates ?? {};
  return {
    responseType: type,
    ...(statusCode === undefined ? {} : { statusCode: String(statusCode) }),
    responseParameters: definition?.parameters ?? {},
    responseTemplates: Object.keys(templates).length === 0 ? plainTemplates : templates,
    defaultResponse: own === undefined,
  };
}
