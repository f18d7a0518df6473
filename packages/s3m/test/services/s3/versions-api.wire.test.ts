import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type BucketVersioningStatus,
  type S3Client,
} from '@aws-sdk/client-s3';
import { roleWith, startS3, type RunningS3 } from './running-s3.ts';

const Bucket = 'things';
const versioned = { Status: 'Enabled' };
const template = {
  Things: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket, VersioningConfiguration: versioned } },
  Plain: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'plain' } },
  Reader: roleWith('reader', {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:ListBucket'],
    Resource: ['arn:aws:s3:::things', 'arn:aws:s3:::things/*'],
  }),
  Historian: roleWith('historian', {
    Effect: 'Allow',
    Action: ['s3:GetObjectVersion', 's3:ListBucketVersions', 's3:DeleteObject'],
    Resource: ['arn:aws:s3:::things', 'arn:aws:s3:::things/*'],
  }),
};
/** Well formed, but never an id of anything (as in LocalStack's captures of AWS). */
const foreign = 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD';

async function put(client: S3Client, Key: string, Body: string, more: object = {}): Promise<string | undefined> {
  return (await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))).VersionId;
}

async function read(client: S3Client, Key: string, VersionId?: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) }));
  return Body?.transformToString();
}

async function setVersioning(client: S3Client, Status: BucketVersioningStatus, name = Bucket): Promise<void> {
  await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status } }));
}

/** Each version as `key=id`, of a delete marker `key!id`, the latest of a key with a star. */
async function list(client: S3Client, more: object = {}): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [], CommonPrefixes = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, ...more }));
  const line =
    (sign: string) =>
    (entry: { Key?: string | undefined; VersionId?: string | undefined; IsLatest?: boolean | undefined }): string =>
      `${entry.Key}${sign}${entry.VersionId}${entry.IsLatest === true ? '*' : ''}`;
  return [...Versions.map(line('=')), ...DeleteMarkers.map(line('!')), ...CommonPrefixes.map(({ Prefix }) => `${Prefix}`)];
}

