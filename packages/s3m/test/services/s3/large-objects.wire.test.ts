import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { seededRandom } from '../../seeded-random.ts';
import { nothingBlocked, startS3 } from './running-s3.ts';

const mebibyte = 1024 * 1024;
const things = {
  Things: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things', PublicAccessBlockConfiguration: nothingBlocked } },
};
const random = seededRandom(8);
/** No two of its pieces are alike. */
const large = Buffer.from(Uint32Array.from({ length: (3 * mebibyte) / 4 }, () => random() * 2 ** 32).buffer);
const md5 = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

const put = (client: S3Client, Key: string, Body: Buffer = large): Promise<unknown> =>
  client.send(new PutObjectCommand({ Bucket: 'things', Key, Body }));

async function read(client: S3Client, Key: string, more: { Range?: string; PartNumber?: number } = {}): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'things', Key, ...more }));
  return Buffer.from(await Body!.transformToByteArray());
}

/** The names in a folder, once there are so many: files go a moment after their objects. */
async function filesIn(folder: string, count: number): Promise<readonly string[]> {
  for (let tries = 0; tries < 500; tries++) {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    if (names.length === count) return names;
    await setTimeout(10);
  }
  throw new Error(`${folder} has ${readdirSync(folder).length} files instead of ${count}`);
}

