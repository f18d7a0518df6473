import { isUnresolved } from '../../known-value.ts';
import { ResourceFailure, type Finding, type Properties } from '../../resource-type.ts';
import { DraftRefusal } from '../draft-refusal.ts';
import { invalid } from '../finding.ts';
import type { AuthorizerKind } from './authorizer-definition.ts';
import { parseIdentityHeader } from './identity-source.ts';
import { checkTtl } from './lambda-settings.ts';
import { UserPoolAuthorizer, type UserPoolSettings } from './user-pool-authorizer.ts';
import { checkValidation, readValidation } from './validation-expression.ts';

const poolArn = /^arn:[^:]+:cognito-idp:[^:]+:\d{12}:userpool\/[\w-]+$/;

/** The gateway's own check of a user pool's tokens (OIDC-008). Each token is verified anew: there is nothing to cache. */
export const cognitoUserPools: AuthorizerKind = {
  type: 'COGNITO_USER_POOLS',
  check: (properties) => [
    ...checkPools(properties),
    ...checkHeader(properties),
    ...checkTtl(properties['AuthorizerResultTtlInSeconds']),
    ...checkValidation(properties['IdentityValidationExpression']),
  ],
  parse: (name, reader) => {
    const source = reader.string('IdentitySource');
    const header = parseIdentityHeader(source);
    if (header === undefined) throw new ResourceFailure(`Invalid Authorizer IdentitySource: ${source}`, { property: 'IdentitySource' });
    const settings: UserPoolSettings = { header, poolArns: reader.strings('ProviderARNs'), ...readValidation(reader) };
    return {
      ...name,
      settings,
      compile: (services) => {
        const missing = settings.poolArns.find((arn) => services.directory.find('userPool', arn) === undefined);
        if (missing !== undefined || settings.poolArns.length === 0) {
          throw new DraftRefusal(
            `Authorizer ${name.name} takes tokens of user pool ${missing ?? '(none)'}, which this system does not have. Define the AWS::Cognito::UserPool in the template`,
          );
        }
        return new UserPoolAuthorizer(name, settings, services);
      },
    };
  },
};

function checkPools({ ProviderARNs: arns }: Properties): Finding[] {
  if (isUnresolved(arns)) return [];
  const list = Array.isArray(arns) ? arns : arns === undefined ? [] : [arns];
  if (list.length === 0) {
    return [invalid('ProviderARNs', 'At least one provider ARN must be specified for authorizer type COGNITO_USER_POOLS')];
  }
  return list
    .filter((arn) => typeof arn !== 'string' || (!isUnresolved(arn) && !poolArn.test(arn)))
    .map((arn) => invalid('ProviderARNs', `Invalid Cognito User Pool ARN: ${JSON.stringify(arn)}`));
}

function checkHeader({ IdentitySource: source }: Properties): Finding[] {
  if (source !== undefined && (typeof source !== 'string' || isUnresolved(source) || parseIdentityHeader(source) !== undefined)) return [];
  return [
    invalid(
      'IdentitySource',
      'Invalid Authorizer IdentitySource. COGNITO_USER_POOLS authorizers take one request header',
      'Write method.request.header.Authorization, or another header.',
    ),
  ];
}
