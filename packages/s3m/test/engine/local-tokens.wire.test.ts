import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { findConnection, isOwnUsersConnection } from '../../src/engine/connection-owner.ts';
import { localTokensHandler } from '../../src/engine/local-tokens.ts';

const site = 'http://127.0.0.1:8080';
const run = promisify(execFile);

async function serve(isOwnUser: typeof isOwnUsersConnection): Promise<AsyncDisposable & { readonly url: string }> {
  const mint = async ({ admin }: { readonly admin?: boolean }) => ({
    token: admin === true ? 'A' : 'U',
    subject: 's',
    roles: [],
    notices: [],
  });
  const server = createServer(localTokensHandler({ origins: () => [site], mint, isOwnUser })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What another process hears. */
async function askFromOutside(url: string, origin: string): Promise<string> {
  const script = `const r = await fetch(${JSON.stringify(url)}, { headers: { origin: ${JSON.stringify(origin)} } }); console.log(r.status, await r.text());`;
  return (await run(process.execPath, ['--input-type=module', '-e', script])).stdout.trim();
}

describe('local tokens', () => {
  test('a page of the site gets both tokens, another page nothing', async () => {
    await using server = await serve(async () => true);
    const answer = await fetch(server.url, { headers: { origin: site } });
    assert.deepEqual([answer.status, await answer.json()], [200, { admin: 'A', user: 'U' }]);
    assert.equal(answer.headers.get('access-control-allow-origin'), site);
    assert.equal((await fetch(server.url, { headers: { origin: 'http://evil.example' } })).status, 403);
    assert.equal((await fetch(server.url)).status, 403);
  });

  test("who writes the site's origin without being a program of the same user gets none", async () => {
    await using server = await serve(async () => false);
    const answer = await fetch(server.url, { headers: { origin: site } });
    assert.equal(answer.status, 403);
    assert.doesNotMatch(await answer.text(), /"admin"/);
  });

  test('where the system does not tell whose a connection is, the origin decides', async () => {
    await using server = await serve(async () => undefined);
    assert.equal((await fetch(server.url, { headers: { origin: site } })).status, 200);
  });

  test(
    'another process of the user is answered; what this process dials, as it does for tasks, is not',
    { skip: process.platform === 'linux' ? false : 'needs /proc' },
    async () => {
      await using server = await serve(isOwnUsersConnection);
      assert.equal(await askFromOutside(server.url, site), '200 {"admin":"A","user":"U"}');
      assert.match(await askFromOutside(server.url, 'http://evil.example'), /^403 /);
      assert.equal((await fetch(server.url, { headers: { origin: site } })).status, 403);
    },
  );

  test('a connection is found by both of its ports in the table of the kernel', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 22 1
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 33 1`;
    assert.deepEqual(findConnection(table, 50_000, 8080), { uid: 1000, inode: '22' });
    assert.deepEqual(findConnection(table, 8080, 50_000), { uid: 0, inode: '33' });
    assert.equal(findConnection(table, 50_001, 8080), undefined);
  });
});
