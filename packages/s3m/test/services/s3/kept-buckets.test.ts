import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucket } from '../../../src/services/s3/bucket.ts';
import { keptBucketsOf } from '../../../src/services/s3/kept-buckets.ts';
import { MemoryBucket } from '../../../src/services/s3/memory-bucket.ts';
import { nothingBlocked } from '../../../src/services/s3/public-access-block.ts';
import type { Properties, Resource, ResourceContext } from '../../../src/services/resource-type.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import { RefusingState } from '../../state/refusing-state.ts';
import { stateDirectory } from '../../state/state-directory.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';

const properties: Properties = { BucketName: 'photos' };
const same = { properties, metadata: {} };
const plain = { contentType: 'text/plain', systemMetadata: { 'cache-control': 'no-store' }, userMetadata: { by: 'ada' } };

interface Running {
  readonly account: FakeAccount;
  readonly resource: Resource;
  readonly live: MemoryBucket;
  stop(): Promise<void>;
}

async function start(path: string, kept?: ResourceContext['kept']): Promise<Running> {
  const state = await openSqliteState(path);
  const account = await fakeAccount({ state });
  const context = createContext(account, bucket, { logicalId: 'Photos', properties });
  const resource = await bucket.create({ ...context, ...(kept === undefined ? {} : { kept }) });
  return {
    account,
    resource,
    live: account.directory.find('bucket', 'photos') as MemoryBucket,
    stop: async () => {
      await resource.stopNow!();
      await state.close();
      await account[Symbol.asyncDispose]();
    },
  };
}

test('objects of a bucket are there after a restart, with all that was said of them', async () => {
  using directory = stateDirectory();
  const first = await start(directory.path);
  await first.live.put({ key: 'a/b.txt', body: Buffer.from('one'), ...plain });
  await first.live.put({ key: 'gone', body: Buffer.from('two'), ...plain });
  await first.live.put({
    key: 'empty',
    body: Buffer.alloc(0),
    ...plain,
    checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'AAAAAA==' },
  });
  await first.live.delete('gone');
  await first.live.setTags({ key: 'a/b.txt' }, { kind: 'text' });
  const before = first.live.keys().map((key) => first.live.get(key));
  assert.equal(before.length, 2);
  await first.stop();
  const second = await start(directory.path, same);
  assert.deepEqual(
    second.live.keys().map((key) => second.live.get(key)),
    before,
  );
  assert.equal(second.live.bytes, 3);
  assert.deepEqual(second.live.created, first.live.created);
  await second.stop();
});

test('a bucket that is deleted, forgotten, or was cut short leaves no object', async () => {
  using directory = stateDirectory();
  for (const way of ['delete', 'forget', 'unfinished']) {
    const first = await start(directory.path);
    await first.live.put({ key: 'a', body: Buffer.from('x'), ...plain });
    if (way === 'delete') await first.resource.delete();
    await first.stop();
    if (way === 'forget') {
      const state = await openSqliteState(directory.path);
      await using account = await fakeAccount({ state });
      await bucket.forget!(account, 'photos');
      await state.close();
    }
    const second = await start(directory.path, way === 'unfinished' ? 'unfinished' : undefined);
    assert.deepEqual(second.live.keys(), [], way);
    await second.resource.delete();
    assert.deepEqual([...second.account.state.collection('s3').entries()], []);
    await second.stop();
  }
});

