import { contextVariable } from '../context-variables.ts';
import type { GatewayRequest } from '../gateway-request.ts';

const userArn = contextVariable('identity.userArn')!;

/** The caller's own identity instead of a role's (AG-283). */
const passThrough = /^arn:[^:]+:iam::\*:user\/\*$/;

/**
 * As whom a function is invoked: `undefined` as API Gateway itself, for which the function's permission is asked; else the role's ARN, or the
 * caller's. `missing` when the caller's is wanted and there is none.
 */
export type Credentials = { readonly kind: 'known'; readonly arn: string | undefined } | { readonly kind: 'missing' };

const own: Credentials = { kind: 'known', arn: undefined };

export function compileCredentials(credentials: string | undefined): (request: GatewayRequest) => Credentials {
  if (credentials === undefined || credentials === '') return () => own;
  if (!passThrough.test(credentials)) {
    const role: Credentials = { kind: 'known', arn: credentials };
    return () => role;
  }
  return (request) => {
    const arn = userArn(request);
    return arn === undefined ? { kind: 'missing' } : { kind: 'known', arn };
  };
}