/** A folder that outlives engines. */
function homeOf(): Disposable & { readonly path: string; readonly objects: string } {
  const path = mkdtempSync(join(tmpdir(), 's3m-home-'));
  return {
    path,
    objects: join(path, '.s3m', 'state', 'objects'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

suite('large objects', () => {
  test('stand in a file as long as anything names them, and come back whole, in ranges and as copies', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    const folder = join(s3.directory, '.s3m', 'objects');
    await put(client, 'small', large.subarray(0, mebibyte));
    assert.equal(existsSync(folder), false);
    await put(client, 'a');
    assert.deepEqual(await read(client, 'a'), large);
    assert.deepEqual(await read(client, 'a', { Range: 'bytes=1048570-1048580' }), large.subarray(1_048_570, 1_048_581));
    assert.deepEqual(await read(client, 'a', { Range: 'bytes=-5' }), large.subarray(-5));
    const { ETag, ContentLength } = await client.send(new HeadObjectCommand({ Bucket: 'things', Key: 'a' }));
    assert.deepEqual([ETag, ContentLength], [md5(large), large.length]);
    await client.send(new CopyObjectCommand({ Bucket: 'things', Key: 'b', CopySource: 'things/a' }));
    await filesIn(folder, 1);
    await client.send(new CopyObjectCommand({ Bucket: 'things', Key: 'c', CopySource: 'things/a', ChecksumAlgorithm: 'SHA256' }));
    await put(client, 'a', Buffer.from('now small'));
    assert.deepEqual(await read(client, 'b'), large);
    await client.send(new DeleteObjectCommand({ Bucket: 'things', Key: 'b' }));
    assert.deepEqual(await read(client, 'c'), large);
    await client.send(new DeleteObjectCommand({ Bucket: 'things', Key: 'c' }));
    await filesIn(folder, 0);
  });

  test('that a client reads while they are deleted are read to their end', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    const body = Buffer.concat([large, large, large, large]);
    await put(client, 'a', body);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'things', Key: 'a' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'things', Key: 'a' }));
    assert.deepEqual(Buffer.from(await Body!.transformToByteArray()), body);
    await filesIn(join(s3.directory, '.s3m', 'objects'), 0);
  });

  test('that are not what the client said, or end too early, leave nothing', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    await put(client, 'a');
    const folder = join(s3.directory, '.s3m', 'objects');
    const wrong = new PutObjectCommand({
      Bucket: 'things',
      Key: 'a',
      Body: Buffer.concat([large, large]),
      ChecksumSHA256: Buffer.alloc(32).toString('base64'),
    });
    await assert.rejects(client.send(wrong), { name: 'BadDigest' });
    const cut = new AbortController();
    const half = Readable.from(
      (function* () {
        yield large;
        cut.abort();
        yield large;
      })(),
    );
    const command = new PutObjectCommand({ Bucket: 'things', Key: 'a', Body: half, ContentLength: 2 * large.length });
    await assert.rejects(client.send(command, { abortSignal: cut.signal }), { name: 'AbortError' });
    await filesIn(folder, 1);
    assert.deepEqual(await read(client, 'a'), large);
  });

  test('of two that are put at once on condition that there is none, one is there', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    const bodies = [large, large.toReversed() as Buffer];
    const puts = await Promise.allSettled(
      bodies.map((Body) => client.send(new PutObjectCommand({ Bucket: 'things', Key: 'a', Body: Buffer.from(Body), IfNoneMatch: '*' }))),
    );
    const won = puts.findIndex(({ status }) => status === 'fulfilled');
    assert.deepEqual(puts.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.deepEqual(await read(client, 'a'), Buffer.from(bodies[won]!));
    await filesIn(join(s3.directory, '.s3m', 'objects'), 1);
  });

  test('of parts stand in the files of their parts', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    const at = { Bucket: 'things', Key: 'big' };
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }),
    );
    const bodies = [Buffer.alloc(5 * mebibyte, 'a'), large.subarray(0, 100)];
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: index + 1, Body }));
      Parts.push({ PartNumber: index + 1, ETag, ChecksumCRC32 });
    }
    // In place of the first one.
    await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: bodies[0]! }));
    const folder = join(s3.directory, '.s3m', 'objects');
    await filesIn(folder, 2);
    const done = await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    assert.equal(done.ChecksumType, 'FULL_OBJECT');
    const whole = Buffer.concat(bodies);
    assert.deepEqual(await read(client, 'big'), whole);
    assert.deepEqual(
      await read(client, 'big', { Range: `bytes=${5 * mebibyte - 2}-${5 * mebibyte + 1}` }),
      whole.subarray(5 * mebibyte - 2, 5 * mebibyte + 2),
    );
    assert.deepEqual(await read(client, 'big', { PartNumber: 2 }), bodies[1]);
    await filesIn(folder, 2);
    const { UploadId: given } = await client.send(new CreateMultipartUploadCommand(at));
    await client.send(new UploadPartCommand({ ...at, UploadId: given, PartNumber: 1, Body: 'x' }));
    await filesIn(folder, 3);
    await client.send(new AbortMultipartUploadCommand({ ...at, UploadId: given }));
    await filesIn(folder, 2);
  });

  test('go with the engine, and what a killed one has left goes at the next start', async () => {
    using home = homeOf();
    mkdirSync(join(home.path, '.s3m', 'objects'), { recursive: true });
    writeFileSync(join(home.path, '.s3m', 'objects', 'left'), 'behind');
    await (await startS3(things, 'enforce', home.path))[Symbol.asyncDispose]();
    assert.equal(existsSync(join(home.path, '.s3m', 'objects')), false);
    const s3 = await startS3(things);
    await put(s3.client(), 'a');
    await filesIn(join(s3.directory, '.s3m', 'objects'), 1);
    await s3.engine.close();
    assert.equal(existsSync(join(s3.directory, '.s3m', 'objects')), false);
    await s3[Symbol.asyncDispose]();
  });

  test('outlive the engine with --persist, uploads in parts too, and nothing else does', async () => {
    using home = homeOf();
    const at = { Bucket: 'things', Key: 'big' };
    let UploadId: string | undefined;
    let ETag: string | undefined;
    {
      await using s3 = await startS3(things, 'enforce', home.path);
      const client = s3.client();
      await put(client, 'a');
      ({ UploadId } = await client.send(new CreateMultipartUploadCommand({ ...at, Metadata: { by: 'ada' } })));
      ({ ETag } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 7, Body: large })));
      const { UploadId: given } = await client.send(new CreateMultipartUploadCommand(at));
      await client.send(new UploadPartCommand({ ...at, UploadId: given, PartNumber: 1, Body: large }));
      await client.send(new AbortMultipartUploadCommand({ ...at, UploadId: given }));
    }
    writeFileSync(join(home.objects, 'orphan'), 'of an engine that was killed');
    {
      await using s3 = await startS3(things, 'enforce', home.path);
      const client = s3.client();
      await filesIn(home.objects, 2);
      assert.deepEqual(await read(client, 'a'), large);
      const { Parts = [] } = await client.send(new ListPartsCommand({ ...at, UploadId }));
      assert.deepEqual(
        Parts.map(({ PartNumber, Size, ETag: tag }) => [PartNumber, Size, tag]),
        [[7, large.length, ETag]],
      );
      await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 7, ETag }] } }));
    }
    await using s3 = await startS3(things, 'enforce', home.path);
    const { Metadata } = await s3.client().send(new HeadObjectCommand(at));
    assert.deepEqual([Metadata, await read(s3.client(), 'big')], [{ by: 'ada' }, large]);
    await filesIn(home.objects, 2);
  });

  test('that are versions of a key outlive the engine too, and their files go with them', async () => {
    using home = homeOf();
    const versioned = {
      Things: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things', VersioningConfiguration: { Status: 'Enabled' } } },
    };
    const at = { Bucket: 'things', Key: 'a' };
    const other = Buffer.concat([large, Buffer.from('!')]);
    let first: string | undefined;
    {
      await using s3 = await startS3(versioned, 'enforce', home.path);
      ({ VersionId: first } = await s3.client().send(new PutObjectCommand({ ...at, Body: large })));
      await s3.client().send(new PutObjectCommand({ ...at, Body: other }));
      await s3.client().send(new DeleteObjectCommand(at));
    }
    await using s3 = await startS3(versioned, 'enforce', home.path);
    const client = s3.client();
    await filesIn(home.objects, 2);
    const { Body } = await client.send(new GetObjectCommand({ ...at, VersionId: first }));
    assert.deepEqual(Buffer.from(await Body!.transformToByteArray()), large);
    await assert.rejects(client.send(new GetObjectCommand(at)), { name: 'NoSuchKey' });
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: 'things' }));
    await client.send(new DeleteObjectCommand({ ...at, VersionId: DeleteMarkers[0]?.VersionId }));
    assert.deepEqual(await read(client, 'a'), other);
    await client.send(new DeleteObjectCommand({ ...at, VersionId: first }));
    await filesIn(home.objects, 1);
    await client.send(new DeleteObjectCommand({ ...at, VersionId: Versions[0]?.VersionId }));
    await filesIn(home.objects, 0);
  });

  test('that are not as they were left stop the start, and nothing is changed', async () => {
    using home = homeOf();
    {
      await using s3 = await startS3(things, 'enforce', home.path);
      await put(s3.client(), 'a');
    }
    const [file = ''] = await filesIn(home.objects, 1);
    writeFileSync(join(home.objects, 'orphan'), 'x');
    truncateSync(join(home.objects, file), 1000);
    await assert.rejects(startS3(things, 'enforce', home.path), {
      message: `What is kept in ${home.objects} is damaged: ${file} has 1000 bytes instead of ${large.length}`,
    });
    rmSync(join(home.objects, file));
    await assert.rejects(startS3(things, 'enforce', home.path), { message: new RegExp(`${file} is gone$`) });
    assert.deepEqual(readdirSync(home.objects), ['orphan']);
  });

  test('are refused with InternalError when the disk takes nothing, with one notice that says what to do, and are not seen', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    // Where the folder would be made stands a file.
    writeFileSync(join(s3.directory, '.s3m', 'objects'), '');
    for (let tries = 0; tries < 2; tries++) await assert.rejects(put(client, 'a'), { name: 'InternalError' });
    await assert.rejects(read(client, 'a'), { name: 'NoSuchKey' });
    const told = s3.notices.filter((notice) => notice.includes('could not be written'));
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^A write was refused\. An object could not be written: .*\. Free some space on the disk/);
    await put(client, 'small', Buffer.from('x'));
    rmSync(join(s3.directory, '.s3m', 'objects'));
    await put(client, 'a');
    assert.deepEqual(await read(client, 'a'), large);
  });
});

