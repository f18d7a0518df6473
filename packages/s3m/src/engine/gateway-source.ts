import type { Directory } from '../capabilities/directory.ts';
import type { VpcLink } from '../capabilities/vpc-link.ts';
import { userFailure } from './problem.ts';

/** API Gateway as the source of a way: links V1, and the ids of links V2, which have interfaces of their own in the VPC. */
export interface GatewaySource {
  readonly links: readonly VpcLink[];
  readonly linkV2Ids: readonly string[];
}

/**
 * What `name` means of API Gateway: the logical id or id of a VPC link V1, or the logical id, id or name of an API, which stands for the
 * links of its integrations, maybe none. Undefined when it means neither.
 * @param as whether a part of a logical id will do
 */
export function findGatewaySource(directory: Directory, name: string, as: 'whole' | 'part'): GatewaySource | undefined {
  const isMeant = ({ id, logicalId }: { readonly id: string; readonly logicalId: string }): boolean =>
    id === name || logicalId === name || (as === 'part' && logicalId.toLowerCase().includes(name.toLowerCase()));
  const links = directory.list('vpcLink').map(([, link]) => link);
  const named = links.filter(isMeant);
  if (named.length > 0) return { links: named, linkV2Ids: [] };
  const apis = directory.list('api').flatMap(([, api]) => (isMeant(api) || api.name === name ? [api] : []));
  if (apis.length === 0) return undefined;
  const ids = new Set(apis.flatMap((api) => api.vpcLinkIds()));
  const linkV2Ids = directory.list('vpcLinkV2').flatMap(([id]) => (ids.has(id) ? [id] : []));
  return { links: links.filter(({ id }) => ids.has(id)), linkV2Ids };
}

export function noVpcLink(name: string): Error {
  return userFailure(
    'NoVpcLink',
    `No integration of API ${name} names a VPC link that is here, so it reaches nothing in a VPC`,
    'Give an integration ConnectionType VPC_LINK and the link as ConnectionId, or ask of a link by its logical id.',
  );
}
