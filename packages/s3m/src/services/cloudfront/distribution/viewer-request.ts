import type { IncomingMessage } from 'node:http';

/** A request of a viewer, or one that the distribution makes for an error page. */
export interface ViewerRequest {
  readonly method: string;
  /** As it came, with a slash in front; of an absolute URL (RFC 9112 section 3.2.2) the path alone. */
  readonly path: string;
  /** As it came, without the question mark; undefined when there is none. */
  readonly query: string | undefined;
  /** In lower case, in their order, repeated ones too. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly ip: string;
  /** Where its bytes come from; absent when there are none. */
  readonly body?: IncomingMessage;
  /** `X-Amz-Cf-Id` */
  readonly id: string;
}

export function readViewerRequest(message: IncomingMessage, id: string): ViewerRequest {
  const target = (message.url ?? '/').replace(/^https?:\/\/[^/?]*\/?/i, '/');
  const mark = target.indexOf('?');
  const headers: [string, string][] = [];
  for (let index = 0; index < message.rawHeaders.length; index += 2)
    headers.push([message.rawHeaders[index]!.toLowerCase(), message.rawHeaders[index + 1]!]);
  const hasBody = message.headers['transfer-encoding'] !== undefined || (message.headers['content-length'] ?? '0') !== '0';
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? undefined : target.slice(mark + 1),
    headers,
    ip: message.socket.remoteAddress ?? '127.0.0.1',
    ...(hasBody ? { body: message } : {}),
    id,
  };
}
