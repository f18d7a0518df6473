import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

/** An HTTP server of a test on this machine, gone when the test ends. */
export async function listen(
  context: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => {
    server.closeAllConnections();
    return once(server.close(), 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

export interface SigningKey {
  readonly jwk: JWK;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

export async function createKey(algorithm: string, keyId: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { publicKey, privateKey, jwk: { ...(await exportJWK(publicKey)), kid: keyId, alg: algorithm, use: 'sig' } };
}

/** An OpenID issuer with one RSA key, whose answers a test may replace. */
export interface LocalIssuer {
  readonly url: string;
  readonly key: SigningKey;
  /** Paths asked for, in order. */
  readonly requests: string[];
  /** What the key set holds. */
  keys: unknown;
  /** Answers instead, when set. */
  override: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

// One key for all tests of a process: to make an RSA key takes longer than most of them.
let rsaKey: Promise<SigningKey> | undefined;

export async function startIssuer(context: TestContext): Promise<LocalIssuer> {
  rsaKey ??= createKey('RS256', 'key-1');
  const key = await rsaKey;
  const { url } = await listen(context, (request, response) => {
    issuer.requests.push(request.url ?? '');
    if (issuer.override !== undefined) return issuer.override(request, response);
    if (request.url === '/keys') response.end(JSON.stringify({ keys: issuer.keys }));
    else if (request.url === '/.well-known/openid-configuration') response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
    else response.writeHead(404).end();
  });
  const issuer: LocalIssuer = { url, key, requests: [], keys: [key.jwk], override: undefined };
  return issuer;
}

export const audience = 'weather';

/** Claims of a token that is good. */
export function goodClaims(issuer: LocalIssuer): JWTPayload & { readonly exp: number } {
  const now = Math.floor(Date.now() / 1000);
  return { iss: issuer.url, aud: audience, sub: 'ada', iat: now, exp: now + 600 };
}

export function sign(claims: JWTPayload, key: SigningKey, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: String(key.jwk.alg), typ: 'JWT', kid: String(key.jwk.kid), ...header })
    .sign(key.privateKey);
}
