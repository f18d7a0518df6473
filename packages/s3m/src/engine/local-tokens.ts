import type { IncomingMessage, ServerResponse } from 'node:http';
import { toProblems } from './problem.ts';
import type { MintedToken, TokenRequest } from './mint-token.ts';

/** Below the issuer's URL. */
export const localTokensPath = '/_s3m/issuer/local-tokens';

export interface LocalTokens {
  /** Of the sites that are served here. */
  origins(): readonly string[];
  mint(request: TokenRequest): Promise<MintedToken>;
  /** Whether a connection to this process comes from a program of the same user, and not through this process; undefined where nobody can tell. */
  isOwnUser(remotePort: number, localPort: number): Promise<boolean | undefined>;
}

/**
 * Answers a page of a locally served site with a token of a seeded administrator and one of an ordinary user, for its switch between the two.
 * Only pages of `origins()` are answered: the `Origin` header is set by the browser, and others get 403 and nothing to read. Programs can write
 * that header as they like, so those of other users, and tasks, whose calls this process dials for them, are refused: on Linux the kernel tells.
 */
export function localTokensHandler(tokens: LocalTokens): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => void answer(request, response, tokens);
}

async function answer(request: IncomingMessage, response: ServerResponse, { origins, mint, isOwnUser }: LocalTokens): Promise<void> {
  const { origin } = request.headers;
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Vary', 'Origin');
  if (origin === undefined || !origins().includes(origin) || request.method !== 'GET') {
    response.writeHead(403).end(JSON.stringify({ message: 'Only pages of the locally served site get local tokens' }));
    return;
  }
  response.setHeader('Access-Control-Allow-Origin', origin);
  const { remotePort = 0, localPort = 0 } = request.socket;
  if ((await isOwnUser(remotePort, localPort)) === false) {
    response
      .writeHead(403)
      .end(JSON.stringify({ message: 'Only browsers of the user who runs S3M get local tokens. Without one: s3m token' }));
    return;
  }
  response.setHeader('Cache-Control', 'no-store');
  try {
    const [admin, user] = await Promise.all([mint({ admin: true }), mint({})]);
    response.end(JSON.stringify({ admin: admin.token, user: user.token }));
  } catch (error) {
    response.writeHead(404).end(JSON.stringify({ message: toProblems(error)[0]?.message }));
  }
}
