import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  ListObjectVersionsCommand,
  PutBucketAclCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  UploadPartCommand,
  type ObjectAttributes,
  type S3Client,
} from '@aws-sdk/client-s3';
import { failureOf } from '../aws-client.ts';
import { roleWith, startS3 } from './running-s3.ts';

const things = { Things: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things' } } };
const Bucket = 'things';
const put = (client: S3Client, Key: string): Promise<unknown> => client.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }));

suite('what is told of an object', () => {
  const all: ObjectAttributes[] = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

  test('are the attributes that are asked for', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    await put(client, 'a');
    const {
      $metadata: _,
      LastModified,
      ...told
    } = await client.send(new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: all }));
    assert.ok(LastModified instanceof Date);
    assert.deepEqual(told, {
      ETag: '5d41402abc4b2a76b9719d911017c592',
      Checksum: { ChecksumCRC32: 'NhCmhg==', ChecksumType: 'FULL_OBJECT' },
      StorageClass: 'STANDARD',
      ObjectSize: 5,
    });
    const { ObjectSize, ETag } = await client.send(new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: ['ObjectSize'] }));
    assert.deepEqual([ObjectSize, ETag], [5, undefined]);
    const at = { Bucket, Key: 'parts' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
    const part = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'x' }));
    await client.send(
      new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] } }),
    );
    const { ObjectParts } = await client.send(new GetObjectAttributesCommand({ ...at, ObjectAttributes: all }));
    assert.equal(ObjectParts?.TotalPartsCount, 1);
  });

  test('needs a name that there is, and leave to read the object and its attributes', async () => {
    const read = { Effect: 'Allow', Action: 's3:GetObjectAttributes', Resource: 'arn:aws:s3:::things/*' };
    await using s3 = await startS3({
      ...things,
      Role: roleWith('half', read),
      Whole: roleWith('whole', { ...read, Action: 's3:GetObject*' }),
    });
    await put(s3.client(), 'a');
    const command = new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: ['ETag'] });
    assert.equal((await failureOf(s3.as('half').send(command)))[0], 'AccessDenied');
    assert.equal((await s3.as('whole').send(command)).ETag, '5d41402abc4b2a76b9719d911017c592');
    const wrong = new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: ['Colour' as ObjectAttributes] });
    assert.deepEqual(await failureOf(s3.client().send(wrong)), ['InvalidArgument', 'Invalid attribute name specified.']);
  });

  test('is its one version, in pages, by prefix and folder', async () => {
    await using s3 = await startS3(things);
    const client = s3.client();
    for (const key of ['a', 'b/1', 'b/2', 'c']) await put(client, key);
    const seen: unknown[] = [];
    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1, Delimiter: '/', ...markers }));
      seen.push(...(page.Versions ?? []).map(({ Key, VersionId, IsLatest, Size }) => [Key, VersionId, IsLatest, Size]));
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      if (page.IsTruncated !== true) break;
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    assert.deepEqual(seen, [['a', 'null', true, 5], 'b/', ['c', 'null', true, 5]]);
    const alone = client.send(new ListObjectVersionsCommand({ Bucket, VersionIdMarker: 'null' }));
    assert.equal((await failureOf(alone))[0], 'InvalidArgument');
  });
});

test('an access control list gives everything to the owner, and takes nothing where the owner owns all objects', async () => {
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' }] };
  await using s3 = await startS3({ ...things, Other: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'other', OwnershipControls } } });
  const client = s3.client();
  await put(client, 'a');
  for (const { Owner, Grants } of [
    await client.send(new GetBucketAclCommand({ Bucket })),
    await client.send(new GetObjectAclCommand({ Bucket, Key: 'a' })),
  ]) {
    assert.match(Owner?.ID ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(Grants, [{ Grantee: { ID: Owner?.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }]);
  }
  const refused = ['AccessControlListNotSupported', 'The bucket does not allow ACLs'];
  assert.deepEqual(await failureOf(client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))), refused);
  assert.deepEqual(await failureOf(client.send(new PutObjectAclCommand({ Bucket, Key: 'a', ACL: 'public-read' }))), refused);
  assert.deepEqual(await failureOf(client.send(new PutBucketAclCommand({ Bucket: 'other', ACL: 'private' }))), [
    'NotImplemented',
    'The operation PutBucketAcl is not served here',
  ]);
  assert.equal((await failureOf(client.send(new GetObjectAclCommand({ Bucket, Key: 'none' }))))[0], 'NoSuchKey');
});

test('the settings that the CDK emits for publicReadAccess with BLOCK_ACLS_ONLY let everybody read and nobody list (S3W-023)', async () => {
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: true,
    BlockPublicPolicy: false,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: false,
  };
  const Statement = [{ Action: 's3:GetObject', Effect: 'Allow', Principal: { AWS: '*' }, Resource: 'arn:aws:s3:::things/*' }];
  await using s3 = await startS3({
    Things: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things', PublicAccessBlockConfiguration } },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Things' }, PolicyDocument: { Version: '2012-10-17', Statement } },
    },
  });
  await put(s3.client(), 'a');
  const answer = await s3.fetch('/things/a');
  assert.deepEqual([answer.status, await answer.text()], [200, 'hello']);
  assert.equal((await s3.fetch('/things?list-type=2')).status, 403);
});