suite('a bucket with versions', () => {
  test('keeps what a put replaces, and answers each version by its id', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    assert.equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, 'Enabled');
    const first = await put(client, 'k', 'one', { Metadata: { a: '1' } });
    const second = await put(client, 'k', 'two');
    assert.match(first ?? '', /^[\w.]{32}$/);
    assert.notEqual(first, second);
    assert.equal(await read(client, 'k'), 'two');
    assert.equal(await read(client, 'k', first), 'one');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k', VersionId: first }));
    assert.deepEqual([head.VersionId, head.Metadata, head.ContentLength], [first, { a: '1' }, 3]);
    assert.equal((await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).VersionId, second);
    assert.deepEqual(await list(client), [`k=${second}*`, `k=${first}`]);
    assert.deepEqual(
      (await client.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key, Size }) => [Key, Size]),
      [['k', 3]],
    );
  });

  test('leaves a marker where an object is deleted; without the marker the object is there again', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const id = await put(client, 'k', 'one');
    const gone = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    assert.equal(gone.DeleteMarker, true);
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: 'k' })), {
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
    });
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: gone.VersionId })), {
      name: 'MethodNotAllowed',
      message: 'The specified method is not allowed against this resource.',
      Method: 'GET',
      ResourceType: 'DeleteMarker',
    });
    assert.equal(await read(client, 'k', id), 'one');
    assert.deepEqual(await list(client), [`k=${id}`, `k!${gone.VersionId}*`]);
    assert.equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
    const again = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    assert.deepEqual(await list(client), [`k=${id}`, `k!${again.VersionId}*`, `k!${gone.VersionId}`]);
    for (const VersionId of [again.VersionId, gone.VersionId]) {
      const removed = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
      assert.deepEqual([removed.DeleteMarker, removed.VersionId], [true, VersionId]);
    }
    assert.equal(await read(client, 'k'), 'one');
    const removed = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: id }));
    assert.deepEqual([removed.DeleteMarker, removed.VersionId], [undefined, id]);
    assert.deepEqual(await list(client), []);
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: id })), {
      name: 'NoSuchVersion',
      VersionId: id,
      Key: 'k',
    });
  });

  test('tells a marker in the headers of the 404 and of the 405', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const { VersionId } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'never' }));
    const seen: { statusCode: number; headers: Record<string, string> }[] = [];
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        seen.push(result.response as (typeof seen)[number]);
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    await assert.rejects(client.send(new HeadObjectCommand({ Bucket, Key: 'never' })), { name: 'NotFound' });
    await assert.rejects(client.send(new HeadObjectCommand({ Bucket, Key: 'never', VersionId })));
    assert.deepEqual(
      seen.map(({ statusCode, headers }) => [statusCode, headers['x-amz-delete-marker'], headers['x-amz-version-id'], headers['allow']]),
      [
        [404, 'true', VersionId, undefined],
        [405, 'true', VersionId, 'DELETE'],
      ],
    );
  });

  test('removes the latest version for good: the one before it is the object again', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const ids = [await put(client, 'k', 'one'), await put(client, 'k', 'two'), await put(client, 'k', 'three')];
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: ids[2] }));
    assert.equal(await read(client, 'k'), 'two');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: ids[0] }));
    assert.deepEqual(await list(client), [`k=${ids[1]}*`]);
  });

  test('refuses an id that can never have been one, and only misses it in DeleteObjects', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    await put(client, 'k', 'one');
    const invalid = { name: 'InvalidArgument', message: 'Invalid version id specified', ArgumentName: 'versionId', ArgumentValue: foreign };
    for (const name of [Bucket, 'plain']) {
      await assert.rejects(client.send(new GetObjectCommand({ Bucket: name, Key: 'k', VersionId: foreign })), invalid);
      await assert.rejects(client.send(new DeleteObjectCommand({ Bucket: name, Key: 'k', VersionId: foreign })), invalid);
    }
    const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k', VersionId: foreign }] } }));
    assert.deepEqual(Errors, [{ Code: 'NoSuchVersion', Key: 'k', Message: 'The specified version does not exist.', VersionId: foreign }]);
  });

  test('deletes many at once, with markers or for good', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const id = await put(client, 'k', 'one');
    const marked = (await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k' }, { Key: 'never' }] } })))
      .Deleted!;
    assert.deepEqual(
      marked.map(({ Key, DeleteMarker, VersionId }) => [Key, DeleteMarker, VersionId]),
      [
        ['k', true, undefined],
        ['never', true, undefined],
      ],
    );
    const [marker] = marked.map(({ DeleteMarkerVersionId }) => DeleteMarkerVersionId);
    const { Deleted } = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: {
          Objects: [
            { Key: 'k', VersionId: marker },
            { Key: 'k', VersionId: id },
          ],
        },
      }),
    );
    assert.deepEqual(Deleted, [
      { Key: 'k', VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker },
      { Key: 'k', VersionId: id },
    ]);
    assert.deepEqual(await list(client), [`never!${marked[1]?.DeleteMarkerVersionId}*`]);
  });

  test('goes only when no version and no marker is left', async () => {
    await using s3 = await startS3({ Plain: template.Plain });
    const client = s3.client();
    await setVersioning(client, 'Enabled', 'plain');
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'k', Body: 'one' }));
    const marker = await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'k' }));
    const refusal = {
      name: 'BucketNotEmpty',
      message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    };
    await assert.rejects(client.send(new DeleteBucketCommand({ Bucket: 'plain' })), refusal);
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'k', VersionId }));
    await assert.rejects(client.send(new DeleteBucketCommand({ Bucket: 'plain' })), refusal);
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'k', VersionId: marker.VersionId }));
    await client.send(new DeleteBucketCommand({ Bucket: 'plain' }));
  });

  test('copies, tags and describes one version, and gives what is uploaded in parts an id', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const first = await put(client, 'k', 'one');
    const second = await put(client, 'k', 'two');
    const copy = await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k?versionId=${first}` }));
    assert.equal(copy.CopySourceVersionId, first);
    assert.equal(await read(client, 'copy', copy.VersionId), 'one');
    const back = await client.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/k?versionId=${first}` }));
    assert.equal(await read(client, 'k'), 'one');
    assert.deepEqual(
      (await list(client, { Prefix: 'k' })).map((line) => line.slice(2)),
      [`${back.VersionId}*`, second, first],
    );

    const TagSet = [{ Key: 'a', Value: 'b' }];
    const tagged = await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', VersionId: second, Tagging: { TagSet } }));
    assert.equal(tagged.VersionId, second);
    assert.deepEqual((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'k', VersionId: second }))).TagSet, TagSet);
    assert.deepEqual((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet, []);
    const about = await client.send(
      new GetObjectAttributesCommand({ Bucket, Key: 'k', VersionId: second, ObjectAttributes: ['ObjectSize'] }),
    );
    assert.deepEqual([about.VersionId, about.ObjectSize], [second, 3]);

    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const part = await client.send(new UploadPartCommand({ Bucket, Key: 'k', UploadId, PartNumber: 1, Body: 'parts' }));
    const whole = await client.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key: 'k',
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }] },
      }),
    );
    assert.equal(await read(client, 'k', whole.VersionId), 'parts');
    assert.equal(await read(client, 'k', second), 'two');
  });

  test('is listed in pages, each going on where the one before ended, and with folders', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    for (const key of ['a', 'b/1', 'b/2', 'c']) {
      await put(client, key, 'one');
      await put(client, key, 'two');
    }
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const all = new Set([...Versions, ...DeleteMarkers].map(({ VersionId }) => VersionId));
    const seen: (string | undefined)[] = [];
    let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...from }));
      const ids = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ VersionId }) => VersionId);
      assert.ok(ids.length <= 2);
      seen.push(...ids);
      if (page.IsTruncated !== true) break;
      from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    assert.deepEqual(new Set(seen), all);
    assert.deepEqual([seen.length, all.size], [9, 9]);
    const folders = await list(client, { Delimiter: '/' });
    assert.deepEqual(
      folders.map((line) => line.replace(/[=!].*?(\*?)$/, '$1')),
      ['a', 'a', 'c*', 'c', 'a*', 'b/'],
    );
    const beyond = await client.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/', MaxKeys: 4 }));
    assert.deepEqual([beyond.NextKeyMarker, beyond.NextVersionIdMarker], ['b/', undefined]);
    assert.deepEqual((await list(client, { Delimiter: '/', KeyMarker: 'b/' })).length, 2);
  });

  test('that are suspended keeps what it has, and one more without an id', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const first = await put(client, 'k', 'one');
    await setVersioning(client, 'Suspended');
    assert.equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, 'Suspended');
    assert.equal(await put(client, 'k', 'two'), undefined);
    assert.equal(await put(client, 'k', 'three'), undefined);
    assert.equal((await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).VersionId, 'null');
    assert.deepEqual(await list(client), ['k=null*', `k=${first}`]);
    const gone = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    assert.deepEqual([gone.DeleteMarker, gone.VersionId], [true, 'null']);
    assert.deepEqual(await list(client), [`k=${first}`, 'k!null*']);
    await put(client, 'k', 'four');
    assert.deepEqual(await list(client), ['k=null*', `k=${first}`]);
    await setVersioning(client, 'Enabled');
    const last = await put(client, 'k', 'five');
    assert.deepEqual(await list(client), [`k=${last}*`, 'k=null', `k=${first}`]);
    assert.equal(await read(client, 'k', 'null'), 'four');
  });

  test('that come later call what was there before null', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const plain = { Bucket: 'plain', Key: 'k' };
    assert.equal((await client.send(new GetBucketVersioningCommand({ Bucket: 'plain' }))).Status, undefined);
    assert.equal((await client.send(new PutObjectCommand({ ...plain, Body: 'old' }))).VersionId, undefined);
    assert.equal((await client.send(new GetObjectCommand({ ...plain, VersionId: 'null' }))).VersionId, undefined);
    await setVersioning(client, 'Enabled', 'plain');
    assert.equal((await client.send(new GetObjectCommand(plain))).VersionId, 'null');
    const { VersionId } = await client.send(new PutObjectCommand({ ...plain, Body: 'new' }));
    assert.deepEqual(await list(client, { Bucket: 'plain' }), [`k=${VersionId}*`, 'k=null']);
    assert.equal(await (await client.send(new GetObjectCommand({ ...plain, VersionId: 'null' }))).Body?.transformToString(), 'old');
  });

  test('refuses what is no status', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const configure = (VersioningConfiguration: object): Promise<unknown> =>
      client.send(new PutBucketVersioningCommand({ Bucket: 'plain', VersioningConfiguration }));
    await assert.rejects(configure({ Status: 'enabled' }), { name: 'MalformedXML' });
    await assert.rejects(configure({}), {
      name: 'IllegalVersioningConfigurationException',
      message: 'The Versioning element must be specified',
    });
    await assert.rejects(configure({ Status: 'Enabled', MFADelete: 'Enabled' }), { name: 'NotImplemented' });
  });

  test('asks for a permission of its own where a version is named', async () => {
    await using s3 = await startS3(template);
    const id = await put(s3.client(), 'k', 'one');
    const [reader, historian] = [s3.as('reader'), s3.as('historian')];
    assert.equal(await read(reader, 'k'), 'one');
    await assert.rejects(read(reader, 'k', id), {
      name: 'AccessDenied',
      message: /is not authorized to perform: s3:GetObjectVersion on resource/,
    });
    await assert.rejects(list(reader), { name: 'AccessDenied', message: /s3:ListBucketVersions/ });
    assert.equal(await read(historian, 'k', id), 'one');
    await assert.rejects(read(historian, 'k'), { name: 'AccessDenied' });
    await assert.rejects(historian.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: id })), {
      name: 'AccessDenied',
      message: /s3:DeleteObjectVersion/,
    });
    await historian.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  });
});

test('what an upload holds is bounded with all versions, and freed with them', async () => {
  await using s3 = await startS3(template);
  const client = s3.client();
  await put(client, 'k', 'x'.repeat(1000));
  const id = await put(client, 'k', 'y');
  const bytes = (running: RunningS3): number =>
    (running.engine.account.directory.find('bucket', Bucket) as unknown as { bytes: number }).bytes;
  assert.equal(bytes(s3), 1001);
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: id }));
  assert.equal(bytes(s3), 1000);
});