test('a bucket that the API made is there again with its settings, and a template does not take it', async () => {
  using directory = stateDirectory();
  {
    const state = await openSqliteState(directory.path);
    await using account = await fakeAccount({ state });
    const made = new MemoryBucket('photos', 'arn:aws:s3:::photos', nothingBlocked, account.clock);
    await keptBucketsOf(account)!.take(made, 'api');
    await made.configure({ tags: { team: 'a' } });
    await made.put({ key: 'a', body: Buffer.from('x'), ...plain });
    await state.close();
  }
  const state = await openSqliteState(directory.path);
  await using account = await fakeAccount({ state });
  await keptBucketsOf(account)!.openAll();
  const again = account.directory.find('bucket', 'photos') as MemoryBucket;
  assert.deepEqual(again.settings.tags, { team: 'a' });
  assert.equal(String(again.get('a')?.body), 'x');
  const context = createContext(account, bucket, { logicalId: 'Photos', properties });
  await assert.rejects(bucket.create(context), /photos already exists/);
  assert.equal(account.directory.find('bucket', 'photos'), again);
  await state.close();
});

test('a change that cannot be kept is told to who waits for it, and is not seen', async () => {
  const state = new RefusingState();
  await using account = await fakeAccount({ state });
  const resource = await bucket.create(createContext(account, bucket, { logicalId: 'Photos', properties }));
  const live = account.directory.find('bucket', 'photos') as MemoryBucket;
  await live.put({ key: 'kept', body: Buffer.from('x'), ...plain });
  state.refuses = true;
  const failure = { code: 'StateNotWritten' };
  await assert.rejects(live.put({ key: 'new', body: Buffer.from('y'), ...plain }), failure);
  await assert.rejects(live.put({ key: 'kept', body: Buffer.from('y'), ...plain }), failure);
  await assert.rejects(live.setTags({ key: 'kept' }, { a: 'b' }), failure);
  await assert.rejects(live.delete('kept'), failure);
  await assert.rejects(live.apply({ put: [], delete: ['kept'] }), failure);
  await assert.rejects(live.configure({ tags: { a: 'b' } }), failure);
  assert.deepEqual(
    live.keys().map((key) => [key, String(live.get(key)?.body), live.get(key)?.tags]),
    [['kept', 'x', undefined]],
  );
  assert.deepEqual([live.bytes, live.settings.tags], [1, undefined]);
  await resource.stopNow!();
});

test('versions and delete markers are there after a restart, in their order, and what was removed is not', async () => {
  using directory = stateDirectory();
  const first = await start(directory.path);
  await first.live.put({ key: 'k', body: Buffer.from('before'), ...plain });
  await first.live.configure({ versioning: 'Enabled' });
  const put = (key: string, text: string): Promise<{ readonly versionId?: string }> =>
    first.live.put({ key, body: Buffer.from(text), ...plain });
  const one = await put('k', 'one');
  const two = await put('k', 'two');
  await first.live.delete('k');
  await put('k', 'three');
  await first.live.setTags({ key: 'k', ...one }, { kind: 'text' });
  await put('other', 'one');
  await first.live.delete('other');
  await put('back', 'kept');
  const last = await put('back', 'removed');
  await first.live.deleteVersion('back', last.versionId!);
  const keys = first.live.keysOfVersions();
  const before = keys.map((key) => [first.live.get(key), first.live.pastVersions(key)]);
  assert.deepEqual(keys, ['back', 'k', 'other']);
  await first.stop();

  const second = await start(directory.path, same);
  assert.deepEqual(second.live.keysOfVersions(), keys);
  assert.deepEqual(
    keys.map((key) => [second.live.get(key), second.live.pastVersions(key)]),
    before,
  );
  assert.equal(second.live.get('back')?.body.toString(), 'kept');
  assert.equal(second.live.pastVersions('k').length, 4);
  await second.live.deleteVersion('k', two.versionId!);
  await second.live.put({ key: 'k', body: Buffer.from('four'), ...plain });
  const after = second.live.pastVersions('k').map(({ object }) => object?.body.toString() ?? 'marker');
  assert.deepEqual(after, ['three', 'marker', 'one', 'before']);
  await second.live.empty();
  await second.stop();

  const third = await start(directory.path, same);
  assert.deepEqual(third.live.keysOfVersions(), []);
  await third.resource.delete();
  assert.deepEqual([...third.account.state.collection('s3').entries()], []);
  await third.stop();
});
