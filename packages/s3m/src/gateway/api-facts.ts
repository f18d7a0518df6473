import { createIdSource, type RequestIds } from './request-ids.ts';

/** What a request can know of the API that it came to. */
export interface ApiFacts {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** `ID.execute-api.us-east-1.amazonaws.com` */
  readonly host: string;
  readonly clock: { now(): number; monotonic(): number };
  readonly random: () => number;
  /** Ids for the next request. */
  readonly nextIds: () => RequestIds;
}

/** What there is to know of an API of an account. */
export function apiFacts(
  id: string,
  account: Pick<ApiFacts, 'id' | 'region' | 'partition' | 'clock' | 'random'> & { readonly urlSuffix: string },
): ApiFacts {
  const { id: accountId, region, partition, urlSuffix, clock, random } = account;
  return {
    id,
    accountId,
    region,
    partition,
    host: `${id}.execute-api.${region}.${urlSuffix}`,
    clock,
    random,
    nextIds: createIdSource(random),
  };
}
