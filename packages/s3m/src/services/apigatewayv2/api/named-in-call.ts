import { madeResources, type MadeResource } from '../../made-resources.ts';
import { pageOf } from '../../page.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { notFound } from '../../rest-answers.ts';
import { ServiceError } from '../../service-error.ts';
import { findHttpApi, type LiveHttpApi } from '../live-http-api.ts';

/** The API of a call. @throws ServiceError (AG-024) */
export function apiOf({ account, path }: RestCall): LiveHttpApi {
  const api = findHttpApi(account.directory, path['apiId']!);
  if (api === undefined) throw notFound(`Invalid API identifier specified ${account.id}:${path['apiId']}`);
  return api;
}

/** @throws ServiceError */
export function stageNameOf(api: LiveHttpApi, { path }: RestCall): string {
  const name = path['stageName']!;
  if (!api.hasStage(name)) throw notFound('Invalid stage identifier specified');
  return name;
}

/** The resources of a type that an API has. */
export function partsOf({ account }: RestCall, { id }: LiveHttpApi, type: string): readonly MadeResource[] {
  return madeResources(account.directory, type).filter(({ properties }) => properties['ApiId'] === id);
}

/** A part of a list: `maxResults` of it, from `nextToken` on. @throws ServiceError */
export function page(items: readonly object[], { query }: RestCall): RestAnswer {
  const size = Number(query.get('maxResults') ?? 500);
  if (!Number.isInteger(size) || size < 1) throw new ServiceError('BadRequestException', `Invalid maxResults: ${query.get('maxResults')}`);
  const found = pageOf(
    items,
    query.get('nextToken') ?? undefined,
    size,
    () => new ServiceError('BadRequestException', 'Invalid nextToken'),
  );
  return { status: 200, body: { items: found.items, ...(found.next === undefined ? {} : { nextToken: found.next }) } };
}

/** `2026-01-02T03:04:05Z` */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