suite("settings of a template's bucket that calls of the API have changed", () => {
  const policyOf = (Action: string): object => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource: 'arn:aws:s3:::things/*' }],
  });
  const withCors = (AllowedOrigins: readonly string[]): typeof things => ({
    Things: {
      ...things.Things,
      Properties: {
        ...things.Things.Properties,
        CorsConfiguration: { CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins }] },
      } as typeof things.Things.Properties,
    },
  });
  const withPolicy = (Action: string): object => ({
    Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Things' }, PolicyDocument: policyOf(Action) } },
  });

  test('stay with --persist until the template changes them, as on AWS', async () => {
    using home = homeOf();
    const origins = async (client: S3Client): Promise<unknown> =>
      (await client.send(new GetBucketCorsCommand({ Bucket: 'things' }))).CORSRules?.map(({ AllowedOrigins }) => AllowedOrigins);
    const action = async (client: S3Client): Promise<unknown> => {
      const { Policy = '' } = await client.send(new GetBucketPolicyCommand({ Bucket: 'things' }));
      return (JSON.parse(Policy) as { readonly Statement: readonly { readonly Action: string }[] }).Statement[0]?.Action;
    };
    {
      await using s3 = await startS3({ ...withCors(['https://template']), ...withPolicy('s3:GetObject') }, 'enforce', home.path);
      const CORSConfiguration = { CORSRules: [{ AllowedMethods: ['PUT'], AllowedOrigins: ['https://by.hand'] }] };
      await s3.client().send(new PutBucketCorsCommand({ Bucket: 'things', CORSConfiguration }));
      await s3.client().send(new PutBucketPolicyCommand({ Bucket: 'things', Policy: JSON.stringify(policyOf('s3:GetObjectTagging')) }));
    }
    {
      await using s3 = await startS3({ ...withCors(['https://template']), ...withPolicy('s3:GetObject') }, 'enforce', home.path);
      assert.deepEqual([await origins(s3.client()), await action(s3.client())], [[['https://by.hand']], 's3:GetObjectTagging']);
    }
    {
      await using s3 = await startS3({ ...withCors(['https://other']), ...withPolicy('s3:GetObject') }, 'enforce', home.path);
      assert.deepEqual([await origins(s3.client()), await action(s3.client())], [[['https://other']], 's3:GetObjectTagging']);
      await s3.client().send(new DeleteBucketPolicyCommand({ Bucket: 'things' }));
    }
    {
      await using s3 = await startS3({ ...withCors(['https://other']), ...withPolicy('s3:GetObject') }, 'enforce', home.path);
      await assert.rejects(action(s3.client()), { name: 'NoSuchBucketPolicy' });
    }
    {
      await using s3 = await startS3({ ...withCors(['https://other']), ...withPolicy('s3:PutObject') }, 'enforce', home.path);
      assert.equal(await action(s3.client()), 's3:PutObject');
      await s3.client().send(new PutBucketPolicyCommand({ Bucket: 'things', Policy: JSON.stringify(policyOf('s3:GetObject')) }));
      await s3.client().send(new CreateBucketCommand({ Bucket: 'by-hand' }));
      await s3.engine.reset();
      assert.equal(await action(s3.client()), 's3:PutObject');
    }
    await using s3 = await startS3(withCors(['https://other']), 'enforce', home.path);
    await assert.rejects(action(s3.client()), { name: 'NoSuchBucketPolicy' });
  });
});
