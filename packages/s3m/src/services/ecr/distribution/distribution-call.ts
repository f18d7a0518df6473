import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EcrCaller } from '../ecr-access.ts';
import { checkAccess } from '../ecr-access.ts';
import { EcrError } from '../ecr-error.ts';
import type { EcrRegistry } from '../ecr-registry.ts';
import type { LiveRepository } from '../images/live-repository.ts';
import { isDigest, isTag } from '../repository-name.ts';

/** One request of the distribution protocol whose sender is known. */
export interface DistributionCall {
  readonly registry: EcrRegistry;
  readonly caller: EcrCaller;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly name: string;
}

/** The repository, if the caller may do all `actions` with it: permission comes before existence. @throws EcrError */
export function openRepository({ registry, caller, name }: DistributionCall, ...actions: readonly string[]): LiveRepository {
  for (const action of actions) checkAccess(registry, caller, action, name);
  return registry.get(name);
}

/** A tag or a digest. @throws EcrError */
export function parseReference(reference: string): { readonly digest: string } | { readonly tag: string } {
  if (isDigest(reference)) return { digest: reference };
  if (isTag(reference)) return { tag: reference };
  throw reference.includes(':')
    ? new EcrError(
        'ImageDigestDoesNotMatchException',
        `Invalid parameter at 'imageDigest' failed to satisfy constraint: 'Invalid image digest'`,
      )
    : new EcrError('InvalidParameterException', `Invalid parameter at 'imageTag' failed to satisfy constraint: 'Invalid image tag'`);
}

/** @throws EcrError */
export function parseDigest(digest: string | null): string {
  if (digest !== null && isDigest(digest)) return digest;
  throw new EcrError('InvalidLayerException', `Invalid parameter at 'layerDigest' failed to satisfy constraint: 'Invalid layer digest'`);
}
