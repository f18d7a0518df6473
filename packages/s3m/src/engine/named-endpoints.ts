import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AwsEndpoint, AwsHandler } from '../services/account.ts';
import { userFailure } from './problem.ts';

/**
 * Lets calls of services that are not served here go on to the endpoints that the user named; signed they must be, and they go as they came.
 * To be called first: what is served here is taken over by its own handler later. @throws EngineFailure for what is no URL
 */
export function forwardNamedEndpoints(endpoint: AwsEndpoint, named: Readonly<Record<string, string>>): void {
  for (const [service, text] of Object.entries(named)) {
    const url = URL.parse(text);
    if (url?.protocol !== 'http:')
      throw userFailure('InvalidEndpoint', `The endpoint of ${service} is "${text}"`, 'Name an address such as http://127.0.0.1:9324.');
    if (Number(url.port) !== endpoint.port) endpoint.handle(service, forwardTo(service, url));
  }
}

function forwardTo(service: string, url: URL): AwsHandler {
  return (request, response, call) => {
    const onward = httpRequest({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? 80 : Number(url.port),
      method: request.method,
      path: request.url,
      // The signature covers the host, so it stays.
      headers: headersOf(request),
    });
    onward.on('response', (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', (error) => fail(response, service, url, error));
    response.on('close', () => onward.destroy());
    onward.end(call.body);
  };
}

function headersOf({ rawHeaders }: IncomingMessage): readonly string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (/^(connection|keep-alive|transfer-encoding|expect)$/i.test(rawHeaders[index]!)) continue;
    kept.push(rawHeaders[index]!, rawHeaders[index + 1]!);
  }
  return kept;
}

function fail(response: ServerResponse, service: string, url: URL, error: Error): void {
  if (response.headersSent) return void response.destroy();
  const message = `The endpoint that was named for ${service}, ${url.origin}, does not answer: ${error.message}`;
  const body = JSON.stringify({ __type: 'ServiceUnavailable', message });
  response.writeHead(503, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'x-amzn-ErrorType': 'ServiceUnavailable',
  });
  response.end(body);
}
