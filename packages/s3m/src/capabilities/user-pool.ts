/** A client of a user pool. */
export interface UserPoolClient {
  readonly id: string;
  readonly logicalId: string;
  /** What its access tokens may be for, unless other scopes are asked for. */
  readonly scopes: readonly string[];
}

/** Which tokens are wanted. */
export interface UserTokenRequest {
  readonly username: string;
  /** Client id. */
  readonly client: string;
  /** Of the access token. */
  readonly scopes: readonly string[];
  readonly groups: readonly string[];
  /** Put over the claims that are there by themselves, in both tokens. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Tokens whose time ran out an hour ago. */
  readonly expired: boolean;
  /** The client's own lifetimes when absent. */
  readonly lifetimeSeconds?: number;
}

/** A user pool: whose tokens an API can take. It has no users and no sign-in; tokens are made on demand. */
export interface UserPool {
  readonly id: string;
  readonly arn: string;
  readonly logicalId: string;
  /** `iss` of its tokens here: an address below the AWS endpoint, with discovery document and key set. */
  readonly issuer: string;
  readonly clients: readonly UserPoolClient[];
  issueTokens(request: UserTokenRequest): Promise<{ readonly idToken: string; readonly accessToken: string }>;
}
