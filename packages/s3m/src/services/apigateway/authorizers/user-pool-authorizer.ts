import type { JWTPayload } from 'jose';
import type { Directory } from '../../../capabilities/directory.ts';
import type { UserPool } from '../../../capabilities/user-pool.ts';
import { IssuerKeys, IssuerUnreachable } from '../../../gateway/issuer-keys.ts';
import { maskIdentity } from '../../../gateway/mask-identity.ts';
import { InvalidToken, verifyJwt } from '../../../gateway/verify-jwt.ts';
import { headerValues } from '../../../http/message.ts';
import type { Authorization } from '../access/authorization.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { Refused, tokenExpired, unauthorized } from '../failures.ts';
import { compileJavaPattern } from '../java-pattern.ts';
import { traceAuthorizer, type Passage } from '../passage.ts';
import type { Authorizer, AuthorizerName } from './authorizer-definition.ts';
import { toClaimTexts } from './user-pool-claims.ts';

/** What a Cognito authorizer goes by. */
export interface UserPoolSettings {
  /** Name of the header that carries the token. */
  readonly header: string;
  readonly poolArns: readonly string[];
  /** Of the token's audience; absent: any client of the pools will do (AG-085). */
  readonly validation?: string;
}

/** Verifies tokens of user pools by their key sets. Whatever cannot be verified is 401. */
export class UserPoolAuthorizer implements Authorizer {
  readonly definition: AuthorizerName;
  readonly cacheKeyParts: undefined = undefined;
  readonly #settings: UserPoolSettings;
  readonly #validation: RegExp | undefined;
  readonly #directory: Directory;
  readonly #clock: DeploymentServices['clock'];
  /** By issuer. */
  readonly #keys = new Map<string, IssuerKeys>();

  constructor(definition: AuthorizerName, settings: UserPoolSettings, { directory, clock }: DeploymentServices) {
    this.definition = definition;
    this.#settings = settings;
    this.#validation = settings.validation === undefined ? undefined : compileJavaPattern(settings.validation);
    this.#directory = directory;
    this.#clock = clock;
  }

  authorizationFor(scopes: readonly string[]): Authorization {
    return { type: 'COGNITO_USER_POOLS', authorize: (passage) => this.#authorize(passage, scopes) };
  }

  async #authorize(passage: Passage, scopes: readonly string[]): Promise<Refused | undefined> {
    const { request } = passage;
    const { header } = this.#settings;
    const values = headerValues(request.headers, header);
    const [value = ''] = values;
    traceAuthorizer(request, {
      kind: 'user-pool',
      name: this.definition.name,
      identity: value === '' ? '' : maskIdentity(value),
      cache: 'none',
    });
    if (values.length > 1) return new Refused(unauthorized, `There are ${values.length} headers ${header}; one is wanted`);
    if (value === '') return new Refused(unauthorized, `There is no header ${header}`);
    try {
      const claims = await this.#verify(value.replace(/^bearer +/i, ''), request.time);
      const problem = this.#problemOf(claims, scopes);
      if (problem !== undefined) return new Refused(unauthorized, problem);
      const texts = toClaimTexts(claims);
      traceAuthorizer(request, { ...request.trace.authorizer!, result: { claims: texts } });
      request.authorizer = new Map(Object.entries(texts).map(([name, text]) => [`claims.${name}`, text]));
      return undefined;
    } catch (error) {
      if (error instanceof InvalidToken && error.message === 'the token has expired') return new Refused(tokenExpired, error.message);
      if (error instanceof InvalidToken) return new Refused(unauthorized, `The token is not accepted: ${error.message}`);
      if (error instanceof IssuerUnreachable) return new Refused(unauthorized, `The user pool's keys cannot be read: ${error.message}`);
      throw error;
    }
  }

  async #verify(token: string, now: number): Promise<JWTPayload> {
    const pool = this.#poolOf(await readIssuer(token));
    if (pool === undefined) throw new InvalidToken("it is of none of the authorizer's user pools");
    let keys = this.#keys.get(pool.issuer);
    if (keys === undefined) this.#keys.set(pool.issuer, (keys = new IssuerKeys(pool.issuer, this.#clock)));
    return await verifyJwt(token, { issuer: pool.issuer, audience: pool.clients.map(({ id }) => id) }, keys, now);
  }

  /** A pool that was deleted since has no tokens any more. */
  #poolOf(issuer: unknown): UserPool | undefined {
    return this.#settings.poolArns.map((arn) => this.#directory.find('userPool', arn)).find((pool) => pool?.issuer === issuer);
  }

  /** Without scopes on the method an ID token is wanted, with scopes an access token that has one of them (OIDC-008). */
  #problemOf(claims: JWTPayload, scopes: readonly string[]): string | undefined {
    const { token_use: use, scope, aud, client_id: client } = claims;
    if (this.#validation?.test(String(aud ?? client)) === false) return `The token's audience does not match ${this.#settings.validation}`; // AG-085
    if (scopes.length === 0)
      return use === 'id' ? undefined : `An ID token is wanted, as the method has no scopes; it is of use "${String(use)}"`;
    if (use !== 'access') return `An access token is wanted, as the method has scopes; it is of use "${String(use)}"`;
    const held = new Set(String(scope ?? '').split(' '));
    return scopes.some((wanted) => held.has(wanted)) ? undefined : `The token has none of the method's scopes: ${scopes.join(', ')}`;
  }
}

/** Which pool it says that it is of, not verified yet. */
async function readIssuer(token: string): Promise<unknown> {
  const { decodeJwt } = await import('jose');
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    throw new InvalidToken('it is no JSON Web Token', { cause: error });
  }
}
