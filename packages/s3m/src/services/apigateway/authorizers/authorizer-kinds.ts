import type { AuthorizerKind } from './authorizer-definition.ts';
import { cognitoUserPools } from './cognito-user-pools.ts';
import { request } from './request.ts';
import { token } from './token.ts';

/** Who can be asked about a caller, by `Type`. */
export const authorizerKinds: ReadonlyMap<string, AuthorizerKind> = new Map(
  [token, request, cognitoUserPools].map((kind) => [kind.type, kind]),
);
