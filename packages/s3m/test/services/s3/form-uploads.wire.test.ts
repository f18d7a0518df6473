import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { GetObjectCommand, GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { nothingBlocked, roleWith, startS3, type RunningS3 } from './running-s3.ts';

const things = { Things: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things' } } };

type Conditions = readonly unknown[];

/** What a server hands to a page: the fields of a form whose policy is signed, as the SDK's presigned posts have them. */
function presign(
  s3: RunningS3,
  fields: Readonly<Record<string, string>>,
  { conditions = [], seconds = 60 }: { readonly conditions?: Conditions; readonly seconds?: number } = {},
): Record<string, string> {
  const { developer, clock } = s3.engine.account;
  const timestamp = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${timestamp.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const all: Record<string, string> = {
    bucket: 'things',
    ...fields,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${developer['AWS_ACCESS_KEY_ID']}/${scope}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Security-Token': developer['AWS_SESSION_TOKEN']!,
  };
  const own = Object.entries(all).filter(
    ([name]) => !conditions.some((condition) => Array.isArray(condition) && condition[1] === `$${name}`),
  );
  const policy = Buffer.from(
    JSON.stringify({
      expiration: new Date(clock.now() + seconds * 1000).toISOString(),
      conditions: [...conditions, ...own.map(([name, value]) => ({ [name]: value }))],
    }),
  ).toString('base64');
  const key = scope
    .split('/')
    .reduce<Buffer>(
      (before, part) => createHmac('sha256', before).update(part).digest(),
      Buffer.from(`AWS4${developer['AWS_SECRET_ACCESS_KEY']}`),
    );
  return { ...all, Policy: policy, 'X-Amz-Signature': createHmac('sha256', key).update(policy).digest('hex') };
}

async function post(
  s3: RunningS3,
  fields: Readonly<Record<string, string>>,
  content: Uint8Array<ArrayBuffer> | string = 'hello',
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([content]), 'folder\\photo "1".png');
  form.append('submit', 'behind the file');
  const answer = await s3.fetch('/things', { method: 'POST', body: form, redirect: 'manual', headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const told = ({ status, text }: { readonly status: number; readonly text: string }): readonly unknown[] => [
  status,
  /<Code>(.*?)<\/Code>/.exec(text)?.[1],
  /<Message>(.*?)<\/Message>/.exec(text)?.[1]?.replaceAll('&quot;', '"'),
];

const read = async (s3: RunningS3, Key: string): Promise<readonly unknown[]> => {
  const { Body, ContentType, Metadata } = await s3.client().send(new GetObjectCommand({ Bucket: 'things', Key }));
  return [await Body?.transformToString(), ContentType, Metadata];
};

suite('an upload from a form', () => {
  test('with a signed policy puts the file, under its own name if the key says so', async () => {
    await using s3 = await startS3(things);
    const fields = {
      key: 'user/${filename}',
      'Content-Type': 'image/png',
      'x-amz-meta-by': 'ada',
      tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
    };
    const conditions = [
      ['starts-with', '$key', 'user/'],
      ['starts-with', '$Content-Type', 'image/'],
      ['content-length-range', 1, 10],
    ];
    const done = await post(s3, presign(s3, fields, { conditions }), 'hello', { Origin: 'https://page.example' });
    assert.deepEqual([done.status, done.headers.get('etag'), done.text], [204, '"5d41402abc4b2a76b9719d911017c592"', '']);
    assert.deepEqual(await read(s3, 'user/photo "1".png'), ['hello', 'image/png', { by: 'ada' }]);
    const { TagSet } = await s3.client().send(new GetObjectTaggingCommand({ Bucket: 'things', Key: 'user/photo "1".png' }));
    assert.deepEqual(TagSet, [{ Key: 'a', Value: 'b' }]);
  });

  test('of many bytes goes into a file, whole', async () => {
    await using s3 = await startS3(things);
    const large = new Uint8Array(3_000_000).map((_, index) => index * 7);
    assert.equal((await post(s3, presign(s3, { key: 'large' }), large)).status, 204);
    const { Body } = await s3.client().send(new GetObjectCommand({ Bucket: 'things', Key: 'large' }));
    assert.deepEqual(await Body?.transformToByteArray(), large);
    assert.equal(readdirSync(join(s3.directory, '.s3m', 'objects')).length, 1);
  });

  test('is answered as the form wants it', async () => {
    await using s3 = await startS3(things);
    const created = await post(s3, presign(s3, { key: 'a b', success_action_status: '201' }));
    assert.equal(created.status, 201);
    assert.equal(
      created.text,
      `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Location>${s3.url}/things/a%20b</Location><Bucket>things</Bucket><Key>a b</Key><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag></PostResponse>`,
    );
    const sent = await post(s3, presign(s3, { key: 'a', success_action_redirect: 'https://page.example/done?x=1' }));
    assert.deepEqual(
      [sent.status, sent.headers.get('location')],
      [303, 'https://page.example/done?x=1&bucket=things&key=a&etag=%225d41402abc4b2a76b9719d911017c592%22'],
    );
    assert.equal((await post(s3, presign(s3, { key: 'a', success_action_status: '200' }))).status, 200);
    assert.equal((await post(s3, presign(s3, { key: 'a', success_action_status: '299' }))).status, 204);
  });

  test('that its policy does not allow is refused, says which condition, and leaves nothing', async () => {
    await using s3 = await startS3(things);
    const good = presign(s3, { key: 'a' });
    const policy = (why: string): readonly unknown[] => [403, 'AccessDenied', `Invalid according to Policy: ${why}`];
    assert.deepEqual(told(await post(s3, { ...good, key: 'b' })), policy('Policy Condition failed: ["eq", "$key", "a"]'));
    assert.deepEqual(
      told(await post(s3, presign(s3, { key: 'a' }, { conditions: [['starts-with', '$key', 'user/']] }))),
      policy('Policy Condition failed: ["starts-with", "$key", "user/"]'),
    );
    assert.deepEqual(told(await post(s3, { 'x-amz-meta-more': 'x', ...good })), policy('Extra input fields: x-amz-meta-more'));
    assert.deepEqual(told(await post(s3, presign(s3, { key: 'a' }, { seconds: -1 }))), policy('Policy expired.'));
    const sized = (min: number, max: number): Record<string, string> =>
      presign(s3, { key: 'a' }, { conditions: [['content-length-range', min, max]] });
    assert.deepEqual(told(await post(s3, sized(0, 4))).slice(0, 2), [400, 'EntityTooLarge']);
    assert.deepEqual(told(await post(s3, sized(6, 9))).slice(0, 2), [400, 'EntityTooSmall']);
    assert.deepEqual(told(await post(s3, sized(0, 2_000_000), new Uint8Array(3_000_000))).slice(0, 2), [400, 'EntityTooLarge']);
    await assert.rejects(read(s3, 'a'), { name: 'NoSuchKey' });
    const folder = join(s3.directory, '.s3m', 'objects');
    assert.deepEqual(existsSync(folder) ? readdirSync(folder) : [], []);
  });

  test('whose signature, key or policy is wrong is refused', async () => {
    await using s3 = await startS3(things);
    const good = presign(s3, { key: 'a' });
    const wrong = async (change: Readonly<Record<string, string>>): Promise<readonly unknown[]> =>
      told(await post(s3, { ...good, ...change })).slice(0, 2);
    assert.deepEqual(await wrong({ 'X-Amz-Signature': '0'.repeat(64) }), [403, 'SignatureDoesNotMatch']);
    assert.deepEqual(await wrong({ Policy: Buffer.from('{}').toString('base64') }), [403, 'SignatureDoesNotMatch']);
    assert.deepEqual(await wrong({ 'X-Amz-Security-Token': 'other' }), [400, 'InvalidToken']);
    assert.deepEqual(await wrong({ 'X-Amz-Credential': good['X-Amz-Credential']!.replace(/^\w+/, 'AKIANOBODY') }), [
      403,
      'InvalidAccessKeyId',
    ]);
    const { 'X-Amz-Date': _, ...undated } = good;
    assert.deepEqual(told(await post(s3, undated)).slice(0, 2), [400, 'InvalidArgument']);
    const { key: __, ...unnamed } = presign(s3, {}, {});
    assert.match(String(told(await post(s3, unnamed))[2]), /^Bucket POST must contain a field named 'key'/);
    assert.deepEqual(told(await post(s3, { ...good, 'x-ignore-me': 'x'.repeat(21_000) })).slice(0, 2), [
      400,
      'MaxPostPreDataLengthExceeded',
    ]);
  });

  test('that is no form is malformed', async () => {
    await using s3 = await startS3(things);
    const send = async (body: string, type = 'multipart/form-data; boundary=b'): Promise<unknown> => {
      const answer = await s3.fetch('/things', { method: 'POST', body, headers: { 'Content-Type': type } });
      return told({ status: answer.status, text: await answer.text() })[1];
    };
    const field = '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n';
    const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nhello';
    assert.equal(await send(`${field}${file}`), 'AccessDenied');
    assert.equal(await send(`${field}--b--\r\n`), 'IncorrectNumberOfFilesInPostRequest');
    for (const body of ['', 'no form', field, '--b\r\nname="key"\r\n\r\na\r\n--b--', '--b--'])
      assert.equal(await send(body), 'MalformedPOSTRequest', JSON.stringify(body));
    assert.equal(await send(`${field}${file}\r\n--b--`, 'multipart/form-data; charset=utf-8'), 'MalformedPOSTRequest');
  });

  test('of somebody without credentials needs a bucket that lets everybody put; a role needs leave for the object', async () => {
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::things/open/*' }];
    await using s3 = await startS3({
      Things: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things', PublicAccessBlockConfiguration: nothingBlocked } },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: 'Things' }, PolicyDocument: { Version: '2012-10-17', Statement } },
      },
      Role: roleWith('reader', { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }),
    });
    assert.equal((await post(s3, { key: 'open/a' })).status, 204);
    assert.deepEqual(told(await post(s3, { key: 'closed' })), [403, 'AccessDenied', 'Access Denied']);
  });
});
