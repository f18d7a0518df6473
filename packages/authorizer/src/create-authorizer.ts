import { parseStageArn, type AuthorizerEvent } from './authorizer-event.ts';
import type { Claims } from './claims.ts';
import { resolveConfiguration, type Configuration } from './configuration.ts';
import { toPolicy, type AuthorizerResult } from './policy.ts';
import { readRoles } from './roles-table.ts';
import type { Route } from './route.ts';
import { verifyToken } from './token-verifier.ts';
import { Unauthorized } from './unauthorized.ts';

/**
 * Which routes a caller may call: all of them, whichever is asked for now, because API Gateway applies the answer to the caller's
 * next requests too. An empty list: none.
 */
export type Rule = (claims: Claims, roles: readonly string[]) => readonly Route[] | Promise<readonly Route[]>;

export interface AuthorizerOptions {
  readonly rule: Rule;
  /** Exactly as in the claim `iss`. Default: variable `JWT_ISSUER`. */
  readonly issuer?: string;
  /** Default: variable `JWT_AUDIENCE`. */
  readonly audience?: string;
  /** Claim that holds the audience: `client_id` for access tokens of Amazon Cognito, which have no `aud`. Default: `aud`. */
  readonly audienceClaim?: 'aud' | 'client_id';
  /** Kind of token that is taken. Default: `access`; an ID token is then refused where it can be told from one. */
  readonly tokenUse?: 'access' | 'id';
  /** Address of the issuer's keys. Default: found through the issuer's OpenID discovery document. */
  readonly jwksUri?: string;
  /** Seconds by which clocks may differ, 60 at most. Default: 30. */
  readonly clockSkewSeconds?: number;
  /** Also takes tokens signed with this secret of at least 32 bytes: who holds it can make tokens for everyone. Default: none are taken. */
  readonly hs256?: { readonly secret: string | undefined };
  /** The table of roles. Defaults: name from variable `ROLES_TABLE_NAME`, attributes `subject` (the partition key) and `roles`. */
  readonly rolesTable?: { readonly name?: string; readonly subject?: string; readonly roles?: string };
}

export type AuthorizerHandler = (event: AuthorizerEvent) => Promise<AuthorizerResult>;

/** What the handler takes from around it; a test gives its own. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}

const lambda: Surroundings = {
  environment: process.env,
  now: Date.now,
  log: (line) => process.stdout.write(`${line}\n`),
};

/**
 * The handler of a Lambda function behind a TOKEN authorizer of API Gateway. It has three answers:
 * unauthorized, the token isn't good (rejects with exactly `Unauthorized`, AG-130: 401); a policy, which allows what the rule says
 * or denies everything (403); and broken, when that can't be told (rejects with another error, AG-132: 500). It never lets anyone in on a guess.
 */
export function createAuthorizer(options: AuthorizerOptions, surroundings: Surroundings = lambda): AuthorizerHandler {
  let configuration: Configuration | undefined;

  async function decide(event: AuthorizerEvent): Promise<AuthorizerResult> {
    if (event.type !== 'TOKEN') throw new TypeError(`The event is of type "${event.type}". This handler is for authorizers of type TOKEN`);
    const at = parseStageArn(event.methodArn);
    configuration ??= resolveConfiguration(options, surroundings.environment, surroundings.now);
    const claims = await verifyToken(event.authorizationToken, configuration.verifier, surroundings.now() / 1000);
    const roles = await readRoles(configuration.table, claims.sub, surroundings.now);
    return toPolicy({ subject: claims.sub, roles }, await options.rule(claims, roles), at);
  }

  return async (event) => {
    try {
      const result = await decide(event);
      const decision = result.policyDocument.Statement[0].Effect === 'Allow' ? 'allowed' : 'forbidden';
      surroundings.log(JSON.stringify({ decision, subject: result.principalId, roles: result.context.roles }));
      return result;
    } catch (error) {
      if (error instanceof Unauthorized) {
        surroundings.log(JSON.stringify({ decision: 'unauthorized', reason: error.reason }));
        // AG-131: API Gateway compares the whole text.
        throw new Error('Unauthorized', { cause: error });
      }
      const reason = error instanceof Error ? error.message : String(error);
      surroundings.log(JSON.stringify({ decision: 'broken', reason }));
      throw new Error(`The authorizer could not decide: ${reason}`, { cause: error });
    }
  };
}
