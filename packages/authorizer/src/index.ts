export { createAuthorizer } from './create-authorizer.ts';
export type { AuthorizerOptions, AuthorizerHandler, Rule } from './create-authorizer.ts';
export type { AuthorizerEvent } from './authorizer-event.ts';
export type { AuthorizerResult } from './policy.ts';
export type { Claims } from './claims.ts';
export { route } from './route.ts';
export type { Route } from './route.ts';
