import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { Bucket } from '../../../src/capabilities/bucket.ts';
import { bucketDeployment } from '../../../src/services/cdk/bucket-deployment.ts';
import type { FileAsset, Properties, ResourceContext } from '../../../src/services/resource-type.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import { stateDirectory } from '../../state/state-directory.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';
import { bucketWith, newObject } from '../s3/public-bucket.ts';
import { zipOf } from '../zip-fixture.ts';

interface Deployment {
  readonly sources: readonly (Readonly<Record<string, string>> | Buffer)[];
  readonly properties?: Properties;
  readonly local?: Properties;
}

function provideBucket(account: FakeAccount, name: string, keys: readonly string[] = []): Bucket {
  const bucket = bucketWith(keys.map((key) => [key, 'old']));
  account.directory.provide('bucket', name, bucket);
  return bucket;
}

function contextOf(account: FakeAccount, { sources, properties, local }: Deployment): ResourceContext {
  const assets: Record<string, FileAsset> = {};
  const keys = sources.map((source, index) => {
    const [key, path] = [`s${index}.zip`, join(account.stateDirectory, `asset.s${index}`)];
    if (Buffer.isBuffer(source)) writeFileSync(path, source);
    else {
      for (const [name, content] of Object.entries(source)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), content);
      }
    }
    assets[`assets/${key}`] = { path, packaging: 'zip', hash: `s${index}` };
    return key;
  });
  const all = { SourceBucketNames: keys.map(() => 'assets'), SourceObjectKeys: keys, DestinationBucketName: 'site', ...properties };
  return createContext(account, bucketDeployment, { logicalId: 'Deploy', properties: all, local: { ...all, ...local }, assets });
}

test('Files of directories and archives get their keys and types by extension (S3W-034, S3W-036)', async () => {
  await using account = await fakeAccount();
  const bucket = provideBucket(account, 'site');
  const sources = [{ 'index.html': 'first', 'sub/a.js': '1' }, zipOf({ 'index.html': 'second', 'data.bin': 'b' })];
  const resource = await bucketDeployment.create(contextOf(account, { sources }));
  assert.deepEqual(
    bucket.keys().map((key) => [key, bucket.get(key)?.body.toString(), bucket.get(key)?.contentType]),
    [
      ['data.bin', 'b', 'binary/octet-stream'],
      ['index.html', 'second', 'text/html'],
      ['sub/a.js', '1', 'text/javascript'],
    ],
  );
  assert.match(resource.ref, /^aws\.cdk\.s3deployment\.[0-9a-f-]{36}$/);
  assert.deepEqual(resource.attributes, { SourceObjectKeys: ['s0.zip', 's1.zip'] });
});

test('Markers get local values, quoted for JSON, and addresses made of several become local (S3W-032)', async () => {
  await using account = await fakeAccount();
  const bucket = provideBucket(account, 'site');
  const config = '{"api":"https://<<m:0>>.execute-api.<<m:1>>.amazonaws.com/prod/","title":"<<m:2>>"}';
  const context = contextOf(account, {
    sources: [{ 'app.js': '<<m:0>>' }, { 'config.json': config }],
    properties: { SourceMarkers: [{}, { '<<m:0>>': 'AWS', '<<m:1>>': 'AWS', '<<m:2>>': 'AWS' }] },
    local: {
      SourceMarkers: [{}, { '<<m:0>>': 'abc', '<<m:1>>': 'us-east-1', '<<m:2>>': 'say "hi" $& $1' }],
      SourceMarkersConfig: [{}, { jsonEscape: 'true' }],
    },
  });
  const localize = (text: string): string => text.replace('https://abc.execute-api.us-east-1.amazonaws.com', 'http://127.0.0.1:3000');
  await bucketDeployment.create({ ...context, localize });
  assert.deepEqual(JSON.parse(bucket.get('config.json')!.body.toString()), { api: 'http://127.0.0.1:3000/prod/', title: 'say "hi" $& $1' });
  assert.equal(bucket.get('app.js')!.body.toString(), '<<m:0>>');
});

test('Prune removes what no source has, below the prefix only (S3W-031)', async () => {
  await using account = await fakeAccount();
  const bucket = provideBucket(account, 'site', ['old', 'web/old', 'webs/old']);
  const properties = { DestinationBucketKeyPrefix: 'web/' };
  await bucketDeployment.create(contextOf(account, { sources: [{ new: 'n' }], properties }));
  assert.deepEqual(bucket.keys(), ['old', 'web/new', 'webs/old']);
  await bucketDeployment.create(contextOf(account, { sources: [{ newer: 'n' }], properties: { ...properties, Prune: 'false' } }));
  assert.deepEqual(bucket.keys(), ['old', 'web/new', 'web/newer', 'webs/old']);
});

