import { createAuthorizer, route, type AuthorizerHandler } from '@s3m/authorizer';

const everything = [route`* /*`];

export const handler: AuthorizerHandler = createAuthorizer({
  rule: (_claims, roles) => (roles.includes('administrator') ? everything : []),
});
