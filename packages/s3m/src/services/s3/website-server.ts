import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Account } from '../account.ts';
import type { MemoryBucket } from './memory-bucket.ts';
import { createRequestIds } from './request-ids.ts';
import { endWith, rangeOf } from './storage/send-body.ts';
import { answerWebsite } from './website-answer.ts';
import type { WebsiteConfiguration } from './website-configuration.ts';

/** The website endpoint of one bucket, on a loopback port. */
export interface WebsiteServer extends AsyncDisposable {
  readonly port: number;
  /** Serves by `configuration` from the next request on. */
  configure(configuration: WebsiteConfiguration): void;
}

/** The port that is tried first (CONTRACTS.md). */
const preferredPort = 8080;

/** Opens the endpoint. @throws ResourceFailure when a port that the user named is taken */
export async function openWebsite(
  bucket: MemoryBucket,
  configuration: WebsiteConfiguration,
  account: Pick<Account, 'ports' | 'random' | 'clock'>,
  logicalId: string,
): Promise<WebsiteServer> {
  let current = configuration;
  const server = createServer((request, response) => {
    answer(bucket, current, request, response, account);
  });
  const port = await account.ports.listen(server, { name: 'site', logicalId, preferred: preferredPort });
  return {
    port,
    configure: (next) => {
      current = next;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(
  bucket: MemoryBucket,
  configuration: WebsiteConfiguration,
  request: IncomingMessage,
  response: ServerResponse,
  { random, clock }: Pick<Account, 'random' | 'clock'>,
): void {
  request.resume();
  const {
    host = '',
    origin,
    referer,
    'user-agent': userAgent,
    'if-none-match': ifNoneMatch,
    'if-modified-since': ifModifiedSince,
    'access-control-request-method': requestedMethod,
    'access-control-request-headers': requestedHeaders,
  } = request.headers;
  const { status, headers, body } = answerWebsite(
    bucket,
    configuration,
    {
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      host,
      now: clock.now(),
      ...(origin === undefined ? {} : { origin }),
      ...(referer === undefined ? {} : { referer }),
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(requestedMethod === undefined ? {} : { requestedMethod }),
      ...(requestedHeaders === undefined ? {} : { requestedHeaders }),
      ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
      ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }),
    },
    createRequestIds(random),
  );
  for (const [name, value] of headers) response.setHeader(name, value);
  if (status !== 304) response.setHeader('Content-Length', body?.length ?? 0);
  response.writeHead(status);
  if (request.method === 'HEAD' || body === undefined) response.end();
  else endWith(response, Buffer.isBuffer(body) ? body : rangeOf(body));
}
