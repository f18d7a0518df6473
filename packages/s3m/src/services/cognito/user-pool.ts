import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { registerUserPool } from './find-user-pool.ts';
import { LiveUserPool } from './live-user-pool.ts';

const noSignIn = { inert: 'there are no users and no sign-in; tokens are given out by s3m token --pool' };
const noMail = { inert: 'nobody signs up, so no message is sent' };

/** A user pool without users: an issuer with two keys whose tokens `COGNITO_USER_POOLS` authorizers take (OIDC-001 to OIDC-004). */
export const userPool: ResourceType = {
  type: 'AWS::Cognito::UserPool',
  scope: 'simulated',
  properties: {
    UserPoolName: { inert: 'a name for people' },
    AccountRecoverySetting: noSignIn,
    AdminCreateUserConfig: noSignIn,
    AliasAttributes: noSignIn,
    AutoVerifiedAttributes: noSignIn,
    DeletionProtection: { inert: 'nothing is kept in the pool' },
    DeviceConfiguration: noSignIn,
    EmailConfiguration: noMail,
    EmailVerificationMessage: noMail,
    EmailVerificationSubject: noMail,
    EnabledMfas: noSignIn,
    MfaConfiguration: noSignIn,
    Policies: noSignIn,
    Schema: { inert: 'a token has the claims that are asked for' },
    SmsAuthenticationMessage: noMail,
    SmsConfiguration: noMail,
    SmsVerificationMessage: noMail,
    UserAttributeUpdateSettings: noSignIn,
    UsernameAttributes: noSignIn,
    UsernameConfiguration: noSignIn,
    UserPoolTags: { inert: 'tags have no effect' },
    UserPoolTier: { inert: 'prices are not simulated' },
    VerificationMessageTemplate: noMail,
  },
  attributes: ['Arn', 'ProviderName', 'ProviderURL', 'UserPoolId'],
  replacedBy: [],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const { account, name } = context;
  const id = `${account.region}_${context.physicalId(9, 'base36')}`;
  const pool = new LiveUserPool(account, id, name.logicalId);
  const host = `cognito-idp.${account.region}.${account.urlSuffix}/${id}`;
  const withdraw = account.directory.provide('userPool', pool.arn, pool);
  const unregister = registerUserPool(account.directory, pool);
  const resource: Resource = {
    ref: id,
    attributes: { Arn: pool.arn, ProviderName: host, ProviderURL: `https://${host}`, UserPoolId: id },
    addresses: [{ aws: `https://${host}`, local: pool.issuer }],
    update: () => Promise.resolve(resource),
    delete: async () => {
      unregister();
      withdraw();
      pool.delete();
    },
  };
  return resource;
}
