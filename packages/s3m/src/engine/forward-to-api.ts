import { request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Api } from '../capabilities/api.ts';
import type { ExecuteApiAddress } from './execute-api-address.ts';

/** Headers that belong to a connection and not to what it carries. */
const ofConnection = new Set(['connection', 'keep-alive', 'proxy-connection', 'expect', 'upgrade', 'transfer-encoding']);

/**
 * Hands a request of the AWS endpoint on to the port at which the API answers: the same front, one hop further. The `Host` stays, since events and
 * signatures have it.
 */
export function forwardToApi(api: Api, address: ExecuteApiAddress, request: IncomingMessage, response: ServerResponse): void {
  const { hostname, port } = new URL(api.url);
  const chunked = request.headers['transfer-encoding'] !== undefined;
  const outgoing = send({
    hostname,
    port,
    method: request.method,
    path: pathAt(api, address),
    headers: [...passed(request.rawHeaders), ...(chunked ? ['Transfer-Encoding', 'chunked'] : [])],
  });
  outgoing.on('response', (incoming) => {
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, passed(incoming.rawHeaders));
    // What breaks off on one side does on the other.
    pipeline(incoming, response, () => {});
  });
  outgoing.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { 'Content-Type': 'application/json', Connection: 'close' }).end('{"message": "Internal server error"}');
  });
  response.on('close', () => outgoing.destroy());
  pipeline(request, outgoing, () => {});
}

function pathAt(api: Api, { stage, target }: ExecuteApiAddress): string {
  if (stage === undefined) return target;
  const known = stage !== '' && api.stages.includes(stage);
  const base = known ? new URL(api.urlOf(stage)).pathname : `/${stage}`;
  return `${base.replace(/\/$/, '')}${target}`;
}

/** Names and values in turn, as they came. */
function passed(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (!ofConnection.has(rawHeaders[index]!.toLowerCase())) kept.push(rawHeaders[index]!, rawHeaders[index + 1]!);
  }
  return kept;
}
