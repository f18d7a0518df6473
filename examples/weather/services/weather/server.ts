import { createServer, type Server } from 'node:http';
import { forecast } from './forecast.ts';

/** What this service answers, by path. */
const answers: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ['/weatherforecast', () => forecast(new Date(), Math.random)],
  ['/health', () => ({ status: 'healthy' })],
]);

/** The service. `siteOrigin` is the one origin whose pages may read its answers; `log` gets a line for each request. */
export function createService(siteOrigin: string | undefined, log: (line: string) => void): Server {
  return createServer((request, response) => {
    const started = performance.now();
    const path = request.url?.split('?', 1)[0] ?? '';
    response.on('finish', () => {
      if (path === '/health') return;
      const caller = request.headers['x-s3m-subject'];
      log(
        JSON.stringify({ method: request.method, path, status: response.statusCode, ms: Math.round(performance.now() - started), caller }),
      );
    });
    if (siteOrigin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', siteOrigin).setHeader('Vary', 'Origin');
      // The gateway's id of the request, which the page shows.
      response.setHeader('Access-Control-Expose-Headers', 'x-amzn-RequestId');
    }
    const answer = answers.get(path);
    if (answer === undefined) return send(404, { message: `There is nothing at ${path}` });
    if (request.method === 'GET' || request.method === 'HEAD') return send(200, answer());
    response.setHeader('Allow', 'GET, HEAD, OPTIONS');
    if (request.method !== 'OPTIONS') return send(405, { message: `${request.method} is not allowed here` });
    // Behind the gateway nobody asks; this is for a page that calls the service directly.
    response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD').setHeader('Access-Control-Allow-Headers', 'Authorization');
    response.writeHead(204).end();

    function send(status: number, body: unknown): void {
      response.statusCode = status;
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
    }
  });
}

if (import.meta.main) {
  const server = createService(process.env['SITE_ORIGIN'], (line) => process.stdout.write(`${line}\n`));
  server.listen(Number(process.env['PORT'] ?? 8080));
  // ECS sends SIGTERM once the load balancer has stopped sending: what has begun is finished, idle connections are
  // closed, and then nothing keeps the process alive.
  process.once('SIGTERM', () => server.close());
  process.once('SIGINT', () => server.close());
}
