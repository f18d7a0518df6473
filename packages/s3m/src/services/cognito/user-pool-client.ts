import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { findUserPool } from './find-user-pool.ts';
import { parseUserPoolClient } from './user-pool-client-definition.ts';

const noSignIn = { inert: 'there is no sign-in; tokens are given out by s3m token --pool' };

/** An application that a user pool's tokens are for. */
export const userPoolClient: ResourceType = {
  type: 'AWS::Cognito::UserPoolClient',
  scope: 'simulated',
  properties: {
    UserPoolId: 'simulated',
    GenerateSecret: 'simulated',
    AccessTokenValidity: 'simulated',
    IdTokenValidity: 'simulated',
    TokenValidityUnits: 'simulated',
    AllowedOAuthScopes: 'simulated',
    ClientName: { inert: 'a name for people' },
    AllowedOAuthFlows: noSignIn,
    AllowedOAuthFlowsUserPoolClient: noSignIn,
    AuthSessionValidity: noSignIn,
    CallbackURLs: noSignIn,
    DefaultRedirectURI: noSignIn,
    EnablePropagateAdditionalUserContextData: noSignIn,
    EnableTokenRevocation: noSignIn,
    ExplicitAuthFlows: noSignIn,
    LogoutURLs: noSignIn,
    PreventUserExistenceErrors: noSignIn,
    ReadAttributes: noSignIn,
    RefreshTokenRotation: noSignIn,
    RefreshTokenValidity: noSignIn,
    SupportedIdentityProviders: noSignIn,
    WriteAttributes: noSignIn,
  },
  required: ['UserPoolId'],
  attributes: ['ClientId', 'ClientSecret', 'Name'],
  replacedBy: ['UserPoolId', 'GenerateSecret'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const reader = new PropertyReader(context.properties);
  const poolId = reader.string('UserPoolId');
  const pool = findUserPool(context.account.directory, poolId);
  if (pool === undefined) throw new ResourceFailure(`User pool ${poolId} does not exist.`, { property: 'UserPoolId' });
  const id = context.physicalId(26, 'base36');
  const { logicalId } = context.name;
  pool.putClient(parseUserPoolClient(reader, id, logicalId));
  const resource: Resource = {
    ref: id,
    attributes: {
      ClientId: id,
      Name: reader.optionalString('ClientName') ?? context.physicalName({ max: 128 }),
      ...(reader.boolean('GenerateSecret', false) ? { ClientSecret: context.physicalId(50, 'base36', 'secret') } : {}),
    },
    update: async ({ properties }) => {
      pool.putClient(parseUserPoolClient(new PropertyReader(properties), id, logicalId));
      return resource;
    },
    delete: () => Promise.resolve(pool.removeClient(id)),
  };
  return resource;
}
