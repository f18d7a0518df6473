import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createService } from './server.ts';

async function start(
  context: TestContext,
  siteOrigin?: string,
): Promise<{ url: string; lines: string[]; close: () => Promise<unknown>; port: number }> {
  const lines: string[] = [];
  const server = createService(siteOrigin, (line) => lines.push(line));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, lines, port, close: () => once(server.close(), 'close') };
}

test('GET /weatherforecast answers five days in the shape of the .NET template', async (context) => {
  const { url } = await start(context);
  const response = await fetch(`${url}/weatherforecast`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  const days = (await response.json()) as Record<string, unknown>[];
  assert.equal(days.length, 5);
  for (const day of days) assert.deepEqual(Object.keys(day), ['date', 'temperatureC', 'temperatureF', 'summary']);
});

test('GET /health answers 200', async (context) => {
  const { url } = await start(context);
  assert.equal((await fetch(`${url}/health`)).status, 200);
});

test('an unknown path answers 404 as JSON, another method 405', async (context) => {
  const { url } = await start(context);
  const missing = await fetch(`${url}/nothing`);
  assert.equal(missing.status, 404);
  assert.deepEqual(await missing.json(), { message: 'There is nothing at /nothing' });
  const refused = await fetch(`${url}/weatherforecast`, { method: 'POST' });
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.get('allow'), 'GET, HEAD, OPTIONS');
});

test('every answer names exactly the origin of the site, whoever asks, and none when there is no site', async (context) => {
  const { url } = await start(context, 'https://site.example');
  for (const path of ['/weatherforecast', '/nothing']) {
    const response = await fetch(`${url}${path}`, { headers: { Origin: 'https://evil.example' } });
    assert.equal(response.headers.get('access-control-allow-origin'), 'https://site.example');
    assert.equal(response.headers.get('vary'), 'Origin');
  }
  const alone = await start(context);
  assert.equal((await fetch(`${alone.url}/weatherforecast`)).headers.has('access-control-allow-origin'), false);
});

test('a page that calls the service directly gets an answer to its preflight', async (context) => {
  const { url } = await start(context, 'http://localhost:4200');
  const response = await fetch(`${url}/weatherforecast`, { method: 'OPTIONS' });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get('access-control-allow-headers'), 'Authorization');
});

test('a request is one log line that holds neither token nor query', async (context) => {
  const { url, lines } = await start(context);
  const headers = { Authorization: 'Bearer secret', 'x-s3m-subject': 'ada' };
  await (await fetch(`${url}/weatherforecast?token=secret`, { headers })).text();
  await (await fetch(`${url}/health`)).text();
  assert.equal(lines.length, 1);
  const line: unknown = JSON.parse(lines[0] ?? '');
  assert.partialDeepStrictEqual(line, { method: 'GET', path: '/weatherforecast', status: 200, caller: 'ada' });
  assert.doesNotMatch(lines[0] ?? '', /secret/);
});

test('a service that goes down closes connections that nobody waits on, so that its process can end', async (context) => {
  const { port, close } = await start(context);
  const idle = connect(port, '127.0.0.1');
  idle.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(idle, 'data');
  await Promise.all([once(idle.resume(), 'close'), close()]);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health`));
});
