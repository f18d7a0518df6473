import { requestKey, valuesOf } from '../../gateway/request-keys.ts';
import type { ConditionKeys } from '../../policy/condition.ts';
import type { Caller } from './access/caller.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** A key that only some callers have (AG-160). */
const absentKeys = new Set(['aws:principalorgid']);

/** Keys of requests through a VPC endpoint, which have no public address (AG-160). */
function endpointKey(key: string, { arrival, peer }: GatewayRequest): readonly string[] | undefined {
  const { endpoint } = arrival;
  switch (key) {
    case 'aws:sourcevpc':
      return valuesOf(endpoint?.vpcId);
    case 'aws:sourcevpce':
      return valuesOf(endpoint?.id);
    case 'aws:vpcsourceip':
      return endpoint === undefined ? [] : [peer];
    case 'aws:sourceip':
      return endpoint === undefined ? undefined : [];
    default:
      return undefined;
  }
}

/** Keys that only callers who sign have (AG-160). Of what temporary credentials say besides nothing is known here. */
const callerKeys: Readonly<Record<string, (caller: Caller) => string | undefined>> = {
  'aws:principalaccount': ({ accountId }) => accountId,
  'aws:principalarn': ({ arn, session }) => session?.roleArn ?? arn, // IAM-008
  'aws:principaltype': ({ userName }) => (userName === undefined ? 'AssumedRole' : 'User'),
  'aws:userid': ({ userId }) => userId,
  'aws:username': ({ userName }) => userName,
};
const unknownOfCallers = new Set(['aws:multifactorauthage', 'aws:multifactorauthpresent', 'aws:tokenissuetime']);

/** The condition keys of a request to an API (AG-160). Others are not known here, and what depends on them denies. */
export function conditionKeys(request: GatewayRequest): ConditionKeys {
  return (key) => endpointKey(key, request) ?? requestKey(key, request) ?? (absentKeys.has(key) ? [] : callerKey(key, request.caller));
}

function callerKey(key: string, caller: Caller | undefined): readonly string[] | undefined {
  const read = Object.hasOwn(callerKeys, key) ? callerKeys[key] : undefined;
  if (read === undefined) return caller === undefined && unknownOfCallers.has(key) ? [] : undefined;
  return valuesOf(caller === undefined ? undefined : read(caller));
}
