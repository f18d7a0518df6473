import type { CredentialsOwner } from '../capabilities/credentials.ts';
import type { ConditionKeys } from '../policy/condition.ts';
import type { Account } from './account.ts';

const yes = ['true'];
const no = ['false'];

/**
 * The global condition keys of a call, by their names in lower case; what is not here is not known, and a condition on it is not met.
 * Source: AWS IAM User Guide, "AWS global condition context keys". The caller's address is not known: on AWS it would be the one of a NAT
 * gateway, or absent behind a VPC endpoint (IAM-023).
 */
export function callerKeys(account: Account, caller: CredentialsOwner, own: ConditionKeys = () => undefined): ConditionKeys {
  const now = account.clock.now();
  const { session } = caller;
  const role = session === undefined ? undefined : account.directory.find('role', session.roleArn);
  return (key) => {
    if (key.startsWith('aws:principaltag/')) return tagOf(role?.tags ?? {}, key.slice('aws:principaltag/'.length));
    switch (key) {
      case 'aws:principalarn': // IAM-008
        return [session?.roleArn ?? caller.arn];
      case 'aws:principalaccount':
        return [caller.accountId];
      case 'aws:principaltype':
        return [session === undefined ? 'User' : 'AssumedRole'];
      case 'aws:userid':
        return [caller.userId];
      case 'aws:username':
        return caller.userName === undefined ? [] : [caller.userName];
      case 'aws:currenttime':
        return [new Date(now).toISOString().replace(/\.\d+/, '')];
      case 'aws:epochtime':
        return [String(Math.floor(now / 1000))];
      case 'aws:tokenissuetime':
        return session === undefined ? [] : [new Date(session.issuedAt).toISOString().replace(/\.\d+/, '')];
      case 'aws:requestedregion':
        return [account.region];
      case 'aws:resourceaccount':
        return [account.id];
      // The local address stands for one of https.
      case 'aws:securetransport':
        return yes;
      case 'aws:sourcevpce':
        return caller.passage === undefined ? [] : [caller.passage.endpointId];
      case 'aws:sourcevpc':
        return caller.passage === undefined ? [] : [caller.passage.vpcId];
      case 'aws:principalisawsservice':
      case 'aws:viaawsservice':
        return no;
      case 'aws:multifactorauthpresent':
        return session === undefined ? [] : no;
      // There is no organisation, federation or chain of services here.
      case 'aws:principalorgid':
      case 'aws:principalorgpaths':
      case 'aws:resourceorgid':
      case 'aws:federatedprovider':
      case 'aws:sourceidentity':
      case 'aws:multifactorauthage':
      case 'aws:calledvia':
      case 'aws:calledviafirst':
      case 'aws:calledvialast':
      case 'aws:principalservicename':
      case 'aws:principalservicenameslist':
      case 'aws:sourcearn':
      case 'aws:sourceaccount':
        return [];
      default:
        return own(key);
    }
  };
}

/** Keys of tags are compared without regard to case. */
function tagOf(tags: Readonly<Record<string, string>>, name: string): readonly string[] {
  return Object.entries(tags).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
}
