import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { ServiceError } from '../../service-error.ts';
import { responseTypes } from '../gateway-response.ts';
import type { LiveApi } from '../live-api.ts';
import { apiOf, page } from './named-in-call.ts';

/** What a type's answer looks like unless somebody says otherwise. */
const plainTemplates: Readonly<Record<string, string>> = { 'application/json': '{"message":$context.error.messageString}' };

export function getGatewayResponses(call: RestCall): RestAnswer {
  const api = apiOf(call);
  return page(
    [...responseTypes.keys()].map((type) => printResponse(api, type)),
    call,
  );
}

export function getGatewayResponse(call: RestCall): RestAnswer {
  const api = apiOf(call);
  const type = call.path['response_type']!;
  if (!responseTypes.has(type)) throw new ServiceError('NotFoundException', 'Invalid gateway response type specified', { status: 404 });
  return { status: 200, body: printResponse(api, type) };
}

/** A type without an entry of its own reads back as what it inherits from its class, the status too (AG-387, AG-391). */
function printResponse({ draft }: LiveApi, type: string): object {
  const status = responseTypes.get(type);
  const own = draft.responses.get(type);
  const defaults = type.startsWith('DEFAULT_') ? undefined : draft.responses.get(status! < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const from = own ?? defaults;
  const statusCode = from?.statusCode ?? status;
  return {
    responseType: type,
    ...(statusCode === undefined ? {} : { statusCode: String(statusCode) }),
    responseParameters: from?.parameters ?? {},
    responseTemplates: from === undefined || Object.keys(from.templates).length === 0 ? plainTemplates : from.templates,
    defaultResponse: own === undefined,
  };
}
