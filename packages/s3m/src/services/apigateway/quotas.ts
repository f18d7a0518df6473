import { PropertyReader } from '../property-reader.ts';
import type { Properties } from '../resource-type.ts';
import { DraftRefusal } from './draft-refusal.ts';

/** How many parts an API may have, unless AWS has raised it for the account (AG-064, AG-124, AG-436). */
const defaults = { resources: 300, stages: 10, authorizers: 10 };

export type Quotas = Readonly<typeof defaults>;

export const defaultQuotas: Quotas = defaults;

/** AWS's names of them, as users quote its refusals. */
const names: Readonly<Record<keyof Quotas, string>> = { resources: 'resources', stages: 'stages', authorizers: 'Authorizers' };

/** Metadata `S3M: {quotas: {resources: 500}}` of an API: what AWS has raised. @throws ResourceFailure */
export function readQuotas(metadata: Properties): Quotas {
  const raised = new PropertyReader(metadata).object('S3M')?.object('quotas');
  if (raised === undefined) return defaults;
  return {
    resources: raised.integer('resources', defaults.resources),
    stages: raised.integer('stages', defaults.stages),
    authorizers: raised.integer('authorizers', defaults.authorizers),
  };
}

/** @param count that there are already. @throws DraftRefusal */
export function checkQuota(quotas: Quotas, what: keyof Quotas, count: number): void {
  if (count < quotas[what]) return;
  const name = names[what];
  throw new DraftRefusal(`Maximum number of ${name} for this API has been reached. Please contact AWS if you need additional ${name}.`);
}
