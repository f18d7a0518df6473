import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { EcrRegistry } from '../../../src/services/ecr/ecr-registry.ts';
import { manifestOf, OCI_INDEX, OCI_MANIFEST, registryBench, sha256 } from './registry-fixture.ts';

const asManifest = { 'content-type': OCI_MANIFEST };
const base = '/v2/team/weather';
const absent = sha256('absent');

describe('OCI distribution: pushing manifests', () => {
  const refused = [
    [
      'a layer that is not there (ECR-024)',
      manifestOf('{}', ['none']),
      OCI_MANIFEST,
      404,
      'BLOB_UPLOAD_UNKNOWN',
      `Layers with digests '[${sha256('none')}]' required for pushing image into repository with name 'team/weather' in the registry with id '000000000000' do not exist`,
    ],
    [
      'a child that is not there',
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: OCI_MANIFEST, digest: absent, size: 3 }] }),
      OCI_INDEX,
      404,
      'MANIFEST_BLOB_UNKNOWN',
      `Images with digests '[${absent}]' required for pushing image into repository with name 'team/weather' in the registry with id '000000000000' do not exist`,
    ],
    ['what is no JSON', '{"schemaVersion":2', OCI_MANIFEST, 400, 'MANIFEST_INVALID', /not JSON/],
    ['what is no manifest', '[]', OCI_MANIFEST, 400, 'MANIFEST_INVALID', /not an object/],
    ['another media type than it says itself', manifestOf('{}', []), OCI_INDEX, 400, 'MANIFEST_INVALID', /mediaType/],
    ['a media type that is no image', '{"schemaVersion":2}', 'text/plain', 400, 'MANIFEST_INVALID', /not supported/],
    [
      'a manifest of the first schema',
      '{"schemaVersion":1}',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      400,
      'MANIFEST_INVALID',
      /not supported/,
    ],
    [
      'a digest that leads out of the registry',
      JSON.stringify({ schemaVersion: 2, config: { digest: 'sha256:../../token-key', size: 1 }, layers: [] }),
      OCI_MANIFEST,
      400,
      'MANIFEST_INVALID',
      /digest of 'config'/,
    ],
    [
      'a layer without size',
      JSON.stringify({ schemaVersion: 2, config: { digest: absent, size: -1 }, layers: [] }),
      OCI_MANIFEST,
      400,
      'MANIFEST_INVALID',
      /size of 'config'/,
    ],
    ['too big a manifest', `${' '.repeat(4 << 20)}{}`, OCI_MANIFEST, 413, 'SIZE_INVALID', /larger than/],
  ] as const;
  for (const [what, manifest, type, status, code, message] of refused) {
    it(`refuses ${what}`, async () => {
      await using bench = await registryBench();
      await bench.pushBlob('{}');
      const answer = await bench.ask('PUT', `${base}/manifests/one`, { body: manifest, headers: { 'content-type': type } });
      assert.deepEqual([answer.status, answer.error?.code], [status, code]);
      if (typeof message === 'string') assert.equal(answer.error?.message, message);
      else assert.match(answer.error?.message ?? '', message);
      assert.equal((await bench.ask('GET', `${base}/manifests/one`)).status, 404);
    });
  }

  it('refuses a layer of another size than the manifest says', async () => {
    await using bench = await registryBench();
    await bench.pushBlob('{}');
    const manifest = JSON.stringify({ schemaVersion: 2, config: { digest: sha256('{}'), size: 3 }, layers: [] });
    const { status, error } = await bench.ask('PUT', `${base}/manifests/one`, { body: manifest, headers: asManifest });
    assert.deepEqual([status, error?.code], [400, 'MANIFEST_INVALID']);
  });

  it('refuses a digest in the path that is not that of the manifest (ECR-024)', async () => {
    await using bench = await registryBench();
    await bench.pushBlob('{}');
    const { status, error } = await bench.ask('PUT', `${base}/manifests/${absent}`, { body: manifestOf('{}', []), headers: asManifest });
    assert.deepEqual([status, error?.code], [400, 'DIGEST_INVALID']);
  });

  it('moves a tag, but not in a repository that is immutable (ECR-014, ECR-015)', async () => {
    for (const immutable of [false, true]) {
      await using bench = await registryBench({ imageTagMutability: immutable ? 'IMMUTABLE' : 'MUTABLE' });
      await bench.pushImage('one', 'a');
      await bench.pushBlob('b');
      const again = await bench.ask('PUT', `${base}/manifests/one`, { body: manifestOf('{}', ['b']), headers: asManifest });
      assert.equal(again.status, immutable ? 400 : 201);
      if (!immutable) continue;
      assert.deepEqual(again.error, {
        code: 'TAG_INVALID',
        message:
          "The image tag 'one' already exists in the 'team/weather' repository and cannot be overwritten because the repository is immutable.",
      });
    }
  });

  it('takes an image that is there already under its tag for a success (ECR-016)', async () => {
    await using bench = await registryBench({ imageTagMutability: 'IMMUTABLE' });
    assert.equal(await bench.pushImage('one', 'a'), await bench.pushImage('one', 'a'));
  });

  it('takes an index of images, and keeps what it names', async () => {
    await using bench = await registryBench();
    const digest = await bench.pushImage('one');
    const size = Number((await bench.ask('HEAD', `${base}/manifests/${digest}`)).headers.get('content-length'));
    const index = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: OCI_MANIFEST, digest, size }] });
    const pushed = await bench.ask('PUT', `${base}/manifests/all`, { body: index, headers: { 'content-type': OCI_INDEX } });
    assert.equal(pushed.status, 201);
    assert.equal((await bench.ask('GET', `${base}/manifests/all`)).headers.get('content-type'), OCI_INDEX);
    const removed = await bench.ask('DELETE', `${base}/manifests/${digest}`);
    assert.match(removed.error?.message ?? '', /referenced by manifest list/);
  });

  it('lists what says that it is about an image', async () => {
    await using bench = await registryBench();
    const digest = await bench.pushImage('one');
    const about = manifestOf('{}', [], { artifactType: 'text/signature', subject: { mediaType: OCI_MANIFEST, digest, size: 1 } });
    const pushed = await bench.ask('PUT', `${base}/manifests/${sha256(about)}`, { body: about, headers: asManifest });
    assert.equal(pushed.headers.get('oci-subject'), digest);
    const listed = JSON.parse((await bench.ask('GET', `${base}/referrers/${digest}`)).body) as {
      manifests: { digest: string; artifactType: string }[];
    };
    assert.deepEqual(
      listed.manifests.map((each) => [each.digest, each.artifactType]),
      [[sha256(about), 'text/signature']],
    );
    const none = JSON.parse((await bench.ask('GET', `${base}/referrers/${digest}?artifactType=other`)).body) as { manifests: unknown[] };
    assert.deepEqual(none.manifests, []);
  });
});

