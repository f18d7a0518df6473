import type { Account } from '../../account.ts';
import { ServiceError } from '../../service-error.ts';
import { findApi, type LiveApi } from '../live-api.ts';

/** One call of API Gateway's own API. */
export interface ApiCall {
  readonly account: Account;
  /** Parts of the path, decoded: the API's id first, where there is one. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** What an operation answers: nothing where AWS answers with 202 alone. */
export type ApiAnswer = object | undefined;

/** @throws ServiceError AG-024 */
export function apiOfCall({ account, path: [id = ''] }: ApiCall): LiveApi {
  const api = findApi(account.directory, id);
  if (api === undefined) throw notFound(`Invalid API identifier specified ${account.id}:${id}`);
  return api;
}

export function notFound(message: string): ServiceError {
  return new ServiceError('NotFoundException', message, { status: 404 });
}

/** Milliseconds as AWS tells times: seconds since the epoch. */
export function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** A list as API Gateway's answers have it, `limit` of them (25 by default) from `position` on. @throws ServiceError */
export function listed<T>(items: readonly T[], { query }: ApiCall): { readonly item: readonly T[]; readonly position?: string } {
  const limit = Number(query.get('limit') ?? 25);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw badRequest('Invalid limit specified: it is between 1 and 500');
  const start = Number(Buffer.from(query.get('position') ?? 'MA==', 'base64').toString());
  if (!Number.isSafeInteger(start) || start < 0) throw badRequest('Invalid position parameter');
  const end = start + limit;
  return { item: items.slice(start, end), ...(end < items.length ? { position: Buffer.from(String(end)).toString('base64') } : {}) };
}

function badRequest(message: string): ServiceError {
  return new ServiceError('BadRequestException', message);
}
