import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketTaggingCommand,
  DeleteBucketWebsiteCommand,
  DeletePublicAccessBlockCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { nothingBlocked, startS3 } from './running-s3.ts';

const Bucket = 'things';
const template = {
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: Bucket,
      Tags: [{ Key: 'team', Value: 'a & b' }],
      CorsConfiguration: { CorsRules: [{ Id: 'one', AllowedOrigins: ['https://a.example'], AllowedMethods: ['GET'], MaxAge: 60 }] },
      WebsiteConfiguration: { IndexDocument: 'index.html', ErrorDocument: 'error.html' },
    },
  },
};

suite('the settings of a bucket', () => {
  test('are those of the template until somebody changes them', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    assert.deepEqual((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, [{ Key: 'team', Value: 'a & b' }]);
    assert.deepEqual((await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules, [
      { ID: 'one', AllowedMethods: ['GET'], AllowedOrigins: ['https://a.example'], MaxAgeSeconds: 60 },
    ]);
    const website = await client.send(new GetBucketWebsiteCommand({ Bucket }));
    assert.deepEqual([website.IndexDocument, website.ErrorDocument], [{ Suffix: 'index.html' }, { Key: 'error.html' }]);
    assert.deepEqual((await client.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    assert.deepEqual((await client.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules, [
      { ObjectOwnership: 'BucketOwnerEnforced' },
    ]);
    assert.deepEqual((await client.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules, [
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    ]);
  });

  test('can be put, and taken away: then S3 says what there is not (S3W-008, S3W-025)', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'x', Value: 'y' }] } }));
    assert.deepEqual((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, [{ Key: 'x', Value: 'y' }]);
    await client.send(new DeleteBucketTaggingCommand({ Bucket }));
    await assert.rejects(client.send(new GetBucketTaggingCommand({ Bucket })), {
      name: 'NoSuchTagSet',
      message: 'The TagSet does not exist',
    });
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: nothingBlocked }));
    assert.deepEqual((await client.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration, nothingBlocked);
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await assert.rejects(client.send(new GetPublicAccessBlockCommand({ Bucket })), { name: 'NoSuchPublicAccessBlockConfiguration' });
    const controls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
    await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: controls }));
    assert.deepEqual((await client.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls, controls);
    await client.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
    await assert.rejects(client.send(new GetBucketOwnershipControlsCommand({ Bucket })), { name: 'OwnershipControlsNotFoundError' });
    await client.send(new DeleteBucketCorsCommand({ Bucket }));
    await assert.rejects(client.send(new GetBucketCorsCommand({ Bucket })), { name: 'NoSuchCORSConfiguration' });
  });

  test('make a website of a bucket that the API made, at a port that is told, and take it away again', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const own = { Bucket: 'made-here' };
    await client.send(new CreateBucketCommand(own));
    await assert.rejects(client.send(new GetBucketWebsiteCommand(own)), {
      name: 'NoSuchWebsiteConfiguration',
      message: 'The specified bucket does not have a website configuration',
    });
    const rule = { Condition: { KeyPrefixEquals: 'old/' }, Redirect: { ReplaceKeyPrefixWith: 'new/', HttpRedirectCode: '302' } };
    const configuration = { IndexDocument: { Suffix: 'index.html' }, RoutingRules: [rule] };
    await client.send(new PutBucketWebsiteCommand({ ...own, WebsiteConfiguration: configuration }));
    const { IndexDocument, RoutingRules } = await client.send(new GetBucketWebsiteCommand(own));
    assert.deepEqual({ IndexDocument, RoutingRules }, configuration);
    const url = /The website of bucket "made-here" answers at (\S+)/.exec(s3.notices.join('\n'))?.[1];
    const moved = await fetch(`${url}/old/a`, { redirect: 'manual' });
    assert.deepEqual([moved.status, moved.headers.get('location')], [302, `${url}/new/a`]);
    await client.send(new DeleteBucketWebsiteCommand(own));
    await assert.rejects(fetch(`${url}/old/a`));
  });

  test('are refused with the texts of S3 when they are wrong (S3W-017)', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const website = (WebsiteConfiguration: object): Promise<unknown> =>
      client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
    await assert.rejects(website({ IndexDocument: { Suffix: 'a/b' } }), {
      name: 'InvalidArgument',
      message: 'The IndexDocument Suffix is not well formed',
    });
    await assert.rejects(website({ IndexDocument: { Suffix: 'a' }, RoutingRules: [{ Condition: {}, Redirect: { HostName: 'x' } }] }), {
      name: 'InvalidRequest',
      message: "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    });
    const cors = (rule: object): Promise<unknown> =>
      client.send(
        new PutBucketCorsCommand({
          Bucket,
          CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], ...rule }] },
        }),
      );
    await assert.rejects(cors({ AllowedMethods: ['PATCH'] }), {
      name: 'InvalidRequest',
      message: 'Found unsupported HTTP method in CORS config. Unsupported method is PATCH',
    });
    await assert.rejects(cors({ AllowedOrigins: ['*.*'] }), {
      name: 'InvalidRequest',
      message: 'AllowedOrigin "*.*" can not have more than one wildcard.',
    });
    await assert.rejects(cors({ AllowedMethods: [] }), { name: 'MalformedXML' });
  });

  test('that are not served are refused by the name of the operation or the header', async () => {
    await using s3 = await startS3(template);
    const client = s3.client();
    const refused = (what: string): object => ({ name: 'NotImplemented', message: `${what} is not served here` });
    await assert.rejects(
      client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
      refused('The operation GetBucketLifecycleConfiguration'),
    );
    const kms = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const } }] };
    await assert.rejects(client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: kms })), {
      name: 'NotImplemented',
    });
    await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms' })), {
      name: 'NotImplemented',
      message: 'A header you provided implies functionality that is not implemented',
      Header: 'x-amz-server-side-encryption',
    });
    await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL: 'public-read' })), {
      name: 'AccessControlListNotSupported',
      message: 'The bucket does not allow ACLs',
    });
  });
});

suite('a page of another origin', () => {
  const preflight = { method: 'OPTIONS', headers: { Origin: 'https://a.example', 'Access-Control-Request-Method': 'GET' } };

  test('is let through by the rules of the bucket, also at its other answers', async () => {
    await using s3 = await startS3(template);
    const allowed = await s3.fetch('/things/k', preflight);
    assert.deepEqual(
      [allowed.status, allowed.headers.get('access-control-allow-origin'), allowed.headers.get('access-control-max-age')],
      [200, 'https://a.example', '60'],
    );
    const other = await s3.fetch('/things/k', { ...preflight, headers: { ...preflight.headers, Origin: 'https://b.example' } });
    assert.deepEqual([other.status, other.headers.get('access-control-allow-origin')], [403, null]);
    assert.match(await other.text(), /<Code>AccessForbidden<\/Code><Message>CORSResponse: This CORS request is not allowed\./);
    const denied = await s3.fetch('/things/k', { headers: { Origin: 'https://a.example' } });
    assert.deepEqual([denied.status, denied.headers.get('access-control-allow-origin')], [403, 'https://a.example']);
    const nowhere = await s3.fetch('/no-such-bucket/k', preflight);
    assert.match(await nowhere.text(), /<Message>CORSResponse: Bucket not found<\/Message>/);
  });

  test('still gets nothing of other services', async () => {
    await using s3 = await startS3(template);
    const answer = await s3.fetch('/', {
      method: 'POST',
      headers: { Origin: 'https://a.example', 'X-Amz-Target': 'DynamoDB_20120810.ListTables' },
    });
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /Pages may not call this endpoint/);
  });
});
