import { BasePathTaken, findDomain, type DomainTarget } from '../gateway/custom-domain.ts';
import { ResourceFailure, type ResourceContext } from './resource-type.ts';

/**
 * Maps `basePath` of the domain to `target`; empty for all that no other mapping takes (AG-013). Answers what removes the mapping.
 * @param property that names the base path
 * @throws ResourceFailure
 */
export function mapBasePath(
  { account }: Pick<ResourceContext, 'account'>,
  { domainName, basePath, property }: { readonly domainName: string; readonly basePath: string; readonly property: string },
  target: DomainTarget,
): () => void {
  const domain = findDomain(account.directory, domainName);
  if (domain === undefined) throw new ResourceFailure('Invalid domain name identifier specified', { property: 'DomainName' });
  try {
    return domain.map(basePath, target);
  } catch (error) {
    if (error instanceof BasePathTaken) throw new ResourceFailure(error.message, { property, cause: error });
    throw error;
  }
}
