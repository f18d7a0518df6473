import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { nothingBlocked, startS3 } from './running-s3.ts';

const bucket = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things' } } };
const Bucket = 'things';

async function bodyOf(client: S3Client, Key: string, more: object = {}): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return (await Body?.transformToString()) ?? '';
}

async function keysOf(client: S3Client, more: object = {}): Promise<readonly (string | undefined)[]> {
  const { Contents = [], CommonPrefixes = [] } = await client.send(new ListObjectsV2Command({ Bucket, ...more }));
  return [...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix)];
}

suite('an object', () => {
  test('comes back as it was put, with its type, metadata, checksum and ETag', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    const put = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'a b/ü+&.txt',
        Body: 'hello',
        ContentType: 'text/plain',
        CacheControl: 'max-age=5',
        Metadata: { Colour: 'red' },
      }),
    );
    assert.deepEqual(
      [put.ETag, put.ChecksumCRC32, put.ChecksumType, put.ServerSideEncryption],
      ['"5d41402abc4b2a76b9719d911017c592"', 'NhCmhg==', 'FULL_OBJECT', 'AES256'],
    );
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'a b/ü+&.txt', ChecksumMode: 'ENABLED' }));
    assert.equal(await got.Body?.transformToString(), 'hello');
    assert.deepEqual(
      [got.ContentType, got.CacheControl, got.Metadata, got.ContentLength, got.ETag, got.ChecksumCRC32],
      ['text/plain', 'max-age=5', { colour: 'red' }, 5, put.ETag, 'NhCmhg=='],
    );
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a b/ü+&.txt' }));
    assert.deepEqual([head.ContentLength, head.AcceptRanges, head.ChecksumCRC32], [5, 'bytes', undefined]);
  });

  test('is on the website as soon as it is put (S3W-004, S3W-013)', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::things/*' }],
    };
    const Properties = {
      ...bucket.Bucket.Properties,
      WebsiteConfiguration: { IndexDocument: 'index.html' },
      PublicAccessBlockConfiguration: nothingBlocked,
    };
    await using s3 = await startS3({
      Bucket: { Type: 'AWS::S3::Bucket', Properties },
      Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: policy } },
    });
    const client = s3.client();
    const site = s3.engine.describe().endpoints.sites['Bucket']!;
    assert.equal((await fetch(site)).status, 404);
    await client.send(new PutObjectCommand({ Bucket, Key: 'index.html', Body: 'first', ContentType: 'text/html' }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'old', Body: 'x', WebsiteRedirectLocation: '/new' }));
    assert.equal(await (await fetch(site)).text(), 'first');
    const moved = await fetch(`${site}/old`, { redirect: 'manual' });
    assert.deepEqual([moved.status, moved.headers.get('location')], [301, '/new']);
    const plain = await s3.fetch('/things/old');
    assert.deepEqual([plain.status, plain.headers.get('x-amz-website-redirect-location'), await plain.text()], [200, '/new', 'x']);
  });

  test('of a stream is sent in signed or unsigned chunks with a checksum behind them, and arrives whole', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    const bytes = Buffer.alloc(300_000, 'abc');
    const put = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'stream',
        Body: Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]),
        ContentLength: bytes.length,
      }),
    );
    assert.equal(put.ETag, `"${createHash('md5').update(bytes).digest('hex')}"`);
    assert.equal(typeof put.ChecksumCRC32, 'string');
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'stream' }));
    assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes);
  });

  for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    test(`with a ${algorithm} checksum is checked against it`, async () => {
      await using s3 = await startS3(bucket);
      const client = s3.client();
      const digest = (name: string): string => createHash(name).update('123456789').digest('base64');
      const good = { CRC32: 'y/Q5Jg==', CRC32C: '4waSgw==', CRC64NVME: 'rosUhgp5mIg=', SHA1: digest('sha1'), SHA256: digest('sha256') };
      const name = `Checksum${algorithm}` as const;
      const put = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '123456789', [name]: good[algorithm] }));
      assert.equal(put[name], good[algorithm]);
      const wrong = Buffer.from(good[algorithm], 'base64').fill(0).toString('base64');
      await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '123456789', [name]: wrong })), {
        name: 'BadDigest',
        message: `The ${algorithm} you specified did not match the calculated checksum.`,
      });
      await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '123456789', [name]: '!' })), {
        name: 'InvalidRequest',
        message: `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`,
      });
    });
  }

  test('is read in part by Range, and a range behind its end is refused (S3-API GetObject)', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }));
    const part = await client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=2-4' }));
    assert.deepEqual(
      [await part.Body?.transformToString(), part.ContentRange, part.$metadata.httpStatusCode],
      ['234', 'bytes 2-4/10', 206],
    );
    assert.equal(await bodyOf(client, 'k', { Range: 'bytes=-3' }), '789');
    assert.equal(await bodyOf(client, 'k', { Range: 'bytes=8-' }), '89');
    assert.equal(await bodyOf(client, 'k', { Range: 'bytes=8-100' }), '89');
    assert.equal(await bodyOf(client, 'k', { Range: 'lines=1-2' }), '0123456789');
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=10-12' })), {
      name: 'InvalidRange',
      message: 'The requested range is not satisfiable',
    });
  });

  test('is read and written under conditions', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    const put = (more: object): Promise<unknown> => client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'one', ...more }));
    const statusOf = async (more: object): Promise<number | undefined> => {
      try {
        return (await client.send(new GetObjectCommand({ Bucket, Key: 'k', ...more }))).$metadata.httpStatusCode;
      } catch (error) {
        return (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode;
      }
    };
    await put({ IfNoneMatch: '*' });
    await assert.rejects(put({ IfNoneMatch: '*' }), {
      name: 'PreconditionFailed',
      message: 'At least one of the pre-conditions you specified did not hold',
      Condition: 'If-None-Match',
    });
    const etag = '"f97c5d29941bfb1b2fdab0874906ab82"';
    assert.equal(await statusOf({ IfMatch: etag }), 200);
    assert.equal(await statusOf({ IfMatch: '"other"' }), 412);
    assert.equal(await statusOf({ IfNoneMatch: etag }), 304);
    assert.equal(await statusOf({ IfNoneMatch: 'other' }), 200);
    assert.equal(await statusOf({ IfModifiedSince: new Date(Date.now() + 5000) }), 304);
    assert.equal(await statusOf({ IfUnmodifiedSince: new Date(0) }), 412);
    assert.equal(await statusOf({ IfUnmodifiedSince: new Date(0), IfMatch: etag }), 200);
    await put({ IfMatch: etag });
    await assert.rejects(put({ IfMatch: '"other"' }), { name: 'PreconditionFailed' });
    await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: 'new', Body: 'x', IfMatch: etag })), { name: 'NoSuchKey' });
  });

  test('that is not there, and a bucket that is not, are told as S3 does (S3W-025)', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: 'none' })), {
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
      Key: 'none',
    });
    await assert.rejects(client.send(new HeadObjectCommand({ Bucket, Key: 'none' })), { name: 'NotFound' });
    await assert.rejects(client.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'none' })), {
      name: 'NoSuchBucket',
      message: 'The specified bucket does not exist',
    });
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'none' }));
  });

  test('is copied with its metadata or with other one, not onto itself unchanged', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    await client.send(
      new PutObjectCommand({ Bucket, Key: 'dir/ä?', Body: 'x', ContentType: 'text/x', Metadata: { a: '1' }, Tagging: 'k=v' }),
    );
    const source = `${Bucket}/${encodeURIComponent('dir/ä?')}`;
    const { CopyObjectResult } = await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: source }));
    assert.equal(CopyObjectResult?.ETag, '"9dd4e461268c8034f5c8564e155c67a6"');
    const copy = await client.send(new HeadObjectCommand({ Bucket, Key: 'copy' }));
    assert.deepEqual([copy.ContentType, copy.Metadata], ['text/x', { a: '1' }]);
    assert.deepEqual((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'copy' }))).TagSet, [{ Key: 'k', Value: 'v' }]);
    await client.send(
      new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `/${Bucket}/copy`, MetadataDirective: 'REPLACE', ContentType: 'text/y' }),
    );
    const replaced = await client.send(new HeadObjectCommand({ Bucket, Key: 'copy' }));
    assert.deepEqual([replaced.ContentType, replaced.Metadata], ['text/y', {}]);
    await assert.rejects(client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/copy` })), {
      name: 'InvalidRequest',
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
    await assert.rejects(client.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/none` })), { name: 'NoSuchKey' });
  });

  test('has tags that can be put, read and taken away', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet: [{ Key: 'a', Value: 'b +-=._:/@' }] } }));
    assert.deepEqual((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet, [{ Key: 'a', Value: 'b +-=._:/@' }]);
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }));
    assert.deepEqual((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet, []);
  });
});

suite('the official SDK', () => {
  test('reaches buckets by path and, at an endpoint with a name, by a host of their own', async () => {
    await using s3 = await startS3(bucket);
    const { port } = new URL(s3.url);
    // Not every resolver knows names below localhost.
    const lookup: LookupFunction = (_hostname, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const requestHandler = { httpAgent: new Agent({ lookup }) };
    for (const [forcePathStyle, host] of [
      [false, 'things.localhost'],
      [true, 'localhost'],
    ] as const) {
      const client = s3.client({ endpoint: `http://localhost:${port}`, forcePathStyle, requestHandler });
      let asked = '';
      client.middlewareStack.add((next) => (args) => ((asked = (args.request as { hostname: string }).hostname), next(args)), {
        step: 'finalizeRequest',
      });
      await client.send(new PutObjectCommand({ Bucket, Key: 'a b/c', Body: host }));
      assert.equal(await bodyOf(client, 'a b/c'), host);
      assert.deepEqual(await keysOf(client, { Prefix: 'a b/' }), ['a b/c']);
      assert.equal(asked, host);
    }
  });
});

suite('a bucket', () => {
  test('is made, found, listed and deleted only when it is empty (S3W-025)', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    const made = await client.send(new CreateBucketCommand({ Bucket: 'made-here' }));
    assert.equal(made.Location, '/made-here');
    // Without a website it is no site.
    assert.deepEqual(s3.engine.describe().endpoints.sites, {});
    const head = await client.send(new HeadBucketCommand({ Bucket: 'made-here' }));
    assert.equal(head.BucketRegion, 'us-east-1');
    const { Buckets = [], Owner } = await client.send(new ListBucketsCommand());
    assert.deepEqual(
      Buckets.map(({ Name }) => Name),
      ['made-here', 'things'],
    );
    assert.match(Owner?.ID ?? '', /^[0-9a-f]{64}$/);
    assert.equal((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint, undefined);
    assert.equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, undefined);
    await client.send(new PutObjectCommand({ Bucket: 'made-here', Key: 'k', Body: 'x' }));
    await assert.rejects(client.send(new DeleteBucketCommand({ Bucket: 'made-here' })), {
      name: 'BucketNotEmpty',
      message: 'The bucket you tried to delete is not empty',
    });
    await client.send(new DeleteObjectsCommand({ Bucket: 'made-here', Delete: { Objects: [{ Key: 'k' }] } }));
    await client.send(new DeleteBucketCommand({ Bucket: 'made-here' }));
    await assert.rejects(client.send(new HeadBucketCommand({ Bucket: 'made-here' })), { name: 'NotFound' });
    await assert.rejects(
      client.send(new CreateBucketCommand({ Bucket: 'made-there', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })),
      { name: 'IllegalLocationConstraintException' },
    );
    await assert.rejects(client.send(new CreateBucketCommand({ Bucket: 'Bad_Name' })), { name: 'InvalidBucketName' });
  });

  test('lists its keys by prefix, folder and page', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    for (const Key of ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e f']) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    assert.deepEqual(await keysOf(client), ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e f']);
    assert.deepEqual(await keysOf(client, { Delimiter: '/' }), ['a', 'd', 'e f', 'b/']);
    assert.deepEqual(await keysOf(client, { Prefix: 'b/', Delimiter: '/' }), ['b/1', 'b/2', 'b/c/']);
    assert.deepEqual(await keysOf(client, { StartAfter: 'b/2' }), ['b/c/3', 'd', 'e f']);
    const paged: unknown[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await client.send(
        new ListObjectsV2Command({ Bucket, MaxKeys: 2, Delimiter: '/', ...(ContinuationToken === undefined ? {} : { ContinuationToken }) }),
      );
      paged.push([...(page.Contents ?? []).map(({ Key }) => Key), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix)]);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    assert.deepEqual(paged, [
      ['a', 'b/'],
      ['d', 'e f'],
    ]);
    const old = await client.send(new ListObjectsCommand({ Bucket, MaxKeys: 1, Delimiter: '/', EncodingType: 'url', Marker: 'd' }));
    assert.deepEqual([old.Contents?.[0]?.Key, old.IsTruncated, old.MaxKeys, old.Marker], ['e+f', false, 1, 'd']);
    await assert.rejects(client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'nonsense' })), {
      name: 'InvalidArgument',
      message: 'The continuation token provided is incorrect',
    });
  });

  test('deletes up to a thousand keys at once and says what became of each', async () => {
    await using s3 = await startS3(bucket);
    const client = s3.client();
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k' }, { Key: 'none' }] } }));
    assert.deepEqual(Deleted, [{ Key: 'k' }, { Key: 'none' }]);
    assert.deepEqual(await keysOf(client), []);
    const many = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }));
    await assert.rejects(client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: many } })), { name: 'MalformedXML' });
  });
});
