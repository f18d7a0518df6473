import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { registryBench, sha256 } from './registry-fixture.ts';

const base = '/v2/team/weather';
const absent = sha256('absent');

describe('OCI distribution: pushing blobs', () => {
  it('takes a blob in one request, with POST or POST and PUT', async () => {
    await using bench = await registryBench();
    const one = await bench.ask('POST', `${base}/blobs/uploads/?digest=${sha256('one')}`, { body: 'one' });
    assert.deepEqual([one.status, one.headers.get('docker-content-digest')], [201, sha256('one')]);
    assert.equal((await bench.ask('GET', one.headers.get('location')!)).body, 'one');
    const started = await bench.ask('POST', `${base}/blobs/uploads/`);
    assert.deepEqual([started.status, started.headers.get('range')], [202, '0-0']);
    const done = await bench.ask('PUT', `${started.headers.get('location')}?digest=${sha256('two')}`, { body: 'two' });
    assert.deepEqual([done.status, (await bench.ask('HEAD', done.headers.get('location')!)).headers.get('content-length')], [201, '3']);
    assert.equal((await bench.ask('PUT', `${started.headers.get('location')}?digest=${sha256('two')}`, { body: 'two' })).status, 404);
  });

  it('takes a blob in parts, in order only, and tells how far it is', async () => {
    await using bench = await registryBench();
    const location = (await bench.ask('POST', `${base}/blobs/uploads/`)).headers.get('location')!;
    const part = async (body: string, range: string): Promise<readonly unknown[]> => {
      const { status, headers } = await bench.ask('PATCH', location, { body, headers: { 'content-range': range } });
      return [status, headers.get('range')];
    };
    assert.deepEqual(await part('01234', '0-4'), [202, '0-4']);
    assert.deepEqual(await part('789', '7-9'), [416, '0-4']);
    assert.deepEqual(await part('01234', '0-4'), [416, '0-4']);
    assert.deepEqual(await part('56', '5-9'), [416, '0-4']);
    assert.deepEqual(await part('56', 'five to six'), [416, '0-4']);
    const told = await bench.ask('GET', location);
    assert.deepEqual([told.status, told.headers.get('range')], [204, '0-4']);
    assert.deepEqual(await part('567', '5-7'), [202, '0-7']);
    const done = await bench.ask('PUT', `${location}?digest=${sha256('0123456789')}`, { body: '89' });
    assert.deepEqual([done.status, (await bench.ask('GET', done.headers.get('location')!)).body], [201, '0123456789']);
  });

  it('keeps nothing of a blob whose digest is another (ECR-024)', async () => {
    await using bench = await registryBench();
    for (const put of [false, true]) {
      const location = put
        ? (await bench.ask('POST', `${base}/blobs/uploads/`)).headers.get('location')!
        : `${bench.account.endpoint.url}${base}/blobs/uploads/`;
      const { status, error } = await bench.ask(put ? 'PUT' : 'POST', `${location}?digest=${absent}`, { body: 'corrupt' });
      assert.deepEqual([status, error?.code], [400, 'DIGEST_INVALID']);
      assert.match(error?.message ?? '', /does not match the digest specified/);
    }
    assert.equal((await bench.ask('HEAD', `${base}/blobs/${absent}`)).status, 404);
    assert.equal((await bench.ask('HEAD', `${base}/blobs/${sha256('corrupt')}`)).status, 404);
    const files = join(bench.account.stateDirectory, 'registry');
    assert.deepEqual([readdirSync(join(files, 'uploads')), readdirSync(join(files, 'blobs', 'sha256'))], [[], []]);
  });

  it('wants a digest to end an upload with', async () => {
    await using bench = await registryBench();
    const location = (await bench.ask('POST', `${base}/blobs/uploads/`)).headers.get('location')!;
    assert.deepEqual((await bench.ask('PUT', location)).error?.code, 'DIGEST_INVALID');
    assert.deepEqual((await bench.ask('PUT', `${location}?digest=sha512:12`)).error?.code, 'DIGEST_INVALID');
  });

  it('forgets an upload that is cancelled, and belongs to no other repository', async () => {
    await using bench = await registryBench();
    const location = (await bench.ask('POST', `${base}/blobs/uploads/`)).headers.get('location')!;
    bench.registry.create('other', bench.repository.settings, 'api');
    assert.equal((await bench.ask('PATCH', location.replace('team/weather', 'other'), { body: 'x' })).status, 404);
    await bench.ask('PATCH', location, { body: 'x' });
    assert.equal((await bench.ask('DELETE', location)).status, 204);
    assert.equal((await bench.ask('GET', location)).status, 404);
    assert.deepEqual(readdirSync(join(bench.account.stateDirectory, 'registry', 'uploads')), []);
  });

  it('mounts what another repository has, and asks for it where it can not', async () => {
    await using bench = await registryBench();
    bench.registry.create('other', bench.repository.settings, 'api');
    const digest = await bench.pushBlob('shared');
    const mounted = await bench.ask('POST', `/v2/other/blobs/uploads/?mount=${digest}&from=team/weather`);
    assert.deepEqual([mounted.status, (await bench.ask('GET', `/v2/other/blobs/${digest}`)).body], [201, 'shared']);
    for (const query of [`mount=${absent}&from=team/weather`, `mount=${digest}&from=absent`, `mount=${sha256('shared')}`])
      assert.equal((await bench.ask('POST', `/v2/other/blobs/uploads/?${query}`)).status, 202);
  });

  it('does not show one repository what only another has', async () => {
    await using bench = await registryBench();
    bench.registry.create('other', bench.repository.settings, 'api');
    const digest = await bench.pushBlob('secret');
    assert.equal((await bench.ask('GET', `/v2/other/blobs/${digest}`)).status, 404);
  });

  it('goes on where a client broke off', async () => {
    await using bench = await registryBench();
    const location = (await bench.ask('POST', `${base}/blobs/uploads/`)).headers.get('location')!;
    const broken = httpRequest(location, { method: 'PATCH', headers: { authorization: bench.authorization(), 'content-length': 100 } });
    broken.on('error', () => {});
    broken.write('01234');
    for (let range = ''; range !== '0-4';) range = (await bench.ask('GET', location)).headers.get('range')!;
    broken.destroy();
    const done = await bench.ask('PUT', `${location}?digest=${sha256('0123456789')}`, { body: '56789' });
    assert.equal(done.status, 201);
  });

  it('holds no blob in memory', async () => {
    await using bench = await registryBench();
    const chunk = randomBytes(1 << 20);
    const location = (await bench.ask('POST', `${base}/blobs/uploads/`)).headers.get('location')!;
    const before = process.memoryUsage.rss();
    const push = httpRequest(location, {
      method: 'PATCH',
      headers: { authorization: bench.authorization(), 'transfer-encoding': 'chunked' },
    });
    for (let part = 0; part < 256; part += 1) if (!push.write(chunk)) await once(push, 'drain');
    push.end();
    const [answer] = (await once(push, 'response')) as [{ statusCode: number; headers: Record<string, string>; resume(): void }];
    answer.resume();
    assert.deepEqual([answer.statusCode, answer.headers['range']], [202, `0-${256 * (1 << 20) - 1}`]);
    const grown = process.memoryUsage.rss() - before;
    assert.ok(grown < 128 << 20, `256 MiB came, and the process grew by ${Math.round(grown / (1 << 20))} MiB`);
  });
});
