import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  CopyObjectCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { nothingBlocked, roleWith, startS3 } from './running-s3.ts';

const Bucket = 'things';
const arn = 'arn:aws:s3:::things';
const user = 'User: arn:aws:sts::000000000000:assumed-role';

function bucketWith(...Statement: readonly object[]): Readonly<Record<string, object>> {
  return {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket, PublicAccessBlockConfiguration: nothingBlocked } },
    ...(Statement.length === 0
      ? {}
      : {
          Policy: {
            Type: 'AWS::S3::BucketPolicy',
            Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Version: '2012-10-17', Statement } },
          },
        }),
  };
}

function allow(Action: string | readonly string[], Resource: string, more: object = {}): object {
  return { Effect: 'Allow', Action, Resource, ...more };
}

const get = (client: S3Client, Key = 'k'): Promise<unknown> => client.send(new GetObjectCommand({ Bucket, Key }));
const put = (client: S3Client, Key = 'k', more: object = {}): Promise<unknown> =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));

function denied(role: string, action: string, resource: string): object {
  return {
    name: 'AccessDenied',
    message: `${user}/${role}/me is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action`,
  };
}

suite('what a role may do with a bucket', () => {
  test('is what its policies allow; the rest is denied with the ARN between quotation marks (IAM-037)', async () => {
    await using s3 = await startS3({
      ...bucketWith(),
      Reader: roleWith('reader', allow('s3:GetObject', `${arn}/*`), allow('s3:ListBucket', arn)),
    });
    await put(s3.client());
    const reader = s3.as('reader');
    await get(reader);
    await assert.rejects(put(reader), denied('reader', 's3:PutObject', `${arn}/k`));
    await assert.rejects(get(reader, 'none'), { name: 'NoSuchKey' });
    await assert.rejects(reader.send(new ListBucketsCommand()), {
      name: 'AccessDenied',
      message: `${user}/reader/me is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action`,
    });
    await assert.rejects(reader.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/k` })), {
      name: 'AccessDenied',
    });
    const { Errors } = await reader.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k' }] } }));
    assert.deepEqual([Errors?.[0]?.Key, Errors?.[0]?.Code], ['k', 'AccessDenied']);
    await get(reader);
  });

  test('needs leave for the source of a copy as well', async () => {
    await using s3 = await startS3({ ...bucketWith(), Writer: roleWith('writer', allow('s3:PutObject', `${arn}/*`)) });
    await put(s3.client());
    const copy = s3.as('writer').send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/k` }));
    await assert.rejects(copy, denied('writer', 's3:GetObject', `${arn}/k`));
  });

  test('does not tell whether a key exists where the bucket may not be listed (S3W-011, IAM-038)', async () => {
    await using s3 = await startS3({ ...bucketWith(), Reader: roleWith('reader', allow('s3:GetObject', `${arn}/*`)) });
    await assert.rejects(get(s3.as('reader'), 'none'), denied('reader', 's3:ListBucket', arn));
  });

  test('may come from the policy of the bucket, and a Deny there wins (IAM-001, IAM-002)', async () => {
    const named = { Principal: { AWS: 'arn:aws:iam::000000000000:role/reader' } };
    await using s3 = await startS3({
      ...bucketWith(allow('s3:GetObject', `${arn}/*`, named), {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: `${arn}/secret/*`,
      }),
      Reader: roleWith('reader'),
    });
    await put(s3.client());
    await get(s3.as('reader'));
    await assert.rejects(get(s3.client(), 'secret/k'), {
      name: 'AccessDenied',
      message: `User: arn:aws:iam::000000000000:user/developer is not authorized to perform: s3:GetObject on resource: "${arn}/secret/k" with an explicit deny in a resource-based policy`,
    });
  });

  test('follows conditions on prefix, tags, signature and transport (IAM-017)', async () => {
    const list = allow('s3:ListBucket', arn, { Condition: { StringLike: { 's3:prefix': ['home/*', ''] } } });
    const tagged = allow('s3:GetObject', `${arn}/*`, { Condition: { StringEquals: { 's3:ExistingObjectTag/class': 'open' } } });
    await using s3 = await startS3({
      ...bucketWith({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      Reader: roleWith('reader', list, tagged),
    });
    await put(s3.client(), 'open', { Tagging: 'class=open' });
    await put(s3.client(), 'closed');
    const reader = s3.as('reader');
    await get(reader, 'open');
    await assert.rejects(get(reader, 'closed'), denied('reader', 's3:GetObject', `${arn}/closed`));
    await reader.send(new ListObjectsV2Command({ Bucket, Prefix: 'home/me' }));
    await assert.rejects(reader.send(new ListObjectsV2Command({ Bucket, Prefix: 'other' })), denied('reader', 's3:ListBucket', arn));
  });

  test('is only told of with --iam audit', async () => {
    await using s3 = await startS3({ ...bucketWith(), Reader: roleWith('reader') }, 'audit');
    await put(s3.as('reader'));
    assert.ok(
      s3.notices.some((notice) => notice.startsWith(`Would be denied: ${user}/reader/me is not authorized to perform: s3:PutObject`)),
    );
  });
});

suite('somebody without credentials', () => {
  const everybody = { Principal: '*' };

  test('reads what the policy gives to everybody and nothing else, and hears no more than Access Denied (IAM-006, IAM-037)', async () => {
    await using s3 = await startS3(bucketWith(allow('s3:GetObject', `${arn}/open/*`, everybody)));
    await put(s3.client(), 'open/k');
    assert.equal(await (await s3.fetch('/things/open/k')).text(), 'x');
    const refused = await s3.fetch('/things/k');
    assert.equal(refused.status, 403);
    assert.match(
      await refused.text(),
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>AccessDenied<\/Code><Message>Access Denied<\/Message><RequestId>[0-9A-Z]{16}<\/RequestId><HostId>[^<]{76}<\/HostId><\/Error>$/,
    );
    assert.equal((await s3.fetch('/things/open/none')).status, 403);
    assert.equal((await s3.fetch('/things/open/k', { method: 'PUT', body: 'y' })).status, 403);
    assert.equal((await s3.fetch('/things/open/k', { method: 'DELETE' })).status, 403);
    assert.equal((await s3.fetch('/things')).status, 403);
    const missing = await s3.fetch('/no-such-bucket/k');
    assert.deepEqual([missing.status, /<Code>(\w+)</.exec(await missing.text())?.[1]], [404, 'NoSuchBucket']);
    const overridden = await s3.fetch('/things/open/k?response-content-type=text%2Fhtml');
    assert.equal(overridden.status, 400);
  });

  test('is kept out of a public bucket that restricts public access (S3W-021)', async () => {
    await using s3 = await startS3(bucketWith(allow('s3:GetObject', `${arn}/*`, everybody)));
    const client = s3.client();
    await put(client);
    assert.equal((await s3.fetch('/things/k')).status, 200);
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } }));
    assert.equal((await s3.fetch('/things/k')).status, 403);
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
    assert.equal((await s3.fetch('/things/k')).status, 200);
    await client.send(new DeleteBucketPolicyCommand({ Bucket }));
    assert.equal((await s3.fetch('/things/k')).status, 403);
  });
});

suite('the policy of a bucket', () => {
  const open = JSON.stringify({ Version: '2012-10-17', Statement: [allow('s3:GetObject', `${arn}/*`, { Principal: '*' })] });

  test('comes back letter by letter, and counts from then on', async () => {
    await using s3 = await startS3(bucketWith());
    const client = s3.client();
    await assert.rejects(client.send(new GetBucketPolicyCommand({ Bucket })), {
      name: 'NoSuchBucketPolicy',
      message: 'The bucket policy does not exist',
    });
    await put(client);
    const text = open.replace('"Version"', '  "Version"');
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: text }));
    assert.equal((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy, text);
    assert.equal((await client.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic, true);
    assert.equal((await s3.fetch('/things/k')).status, 200);
  });

  test('that is public is refused while the bucket blocks that (S3W-020)', async () => {
    await using s3 = await startS3({ Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket } } });
    await assert.rejects(s3.client().send(new PutBucketPolicyCommand({ Bucket, Policy: open })), {
      name: 'AccessDenied',
      message: `User: arn:aws:iam::000000000000:user/developer is not authorized to perform: s3:PutBucketPolicy on resource: "${arn}" because public policies are blocked by the BlockPublicPolicy block public access setting.`,
    });
  });

  test('that is none is malformed, in the words of S3', async () => {
    await using s3 = await startS3(bucketWith());
    const client = s3.client();
    for (const [policy, message] of [
      ['nonsense', "Policies must be valid JSON and the first byte must be '{'"],
      [open.replace(arn, 'arn:aws:s3:::other'), 'Policy has invalid resource'],
      [open.replace('"Effect":"Allow",', ''), 'Missing required field Effect'],
    ] as const)
      await assert.rejects(client.send(new PutBucketPolicyCommand({ Bucket, Policy: policy })), { name: 'MalformedPolicy', message });
  });
});

suite('a presigned request', () => {
  test('is what its signer may do, as long as it says, and for nothing else', async () => {
    await using s3 = await startS3({ ...bucketWith(), Reader: roleWith('reader', allow('s3:GetObject', `${arn}/*`)) });
    const client = s3.client();
    const putUrl = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'a b' }), { expiresIn: 60 });
    assert.equal((await fetch(putUrl, { method: 'PUT', body: 'text' })).status, 200);
    const getUrl = await getSignedUrl(s3.as('reader'), new GetObjectCommand({ Bucket, Key: 'a b', ResponseContentType: 'text/x' }));
    const got = await fetch(getUrl);
    assert.deepEqual([got.status, got.headers.get('content-type'), await got.text()], [200, 'text/x', 'text']);
    assert.equal((await fetch(getUrl.replace('a%20b', 'a%20c'))).status, 403);
    assert.equal((await fetch(getUrl, { method: 'PUT', body: 'y' })).status, 403);
    const refused = await getSignedUrl(s3.as('reader'), new PutObjectCommand({ Bucket, Key: 'k' }));
    assert.match(
      await (await fetch(refused, { method: 'PUT', body: 'y' })).text(),
      /is not authorized to perform: s3:PutObject on resource: &quot;/,
    );
  });

  test('that has expired, or is for more than a week, is refused in the words of S3', async () => {
    await using s3 = await startS3(bucketWith());
    const client = s3.client();
    const command = new GetObjectCommand({ Bucket, Key: 'k' });
    const expired = await getSignedUrl(client, command, { expiresIn: 60, signingDate: new Date(Date.now() - 120_000) });
    const answer = await fetch(expired);
    assert.equal(answer.status, 403);
    assert.match(
      await answer.text(),
      /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message><X-Amz-Expires>60<\/X-Amz-Expires><Expires>[-0-9T:]+Z<\/Expires><ServerTime>[-0-9T:]+Z<\/ServerTime>/,
    );
    const week = (await getSignedUrl(client, command, { expiresIn: 60 })).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801');
    assert.match(
      await (await fetch(week)).text(),
      /<Code>AuthorizationQueryParametersError<\/Code><Message>X-Amz-Expires must be less than a week/,
    );
    const bare = (await getSignedUrl(client, command)).replace(/&X-Amz-Date=[^&]+/, '');
    assert.match(await (await fetch(bare)).text(), /requires the X-Amz-Algorithm, X-Amz-Credential,/);
  });
});
