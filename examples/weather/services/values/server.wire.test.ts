import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createService } from './server.ts';

test('GET /values answers a list of strings to the pages of the site, /health that it is well, other paths 404', async (context) => {
  const server = createService('https://site.example', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const response = await fetch(`${url}/values`);
  assert.deepEqual(await response.json(), ['value1', 'value2']);
  assert.equal(response.headers.get('access-control-allow-origin'), 'https://site.example');
  assert.equal((await fetch(`${url}/health`)).status, 200);
  assert.equal((await fetch(`${url}/weatherforecast`)).status, 404);
});
