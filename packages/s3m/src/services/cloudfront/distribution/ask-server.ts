import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Clock } from '../../../clock/clock.ts';
import type { Origin } from './distribution-settings.ts';
import { errorPage, notConnected, notEncoded, tooSlow, type EdgeError } from './edge-error.ts';
import type { EdgeAnswer } from './origin-answer.ts';

interface ServerRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: IncomingMessage;
  readonly id: string;
}

/** Of the connection between the two. */
const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'proxy-connection', 'upgrade']);

/** Asks an origin that is a server. One that can't be reached or does not answer in time is a page of CloudFront's own
 * (S3W-051), and so is a path that no request line can hold. */
export function askServer(clock: Clock, origin: Extract<Origin, { readonly kind: 'server' }>, request: ServerRequest): Promise<EdgeAnswer> {
  const url = new URL(origin.url);
  const { promise, resolve } = Promise.withResolvers<EdgeAnswer>();
  const fail = (error: EdgeError): void =>
    resolve({
      status: error.status,
      headers: [
        ['Server', 'CloudFront'],
        ['Content-Type', 'text/html'],
      ],
      body: errorPage(error, request.id),
    });
  const path = origin.path + request.path + request.query;
  // A function may have written anything; a blank or the end of a line would be another request's (RFC 9112 section 3).
  if (!/^[!-~]*$/.test(path)) {
    fail(notEncoded);
    return promise;
  }
  const send = url.protocol === 'https:' ? requestSecure : requestPlain;
  const outgoing: ClientRequest = send({
    host: url.hostname,
    port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
    method: request.method,
    path,
    headers: request.headers,
    setHost: false,
    ...(url.protocol === 'https:' ? { servername: url.hostname } : {}),
  });
  const timer = clock.after(origin.readTimeoutMs, () => {
    fail(tooSlow);
    outgoing.destroy();
  });
  outgoing.once('response', (incoming) => {
    timer.cancel();
    const headers: [string, string][] = [];
    for (let index = 0; index < incoming.rawHeaders.length; index += 2)
      if (!ofConnection.has(incoming.rawHeaders[index]!.toLowerCase()))
        headers.push([incoming.rawHeaders[index]!, incoming.rawHeaders[index + 1]!]);
    resolve({ status: incoming.statusCode ?? 502, headers, body: incoming });
  });
  outgoing.on('error', () => {
    timer.cancel();
    fail(notConnected);
  });
  if (request.body === undefined) outgoing.end();
  else {
    request.body.once('error', () => outgoing.destroy());
    request.body.pipe(outgoing);
  }
  return promise;
}
