import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWTPayload } from 'jose';
import type { Clock } from '../clock/clock.ts';
import type { LocalEndpoint } from './aws-endpoint.ts';
import { openIssuerKey, type IssuerKey } from './issuer-key.ts';

/** What a token says. */
export interface TokenOptions {
  readonly subject: string;
  readonly audience: string;
  /** Put over the claims that are there by themselves, so that wrong ones can be tried too. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** A token whose time ran out an hour ago. */
  readonly expired?: boolean;
  /** An hour by default. */
  readonly lifetimeSeconds?: number;
}

export interface Hs256TokenOptions extends TokenOptions {
  /** Shared with whoever verifies it. */
  readonly secret: string;
}

/** The local OpenID issuer: discovery document, key set, and tokens on demand. It has no login page. */
export interface Issuer {
  /** The `iss` of its tokens. */
  readonly url: string;
  /** An access token, signed by RS256, with `typ: at+jwt` (RFC 9068). */
  token(options: TokenOptions): Promise<string>;
  /** A token as one makes it by hand: signed by HS256 with a secret, `typ: JWT`. */
  hs256Token(options: Hs256TokenOptions): Promise<string>;
}

const mountPath = '/_s3m/issuer';
const defaultLifetimeSeconds = 3600;
const expiredSinceSeconds = 3600;
/** RFC 9068 section 2.2 wants to know which client asked. */
const clientId = 's3m';

/** Opens the issuer below the AWS endpoint. @throws EngineFailure when its key can't be read */
export async function createIssuer(options: {
  readonly endpoint: Pick<LocalEndpoint, 'url' | 'route'>;
  readonly stateDirectory: string;
  readonly clock: Clock;
}): Promise<Issuer> {
  const { clock } = options;
  const key = await openIssuerKey(options.stateDirectory);
  const url = `${options.endpoint.url}${mountPath}`;
  options.endpoint.route(mountPath, (request, response) => serve(request, response, url, key));
  return {
    url,
    token: async (token) => {
      const claims = { token_use: 'access', client_id: clientId, ...claimsOf(url, token, clock) };
      const { SignJWT } = await import('jose');
      const header = { alg: 'RS256', typ: 'at+jwt', kid: key.keyId };
      return await new SignJWT(claims).setProtectedHeader(header).sign(await key.privateKey());
    },
    hs256Token: async ({ secret, ...token }) => {
      if (secret === '') throw new TypeError('The secret of an HS256 token is empty');
      const claims = { token_use: 'access', ...claimsOf(url, token, clock) };
      const { SignJWT } = await import('jose');
      return await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(new TextEncoder().encode(secret));
    },
  };
}

function claimsOf(issuer: string, options: TokenOptions, clock: Clock): JWTPayload {
  const lifetime = options.lifetimeSeconds ?? defaultLifetimeSeconds;
  if (!Number.isFinite(lifetime) || lifetime <= 0)
    throw new RangeError(`A token's lifetime is a number of seconds above 0, not ${lifetime}`);
  const now = Math.floor(clock.now() / 1000);
  const issuedAt = options.expired === true ? now - lifetime - expiredSinceSeconds : now;
  return {
    iss: issuer,
    sub: options.subject,
    aud: options.audience,
    iat: issuedAt,
    exp: issuedAt + lifetime,
    jti: randomUUID(),
    ...options.claims,
  };
}

function serve(request: IncomingMessage, response: ServerResponse, issuer: string, key: IssuerKey): void {
  request.resume();
  const path = (request.url ?? '').split('?', 1)[0]!.slice(mountPath.length);
  switch (path) {
    case '/.well-known/openid-configuration':
      return servePublic(request, response, discovery(issuer));
    case '/.well-known/jwks.json':
      return servePublic(request, response, { keys: [key.publicJwk] });
    case '/authorize':
      return answer(response, 501, noLogin('unsupported_response_type'));
    case '/token':
      return answer(response, 501, noLogin('unsupported_grant_type'));
    default:
      return answer(response, 404, { message: `Nothing is at ${path || '/'} of the issuer` });
  }
}

// OIDC-025
function discovery(issuer: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

/** What any page may read. */
function servePublic(request: IncomingMessage, response: ServerResponse, value: unknown): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Cache-Control', 'no-cache');
  if (request.method === 'OPTIONS') {
    response.writeHead(204, { 'Access-Control-Allow-Methods': 'GET' }).end();
  } else if (request.method === 'GET' || request.method === 'HEAD') {
    answer(response, 200, value);
  } else {
    response.setHeader('Allow', 'GET, HEAD, OPTIONS');
    answer(response, 405, { message: 'Only GET is allowed' });
  }
}

function noLogin(error: string): Readonly<Record<string, string>> {
  return { error, error_description: 'This issuer has no login page. Get a token with: s3m token' };
}

function answer(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
