import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWTPayload } from 'jose';
import type { UserPool, UserTokenRequest } from '../../capabilities/user-pool.ts';
import type { Account } from '../account.ts';
import { openSigningKeys, type SigningKey, type SigningKeys } from './signing-keys.ts';
import type { UserPoolClientDefinition } from './user-pool-client-definition.ts';

const mountPath = '/_s3m/cognito';
const expiredSinceSeconds = 3600;

/** A user pool that runs: its key set, and tokens on demand. */
export class LiveUserPool implements UserPool {
  readonly id: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly issuer: string;
  readonly #account: Account;
  readonly #clients = new Map<string, UserPoolClientDefinition>();
  #keys: Promise<SigningKeys> | undefined;
  #deleted = false;

  constructor(account: Account, id: string, logicalId: string) {
    this.id = id;
    this.arn = `arn:${account.partition}:cognito-idp:${account.region}:${account.id}:userpool/${id}`;
    this.logicalId = logicalId;
    this.#account = account;
    const path = `${mountPath}/${id}`;
    this.issuer = `${account.endpoint.url}${path}`;
    account.endpoint.route(path, (request, response) => this.#serve(request, response, path));
  }

  get clients(): readonly UserPoolClientDefinition[] {
    return [...this.#clients.values()];
  }

  putClient(client: UserPoolClientDefinition): void {
    this.#clients.set(client.id, client);
  }

  removeClient(id: string): void {
    this.#clients.delete(id);
  }

  /** From now on nothing answers at the issuer's address. */
  delete(): void {
    this.#deleted = true;
  }

  /** OIDC-003 to OIDC-005 */
  async issueTokens(request: UserTokenRequest): Promise<{ readonly idToken: string; readonly accessToken: string }> {
    const client = this.#clients.get(request.client);
    if (client === undefined) throw new RangeError(`User pool ${this.id} has no client ${request.client}`);
    const keys = await this.#openKeys();
    const digest = createHash('sha256').update(`${this.id} ${request.username}`).digest('hex');
    const common = {
      sub: `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`,
      ...(request.groups.length === 0 ? {} : { 'cognito:groups': request.groups }),
      iss: this.issuer,
      origin_jti: randomUUID(),
      event_id: randomUUID(),
    };
    const own = request.claims;
    const idClaims = { ...common, 'cognito:username': request.username, aud: client.id, token_use: 'id', email_verified: true, ...own };
    const accessClaims = {
      ...common,
      client_id: client.id,
      version: 2,
      token_use: 'access',
      scope: request.scopes.join(' '),
      username: request.username,
      ...own,
    };
    return {
      idToken: await this.#sign(keys.id, idClaims, request, client.idTokenSeconds),
      accessToken: await this.#sign(keys.access, accessClaims, request, client.accessTokenSeconds),
    };
  }

  async #sign(key: SigningKey, claims: JWTPayload, { expired, lifetimeSeconds }: UserTokenRequest, ownSeconds: number): Promise<string> {
    const { importJWK, SignJWT } = await import('jose');
    const lifetime = lifetimeSeconds ?? ownSeconds;
    const now = Math.floor(this.#account.clock.now() / 1000);
    const issuedAt = expired ? now - lifetime - expiredSinceSeconds : now;
    const times = { auth_time: issuedAt, iat: issuedAt, exp: issuedAt + lifetime, jti: randomUUID() };
    return await new SignJWT({ ...times, ...claims })
      .setProtectedHeader({ kid: key.keyId, alg: 'RS256' })
      .sign(await importJWK(key.privateJwk, 'RS256'));
  }

  #openKeys(): Promise<SigningKeys> {
    return (this.#keys ??= openSigningKeys(this.#account.stateDirectory, this.id));
  }

  #serve(request: IncomingMessage, response: ServerResponse, path: string): void {
    request.resume();
    response.setHeader('Access-Control-Allow-Origin', '*'); // OIDC-023
    const place = this.#deleted ? undefined : (request.url ?? '').split('?', 1)[0]!.slice(path.length);
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, { message: 'Only GET is allowed' });
    switch (place) {
      case '/.well-known/jwks.json':
        return void this.#openKeys().then(
          ({ id, access }) => answer(response, 200, { keys: [id.publicJwk, access.publicJwk] }),
          (error: unknown) => {
            this.#account.emit({ event: 'notice', message: error instanceof Error ? error.message : String(error) });
            answer(response, 500, { message: 'The keys of this user pool cannot be read' });
          },
        );
      case '/.well-known/openid-configuration':
        return answer(response, 200, this.#discovery());
      default:
        return answer(response, 404, { message: 'A user pool has its keys here and no sign-in. Get a token with: s3m token --pool' });
    }
  }

  /** OIDC-001, OIDC-022 */
  #discovery(): Readonly<Record<string, unknown>> {
    return {
      id_token_signing_alg_values_supported: ['RS256'],
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/.well-known/jwks.json`,
      response_types_supported: ['code', 'token'],
      subject_types_supported: ['public'],
    };
  }
}

function answer(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
