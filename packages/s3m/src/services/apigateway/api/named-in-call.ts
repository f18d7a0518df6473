import { pageOf } from '../../page.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { notFound } from '../../rest-answers.ts';
import { ServiceError } from '../../service-error.ts';
import type { ResourceDefinition } from '../draft.ts';
import { methodKey } from '../draft.ts';
import { findApi, type LiveApi } from '../live-api.ts';
import type { MethodDefinition } from '../method-definition.ts';

/** The API of a call. @throws ServiceError (AG-024: the case of the id counts) */
export function apiOf({ account, path }: RestCall): LiveApi {
  const api = findApi(account.directory, path['restapi_id']!);
  if (api === undefined) throw notFound(`Invalid API identifier specified ${account.id}:${path['restapi_id']}`);
  return api;
}

/** Below resources an API that is not there is told as a resource that is not. @throws ServiceError */
export function resourceOf({ account, path }: RestCall): { readonly api: LiveApi; readonly resource: ResourceDefinition } {
  const api = findApi(account.directory, path['restapi_id']!);
  const resource = api?.draft.resources.get(path['resource_id']!);
  if (api === undefined || resource === undefined) throw notFound('Invalid Resource identifier specified');
  return { api, resource };
}

/** @throws ServiceError */
export function methodOf(call: RestCall): MethodDefinition {
  const { api, resource } = resourceOf(call);
  const method = api.draft.methods.get(methodKey(resource.id, call.path['http_method']!));
  if (method === undefined) throw notFound('Invalid Method identifier specified');
  return method;
}

/** A part of a list: `limit` of it (25 by default, 500 at the most), from `position` on. @throws ServiceError */
export function page(items: readonly object[], { query }: RestCall): RestAnswer {
  const limit = Number(query.get('limit') ?? 25);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500)
    throw new ServiceError('BadRequestException', 'Invalid limit specified: it is between 1 and 500');
  const position = query.get('position') ?? undefined;
  const { items: item, next } = pageOf(items, position, limit, () => new ServiceError('BadRequestException', 'Invalid position parameter'));
  return { status: 200, body: { ...(next === undefined ? {} : { position: next }), item } };
}

/** As JSON of the service has times: seconds. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
