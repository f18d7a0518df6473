import type { IncomingMessage } from 'node:http';
import type { CredentialsOwner } from '../../../capabilities/credentials.ts';
import type { AuthorizationTokens } from '../authorization-tokens.ts';

/** Who a request of the distribution protocol is from, by HTTP's Basic scheme (ECR-006). */
export type Authentication =
  | { readonly kind: 'known'; readonly owner: CredentialsOwner }
  /** No password, or one that never was. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired' };

export function authenticate(request: Pick<IncomingMessage, 'headers'>, tokens: AuthorizationTokens): Authentication {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return { kind: 'unknown' };
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon === -1 || text.slice(0, colon) !== 'AWS') return { kind: 'unknown' };
  const owner = tokens.ownerOf(text.slice(colon + 1));
  if (owner === undefined) return { kind: 'unknown' };
  return owner === 'expired' ? { kind: 'expired' } : { kind: 'known', owner };
}
