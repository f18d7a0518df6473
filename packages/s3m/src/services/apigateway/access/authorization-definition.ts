import { isUnresolved } from '../../known-value.ts';
import type { PropertyReader } from '../../property-reader.ts';
import type { Finding, Properties } from '../../resource-type.ts';
import { invalid } from '../finding.ts';

/** Who may call a method, as the template says. */
export type AuthorizationDefinition =
  | { readonly type: 'NONE' }
  | { readonly type: 'AWS_IAM' }
  | { readonly type: 'CUSTOM' | 'COGNITO_USER_POOLS'; readonly authorizerId: string; readonly scopes: readonly string[] };

/** AG-077 */
export const authorizerWanted =
  'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.';

export function parseAuthorization(reader: PropertyReader): AuthorizationDefinition {
  const type = reader.oneOf('AuthorizationType', ['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO_USER_POOLS'], 'NONE');
  if (type === 'NONE' || type === 'AWS_IAM') return { type };
  return { type, authorizerId: reader.string('AuthorizerId'), scopes: reader.strings('AuthorizationScopes') };
}

export function checkAuthorization({ AuthorizationType: type, AuthorizerId: id }: Properties): Finding[] {
  if (type === undefined || isUnresolved(type) || type === 'NONE' || type === 'AWS_IAM') return [];
  if (type === 'CUSTOM' || type === 'COGNITO_USER_POOLS') return id === undefined ? [invalid('AuthorizerId', authorizerWanted)] : [];
  return [
    invalid('AuthorizationType', 'Invalid authorization type specified. Valid options are NONE, AWS_IAM, CUSTOM and COGNITO_USER_POOLS'),
  ];
}
