import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { probeDocker } from '../../src/containers/probe-docker.ts';
import { temporaryDirectory } from './task-fixture.ts';

test('An engine behind DOCKER_HOST is found with its version', async () => {
  using directory = temporaryDirectory();
  const socket = join(directory.path, 'd.sock');
  const server = createServer((request, response) => response.end(request.url === '/version' ? '{"Version":"28.0.1"}' : '{}'));
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  assert.deepEqual(await probeDocker({ DOCKER_HOST: `unix://${socket}` }), { available: true, version: '28.0.1', socket });
  await new Promise((resolve) => server.close(resolve));
  const gone = await probeDocker({ DOCKER_HOST: `unix://${socket}` });
  assert.equal(gone.available, false);
  assert.match(gone.available ? '' : gone.why, /does not answer: connect ENOENT/);
});

test('An engine on another machine is refused, because it shares no directory', async () => {
  const probe = await probeDocker({ DOCKER_HOST: 'tcp://10.0.0.1:2375' });
  assert.match(probe.available ? '' : probe.why, /DOCKER_HOST is tcp:\/\/10\.0\.0\.1:2375/);
});
