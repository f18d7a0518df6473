import type { UserPoolClient } from '../../capabilities/user-pool.ts';
import type { PropertyReader } from '../property-reader.ts';

/** `AWS::Cognito::UserPoolClient`, as the template gives it. */
export interface UserPoolClientDefinition extends UserPoolClient {
  readonly idTokenSeconds: number;
  readonly accessTokenSeconds: number;
}

const seconds: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

export function parseUserPoolClient(reader: PropertyReader, id: string, logicalId: string): UserPoolClientDefinition {
  const units = reader.object('TokenValidityUnits');
  const lifetime = (token: 'IdToken' | 'AccessToken'): number => {
    const unit = units?.oneOf(token, ['seconds', 'minutes', 'hours', 'days'], 'hours') ?? 'hours';
    return reader.integer(`${token}Validity`, 0) * seconds[unit]! || 3600; // OIDC-005
  };
  const scopes = reader.strings('AllowedOAuthScopes');
  return {
    id,
    logicalId,
    // OIDC-006
    scopes: scopes.length === 0 ? ['aws.cognito.signin.user.admin'] : scopes,
    idTokenSeconds: lifetime('IdToken'),
    accessTokenSeconds: lifetime('AccessToken'),
  };
}
