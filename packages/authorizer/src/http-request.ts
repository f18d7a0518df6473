import { Agent as HttpAgent, request as requestHttp, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

export interface HttpRequest {
  readonly url: URL;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for all of it: connection, headers, body. */
  readonly timeoutMs: number;
  /** Longest body that is read. */
  readonly maxBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

// Connections live as long as the function's instance. node:http instead of fetch: its first request takes a third of the time.
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

/** HTTPS anywhere, plain HTTP on this machine only (T11). @throws TypeError naming `what` */
export function parseSafeUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (
    url === undefined ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new TypeError(`${what} is "${text}". Allowed: https://..., and http://... on 127.0.0.1, [::1] or localhost`);
  }
  return url;
}

/** Sends one request and reads the answer. Redirects are answers like others: nobody is followed (T14). Rejects when there is no whole answer. */
export function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const secure = request.url.protocol === 'https:';
    const options: RequestOptions = {
      method: request.method ?? 'GET',
      headers: { ...request.headers, ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }) },
      agent: secure ? httpsAgent : httpAgent,
    };
    const outgoing = (secure ? requestHttps : requestHttp)(request.url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > request.maxBytes) outgoing.destroy(new Error(`answer longer than ${request.maxBytes} bytes`));
        else chunks.push(chunk);
      });
      incoming.on('end', () => settle(() => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })));
      incoming.on('error', (error) => settle(() => reject(error)));
      incoming.on('close', () => settle(() => reject(new Error('connection closed within the answer'))));
    });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${request.timeoutMs} ms`)), request.timeoutMs);
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      finish();
    };
    outgoing.on('error', (error) => settle(() => reject(error)));
    outgoing.end(request.body);
  });
}
