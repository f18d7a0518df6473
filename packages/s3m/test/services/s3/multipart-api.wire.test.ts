import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { startS3 } from './running-s3.ts';

const things = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things' } } };
const at = { Bucket: 'things', Key: 'big' };
const large = Buffer.alloc(5 * 1024 * 1024, 'a');

async function begin(client: S3Client, more: object = {}): Promise<string> {
  return (await client.send(new CreateMultipartUploadCommand({ ...at, ...more }))).UploadId ?? '';
}

async function upload(client: S3Client, UploadId: string, PartNumber: number, Body: Buffer): Promise<CompletedPart> {
  const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
  return { PartNumber, ETag, ChecksumCRC32 };
}

function complete(
  client: S3Client,
  UploadId: string,
  Parts: readonly CompletedPart[],
  more: object = {},
): Promise<{ ETag?: string | undefined }> {
  return client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: [...Parts] }, ...more }));
}

function md5(...bytes: readonly Buffer[]): string {
  return createHash('md5').update(Buffer.concat(bytes)).digest('hex');
}

suite('an upload in parts', () => {
  test('becomes one object, with the digest of the digests, what was said at its beginning, and its parts', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    const id = await begin(client, { ContentType: 'text/big', Metadata: { a: 'b' } });
    const tail = Buffer.from('tail');
    const parts = [await upload(client, id, 1, large), await upload(client, id, 3, tail)];
    await assert.rejects(client.send(new GetObjectCommand(at)), { name: 'NoSuchKey' });
    const digests = [md5(large), md5(tail)].map((digest) => Buffer.from(digest, 'hex'));
    const { ETag } = await complete(client, id, parts);
    assert.equal(ETag, `"${md5(...digests)}-2"`);
    const head = await client.send(new HeadObjectCommand(at));
    assert.deepEqual([head.ContentLength, head.ContentType, head.Metadata, head.ETag], [large.length + 4, 'text/big', { a: 'b' }, ETag]);
    const second = await client.send(new GetObjectCommand({ ...at, PartNumber: 2 }));
    assert.deepEqual([await second.Body?.transformToString(), second.PartsCount, second.$metadata.httpStatusCode], ['tail', 2, 206]);
    await assert.rejects(client.send(new GetObjectCommand({ ...at, PartNumber: 3 })), { name: 'InvalidPartNumber', ActualPartCount: '2' });
    await assert.rejects(complete(client, id, parts), { name: 'NoSuchUpload' });
  });

  test('has a checksum of the checksums of its parts, and every one must be told at its end', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    const id = await begin(client, { ChecksumAlgorithm: 'CRC32' });
    const part = await upload(client, id, 1, Buffer.from('123456789'));
    assert.equal(part.ChecksumCRC32, 'y/Q5Jg==');
    const { ChecksumCRC32: _, ...without } = part;
    await assert.rejects(complete(client, id, [without]), {
      name: 'InvalidRequest',
      message:
        'The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.',
    });
    await complete(client, id, [part]);
    const head = await client.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    assert.match(head.ChecksumCRC32 ?? '', /^[\w+/]{6}==-1$/);
    assert.equal(head.ChecksumType, 'COMPOSITE');
  });

  test('is refused with parts that are missing, out of order, changed or too small', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    const id = await begin(client);
    const one = await upload(client, id, 1, Buffer.from('small'));
    const two = await upload(client, id, 2, Buffer.from('last'));
    await assert.rejects(complete(client, id, [two, one]), { name: 'InvalidPartOrder' });
    await assert.rejects(complete(client, id, [{ ...one, ETag: '"0"' }]), {
      name: 'InvalidPart',
      message:
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    });
    await assert.rejects(complete(client, id, [one, { PartNumber: 7, ETag: one.ETag }]), { name: 'InvalidPart', PartNumber: '7' });
    await assert.rejects(complete(client, id, [one, two]), {
      name: 'EntityTooSmall',
      message: 'Your proposed upload is smaller than the minimum allowed size',
      MinSizeAllowed: '5242880',
    });
    await assert.rejects(upload(client, id, 10_001, Buffer.from('x')), {
      name: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive',
    });
    await assert.rejects(upload(client, 'nonsense', 1, Buffer.from('x')), { name: 'NoSuchUpload' });
    await complete(client, id, [one]);
  });

  test('is listed with its parts until it is aborted, and takes parts of other objects', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    await client.send(new PutObjectCommand({ Bucket: 'things', Key: 'source', Body: '0123456789' }));
    const id = await begin(client);
    const copy = new UploadPartCopyCommand({
      ...at,
      UploadId: id,
      PartNumber: 1,
      CopySource: 'things/source',
      CopySourceRange: 'bytes=2-4',
    });
    assert.equal((await client.send(copy)).CopyPartResult?.ETag, `"${md5(Buffer.from('234'))}"`);
    const beyond = new UploadPartCopyCommand({
      ...at,
      UploadId: id,
      PartNumber: 1,
      CopySource: 'things/source',
      CopySourceRange: 'bytes=2-10',
    });
    await assert.rejects(client.send(beyond), { name: 'InvalidArgument' });
    const { Parts } = await client.send(new ListPartsCommand({ ...at, UploadId: id }));
    assert.deepEqual(
      Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
      [[1, 3]],
    );
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'things' }));
    assert.deepEqual(
      Uploads?.map(({ Key, UploadId }) => [Key, UploadId]),
      [['big', id]],
    );
    await client.send(new AbortMultipartUploadCommand({ ...at, UploadId: id }));
    assert.equal((await client.send(new ListMultipartUploadsCommand({ Bucket: 'things' }))).Uploads, undefined);
    await assert.rejects(client.send(new AbortMultipartUploadCommand({ ...at, UploadId: id })), { name: 'NoSuchUpload' });
  });
});
