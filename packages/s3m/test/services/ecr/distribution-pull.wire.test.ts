import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { OCI_MANIFEST, registryBench, sha256 } from './registry-fixture.ts';

const base = '/v2/team/weather';
const absent = sha256('absent');

describe('OCI distribution: pulling', () => {
  it('hands an image out by tag and by digest as it was pushed (ECR-008)', async () => {
    await using bench = await registryBench();
    const digest = await bench.pushImage('one', 'layer');
    const [byTag, byDigest, head] = [
      await bench.ask('GET', `${base}/manifests/one`),
      await bench.ask('GET', `${base}/manifests/${digest}`),
      await bench.ask('HEAD', `${base}/manifests/one`),
    ];
    assert.equal(sha256(byTag.body), digest);
    assert.equal(byDigest.body, byTag.body);
    assert.deepEqual(
      [head.headers.get('docker-content-digest'), head.headers.get('content-type'), head.headers.get('content-length'), head.body],
      [digest, OCI_MANIFEST, String(byTag.body.length), ''],
    );
    const blob = await bench.ask('GET', `${base}/blobs/${sha256('layer')}`);
    assert.deepEqual([blob.status, blob.body, blob.headers.get('docker-content-digest')], [200, 'layer', sha256('layer')]);
  });

  it('hands out ranges of a blob (RFC 9110)', async () => {
    await using bench = await registryBench();
    const digest = await bench.pushBlob('0123456789');
    const range = async (header: string): Promise<readonly unknown[]> => {
      const { status, headers, body } = await bench.ask('GET', `${base}/blobs/${digest}`, { headers: { range: header } });
      return [status, headers.get('content-range'), status === 416 ? '' : body];
    };
    assert.deepEqual(await range('bytes=2-4'), [206, 'bytes 2-4/10', '234']);
    assert.deepEqual(await range('bytes=7-'), [206, 'bytes 7-9/10', '789']);
    assert.deepEqual(await range('bytes=-3'), [206, 'bytes 7-9/10', '789']);
    assert.deepEqual(await range('bytes=8-99'), [206, 'bytes 8-9/10', '89']);
    assert.deepEqual(await range('bytes=10-'), [416, 'bytes */10', '']);
    assert.deepEqual(await range('bytes=x'), [200, null, '0123456789']);
    assert.deepEqual(await range('bytes=0-1,3-4'), [200, null, '0123456789']);
  });

  const unknown = [
    [
      'a repository (ECR-010)',
      'GET',
      '/v2/absent/manifests/one',
      404,
      'NAME_UNKNOWN',
      "The repository with name 'absent' does not exist in the registry with id '000000000000'",
    ],
    ['a tag (ECR-011)', 'GET', `${base}/manifests/none`, 404, 'MANIFEST_UNKNOWN', 'Requested image not found'],
    ['a digest', 'GET', `${base}/manifests/${absent}`, 404, 'MANIFEST_UNKNOWN', 'Requested image not found'],
    ['a blob', 'GET', `${base}/blobs/${absent}`, 404, 'BLOB_UNKNOWN', 'blob unknown to registry'],
    ['an upload', 'PATCH', `${base}/blobs/uploads/none`, 404, 'BLOB_UPLOAD_UNKNOWN', /The upload could not be found/],
    ['a digest of another algorithm', 'GET', `${base}/blobs/sha512:00`, 400, 'DIGEST_INVALID', /layerDigest/],
    ['a digest that is none', 'GET', `${base}/manifests/sha256:xyz`, 400, 'DIGEST_INVALID', /imageDigest/],
    ['a tag that is none', 'GET', `${base}/manifests/-x`, 400, 'MANIFEST_INVALID', /imageTag/],
    ['a name in capitals', 'GET', '/v2/Weather/tags/list', 400, 'NAME_INVALID', /repositoryName/],
    ['a name out of the registry', 'GET', '/v2/%2e%2e%2f%2e%2e%2fetc/manifests/passwd', 400, 'NAME_INVALID', /repositoryName/],
    ['a path out of the registry', 'GET', `${base}/blobs/..%2f..%2ftoken-key`, 400, 'DIGEST_INVALID', /layerDigest/],
    ['all repositories', 'GET', '/v2/_catalog', 405, 'UNSUPPORTED', 'The operation is unsupported.'],
    ['another verb', 'POST', `${base}/tags/list`, 405, 'UNSUPPORTED', 'The operation is unsupported.'],
    ['another path', 'GET', '/v2/team/weather/things/1', 404, 'UNSUPPORTED', 'Nothing is here'],
  ] as const;
  for (const [what, method, path, status, code, message] of unknown) {
    it(`refuses ${what}`, async () => {
      await using bench = await registryBench();
      const answer = await bench.ask(method, path);
      assert.deepEqual([answer.status, answer.error?.code], [status, code]);
      if (typeof message === 'string') assert.equal(answer.error?.message, message);
      else assert.match(answer.error?.message ?? '', message);
      assert.equal((await bench.ask('HEAD', path)).body, '');
    });
  }

  it('takes no dots for a step up', async () => {
    await using bench = await registryBench();
    const { port } = bench.account.endpoint;
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET /v2/team/weather/../../../../etc/manifests/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: ${bench.authorization()}\r\n\r\n`,
    );
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(socket, 'close');
    assert.match(text, /^HTTP\/1.1 400 [\s\S]*NAME_INVALID/);
  });
});
