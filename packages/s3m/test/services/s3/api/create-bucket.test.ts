import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBucket, getBucketLocation } from '../../../../src/services/s3/api/buckets.ts';
import type { S3Answer } from '../../../../src/services/s3/api/s3-call.ts';
import { MemoryBucket } from '../../../../src/services/s3/memory-bucket.ts';
import { fakeAccount } from '../../fake-account.ts';

test('a bucket is made in the region that is asked, which has to be named but in us-east-1', async () => {
  await using home = await fakeAccount();
  const elsewhere = { ...home, region: 'eu-west-1' };
  const make = (account: typeof home, bucketName: string, location?: string): Promise<S3Answer> => {
    const text =
      location === undefined
        ? ''
        : `<CreateBucketConfiguration><LocationConstraint>${location}</LocationConstraint></CreateBucketConfiguration>`;
    const body = { bytes: Buffer.from(text) };
    return createBucket({
      account,
      method: 'PUT',
      target: '/',
      headers: {},
      query: new Map(),
      signer: { kind: 'anonymous' },
      body,
      bucketName,
    });
  };
  await make(home, 'in-virginia');
  await make(home, 'in-virginia');
  await assert.rejects(make(home, 'other', 'us-east-1'), { code: 'InvalidLocationConstraint' });
  await make(elsewhere, 'in-ireland', 'eu-west-1');
  await assert.rejects(make(elsewhere, 'in-ireland', 'eu-west-1'), { code: 'BucketAlreadyOwnedByYou', status: 409 });
  await assert.rejects(make(elsewhere, 'other'), {
    code: 'IllegalLocationConstraintException',
    message: 'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
  });
  const bucket = home.directory.find('bucket', 'in-ireland');
  assert.ok(bucket instanceof MemoryBucket);
  const call = {
    account: elsewhere,
    method: 'GET',
    target: '/',
    headers: {},
    query: new Map<string, string>(),
    signer: { kind: 'anonymous' } as const,
  };
  assert.match(
    String(getBucketLocation({ ...call, body: { bytes: Buffer.alloc(0) }, bucketName: 'in-ireland', bucket }).body),
    /<LocationConstraint xmlns="[^"]+">eu-west-1<\/LocationConstraint>$/,
  );
});
