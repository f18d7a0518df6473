import { headerValue } from '../../../http/message.ts';
import type { ConditionKeys } from '../../../policy/condition.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';

/** The condition keys of a request to an HTTP API (AG-160). Others are not known here, and what depends on them denies. */
export function conditionKeys(request: HttpApiRequest): ConditionKeys {
  return (key) => {
    switch (key) {
      case 'aws:currenttime':
        return [new Date(request.time).toISOString()];
      case 'aws:epochtime':
        return [String(Math.floor(request.time / 1000))];
      case 'aws:securetransport':
        return ['true'];
      case 'aws:sourceip':
        return [request.peer];
      case 'aws:referer':
        return present(headerValue(request.headers, 'Referer'));
      case 'aws:useragent':
        return present(headerValue(request.headers, 'User-Agent'));
      default:
        return undefined;
    }
  };
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}
