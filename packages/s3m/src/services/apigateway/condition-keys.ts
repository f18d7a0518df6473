import { headerValue } from '../../http/message.ts';
import type { ConditionKeys } from '../../policy/condition.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** Keys that only callers who sign with IAM, or who come through a VPC endpoint, have (AG-160). */
const absentKeys = new Set([
  'aws:multifactorauthage',
  'aws:multifactorauthpresent',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principaltype',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:tokenissuetime',
  'aws:userid',
  'aws:username',
]);

/** The condition keys of a request to an API (AG-160). Others are not known here, and what depends on them denies. */
export function conditionKeys(request: GatewayRequest): ConditionKeys {
  return (key) => {
    switch (key) {
      case 'aws:currenttime':
        return [new Date(request.time).toISOString()];
      case 'aws:epochtime':
        return [String(Math.floor(request.time / 1000))];
      case 'aws:referer':
        return present(headerValue(request.headers, 'Referer'));
      case 'aws:securetransport':
        return ['true']; // AG-002
      case 'aws:sourceip':
        return [request.peer]; // AG-176
      case 'aws:useragent':
        return present(headerValue(request.headers, 'User-Agent'));
      default:
        return absentKeys.has(key) ? [] : undefined;
    }
  };
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}