test('SystemMetadata becomes headers, UserMetadata stays metadata', async () => {
  await using account = await fakeAccount();
  const bucket = provideBucket(account, 'site');
  const properties = {
    SystemMetadata: { 'Cache-Control': 'max-age=300', 'content-type': 'text/plain', 'storage-class': 'GLACIER', 'website-redirect': '/x' },
    UserMetadata: { Build: 7 },
  };
  await bucketDeployment.create(contextOf(account, { sources: [{ 'a.html': 'a' }], properties }));
  const { contentType, systemMetadata, userMetadata } = bucket.get('a.html')!;
  assert.deepEqual([contentType, userMetadata], ['text/plain', { build: '7' }]);
  assert.deepEqual(systemMetadata, { 'cache-control': 'max-age=300', 'x-amz-website-redirect-location': '/x' });
});

test('The content stays at deletion unless RetainOnDelete is false; then a move empties the old place too (S3W-033)', async () => {
  await using account = await fakeAccount();
  const [site, other] = [provideBucket(account, 'site'), provideBucket(account, 'other')];
  const kept = await bucketDeployment.create(contextOf(account, { sources: [{ a: 'a' }] }));
  const movedAway = await kept.update!(contextOf(account, { sources: [{ a: 'a' }], properties: { DestinationBucketName: 'other' } }));
  await movedAway.delete();
  assert.deepEqual([site.keys(), other.keys()], [['a'], ['a']]);
  const properties = { RetainOnDelete: false };
  const resource = await bucketDeployment.create(contextOf(account, { sources: [{ a: 'a' }], properties }));
  const moved = await resource.update!(
    contextOf(account, { sources: [{ b: 'b' }], properties: { ...properties, DestinationBucketName: 'other' } }),
  );
  assert.deepEqual([site.keys(), other.keys()], [[], ['a', 'b']]);
  assert.equal(moved.ref, resource.ref);
  await moved.delete();
  assert.deepEqual(other.keys(), []);
});

test('A source may lie in a bucket of this account; one that lies nowhere fails and changes nothing', async () => {
  await using account = await fakeAccount();
  const bucket = provideBucket(account, 'site', ['old']);
  await provideBucket(account, 'mine').put({ ...newObject(['k.zip', '']), body: zipOf({ a: 'a' }) });
  const context = (key: string) =>
    contextOf(account, { sources: [], properties: { SourceBucketNames: ['mine'], SourceObjectKeys: [key] } });
  await assert.rejects(bucketDeployment.create(context('gone.zip')), { message: /Key "gone.zip" does not exist/ });
  assert.deepEqual(bucket.keys(), ['old']);
  await bucketDeployment.create(context('k.zip'));
  assert.deepEqual(bucket.keys(), ['a']);
});

test('What is not done here is told at load', () => {
  const kinds = (properties: Properties) => (bucketDeployment.check?.(properties, {}) ?? []).map(({ kind, property }) => [kind, property]);
  assert.deepEqual(kinds({ Extract: 'false' }), [['unsupported', 'Extract']]);
  assert.deepEqual(kinds({ SystemMetadata: { acl: 'public-read' } }), [['unsupported', 'SystemMetadata.acl']]);
  assert.deepEqual(kinds({ Extract: true }), []);
  for (const property of ['Include', 'Exclude']) assert.equal(bucketDeployment.properties[property], undefined);
});

test('with --persist a deployment that is the same when the engine starts again leaves what somebody changed in the bucket; another one prunes', async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  const start = async (content: string, kept?: ResourceContext['kept']): Promise<Bucket> => {
    await using account = await fakeAccount({ state });
    const bucket = provideBucket(account, 'site', ['users/own.txt']);
    await bucket.put(newObject(['index.html', 'mine']));
    const context = contextOf(account, { sources: [{ 'index.html': content }] });
    const resource = await bucketDeployment.create({ ...context, ...(kept === undefined ? {} : { kept }) });
    await resource.stopNow!();
    return bucket;
  };
  await start('theirs');
  await using account = await fakeAccount();
  const kept = { properties: contextOf(account, { sources: [{}] }).properties, metadata: {} };
  const same = await start('theirs', kept);
  assert.deepEqual([String(same.get('index.html')?.body), same.keys()], ['mine', ['index.html', 'users/own.txt']]);
  const otherAddresses = await start('theirs on another port', kept);
  assert.deepEqual(
    [String(otherAddresses.get('index.html')?.body), otherAddresses.keys()],
    ['theirs on another port', ['index.html', 'users/own.txt']],
  );
  const changed = await start('new', { properties: { ...kept.properties, SourceObjectKeys: ['old.zip'] }, metadata: {} });
  assert.deepEqual([String(changed.get('index.html')?.body), changed.keys()], ['new', ['index.html']]);
  await state.close();
});
