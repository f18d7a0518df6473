import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForS3, trySplitAddress } from '../../../src/services/s3/s3-address.ts';

test('bucket and key are told from host and path', () => {
  const cases: readonly (readonly [host: string, target: string, bucket: string | undefined, key: string | undefined])[] = [
    ['127.0.0.1:4566', '/', undefined, undefined],
    ['localhost:4566', '/b-1', 'b-1', undefined],
    ['localhost:4566', '/b-1/', 'b-1', undefined],
    ['localhost:4566', '/b-1/a%20b//c/../d?x=y', 'b-1', 'a b//c/../d'],
    ['s3.us-east-1.amazonaws.com', '/b-1/k', 'b-1', 'k'],
    ['b.1.s3.us-east-1.amazonaws.com', '/k', 'b.1', 'k'],
    ['B-1.localhost', '//k', 'b-1', '/k'],
    ['s3.localhost', '/b-1', 'b-1', undefined],
  ];
  for (const [host, target, bucket, key] of cases) {
    const address = trySplitAddress(host, target);
    assert.deepEqual([address?.bucket, address?.key], [bucket, key], `${host} ${target}`);
  }
  assert.equal(trySplitAddress('localhost', '/b-1/%zz'), undefined);
  assert.equal(trySplitAddress('localhost', '*'), undefined);
});

test('a request that nobody has signed is for S3 when it names a bucket, and no other one is', () => {
  for (const [method, host, target] of [
    ['GET', 'localhost:4566', '/site/index.html'],
    ['OPTIONS', 'localhost:4566', '/site'],
    ['POST', 'localhost:4566', '/site?delete'],
    ['POST', 'site.s3.amazonaws.com', '/'],
  ] as const)
    assert.ok(isForS3(method, host, target), `${method} ${host}${target}`);
  for (const [method, host, target] of [
    ['GET', 'localhost:4566', '/'],
    ['POST', 'localhost:4566', '/'],
    ['POST', 'localhost:4566', '/site'],
    ['GET', 'localhost:4566', '/v2/'],
    ['GET', 'localhost:4566', '/2015-03-31/functions/f'],
    ['GET', 'localhost:4566', '/_aws/other'],
    ['GET', 'abc.execute-api.localhost', '/'],
    ['GET', 'site.s3-website-us-east-1.amazonaws.com', '/'],
  ] as const)
    assert.ok(!isForS3(method, host, target), `${method} ${host}${target}`);
});