describe('OCI distribution: listing and deleting', () => {
  it('lists tags in order, page by page (ECR-007)', async () => {
    await using bench = await registryBench();
    for (const tag of ['c', 'a', 'b']) await bench.pushImage(tag);
    const all = await bench.ask('GET', `${base}/tags/list`);
    assert.deepEqual([all.body, all.headers.get('link')], ['{"name":"team/weather","tags":["a","b","c"]}', null]);
    const first = await bench.ask('GET', `${base}/tags/list?n=2`);
    assert.deepEqual(JSON.parse(first.body), { name: 'team/weather', tags: ['a', 'b'] });
    const next = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')![1]!;
    assert.deepEqual(JSON.parse((await bench.ask('GET', next)).body), { name: 'team/weather', tags: ['c'] });
  });

  it('deletes a tag, and with the last one the image and its layers', async () => {
    await using bench = await registryBench();
    const digest = await bench.pushImage('one', 'layer');
    await bench.pushImage('two', 'layer');
    assert.equal((await bench.ask('DELETE', `${base}/manifests/one`)).status, 202);
    assert.equal((await bench.ask('GET', `${base}/manifests/two`)).status, 200);
    assert.equal((await bench.ask('DELETE', `${base}/manifests/${digest}`)).status, 202);
    assert.equal((await bench.ask('GET', `${base}/manifests/two`)).status, 404);
    assert.deepEqual(readdirSync(join(bench.account.stateDirectory, 'registry', 'blobs', 'sha256')), []);
    assert.equal((await bench.ask('DELETE', `${base}/manifests/two`)).status, 404);
  });

  it('keeps images on the disk for the next start, and layers that another image has', async () => {
    await using bench = await registryBench();
    const digest = await bench.pushImage('one', 'layer');
    await bench.pushBlob('an upload that no image came for');
    const restarted = new EcrRegistry(bench.account);
    const repository = restarted.get('team/weather');
    assert.equal(repository.get({ tag: 'one' }).digest, digest);
    assert.ok(repository.hasLayer(sha256('layer')));
    assert.equal(restarted.blobs.size(sha256('an upload that no image came for')), undefined);
    restarted.delete(repository, true);
    assert.deepEqual(readdirSync(join(bench.account.stateDirectory, 'registry', 'blobs', 'sha256')), []);
    assert.ok(!existsSync(join(bench.account.stateDirectory, 'registry', 'repositories', 'any.json')));
  });
});
