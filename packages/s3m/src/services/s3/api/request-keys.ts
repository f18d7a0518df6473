import type { ConditionKeys } from '../../../policy/condition.ts';
import { parseBasicTime } from '../../../signature/verify-signature.ts';
import { headerKeys } from '../condition-keys.ts';
import { headerOf, type ServiceCall } from './s3-call.ts';

const authTypes = { header: 'REST-HEADER', query: 'REST-QUERY-STRING', form: 'POST' } as const;

/**
 * S3's condition keys of a request; what is not here is not known, and a condition on it is not met (Service Authorization Reference, "Actions,
 * resources, and condition keys for Amazon S3"). @param own those of one need, by name in lower case
 */
export function requestKeys(
  call: Pick<ServiceCall, 'account' | 'signer' | 'headers' | 'query'>,
  own: Readonly<Record<string, readonly string[]>> = {},
): ConditionKeys {
  const { signer, query, account } = call;
  const present = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);
  const signed = signer.kind === 'signed' ? signer : undefined;
  return (key) => {
    if (Object.hasOwn(own, key)) return own[key];
    // The object has no such tag, or the request asks for none.
    if (key.startsWith('s3:existingobjecttag/') || key.startsWith('s3:requestobjecttag')) return [];
    if (key.startsWith('s3:') && headerKeys.has(key.slice(3))) return present(headerOf(call, key.slice(3)));
    switch (key) {
      case 's3:prefix':
      case 's3:delimiter':
      case 's3:max-keys':
        return present(query.get(key.slice(3)));
      case 's3:versionid':
        return present(query.get('versionId'));
      case 's3:x-amz-content-sha256':
        return present(signed?.contentSha256);
      case 's3:authtype':
        return signed === undefined ? [] : [authTypes[signed.place]];
      case 's3:signatureversion':
        return signed === undefined ? [] : ['AWS4-HMAC-SHA256'];
      case 's3:signatureage':
        return signed === undefined ? [] : [String(account.clock.now() - (parseBasicTime(signed.timestamp) ?? 0))];
      case 's3:resourceaccount':
        return [account.id];
      case 's3:if-match':
      case 's3:if-none-match':
        return present(headerOf(call, key.slice(3)));
      // Of those with credentials the account knows them as well.
      case 'aws:securetransport':
        return ['true'];
      case 'aws:currenttime':
        return [new Date(account.clock.now()).toISOString().replace(/\.\d+/, '')];
      case 'aws:epochtime':
        return [String(Math.floor(account.clock.now() / 1000))];
      case 'aws:requestedregion':
        return [account.region];
      case 'aws:resourceaccount':
        return [account.id];
      case 'aws:resourceorgid':
        return [];
      case 'aws:referer':
      case 'aws:useragent':
        return present(headerOf(call, key === 'aws:referer' ? 'referer' : 'user-agent'));
      case 's3:dataaccesspointarn':
      case 's3:dataaccesspointaccount':
      case 's3:accesspointnetworkorigin':
        return [];
      default:
        return undefined;
    }
  };
}
