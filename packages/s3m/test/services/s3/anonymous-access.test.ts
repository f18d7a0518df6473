import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowsAnonymous, isPublicPolicy, unknownConditions } from '../../../src/services/s3/anonymous-access.ts';
import { MalformedPolicy, parseBucketPolicy } from '../../../src/services/s3/bucket-policy-document.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { requestKeys } from '../../../src/services/s3/api/request-keys.ts';
import { callerKeys } from '../../../src/services/caller-keys.ts';
import { compileBucketPolicy } from '../../../src/services/s3/compile-bucket-policy.ts';
import { isKnownKey, websiteKeys } from '../../../src/services/s3/condition-keys.ts';
import { fakeAccount } from '../fake-account.ts';
import { nothingBlocked } from '../../../src/services/s3/public-access-block.ts';
import { publicRead } from './public-bucket.ts';

const open = nothingBlocked;

function reads(statements: readonly Properties[], key = 'a', publicAccessBlock = open, request: object = {}): boolean {
  const { statements: policy, document } = compileBucketPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  const bucket = { policy, accessPolicy: document, publicAccessBlock };
  return allowsAnonymous(
    bucket,
    's3:GetObject',
    `arn:aws:s3:::site/${key}`,
    websiteKeys({ now: 0, ...request }, { tags: { class: 'open' } }),
  );
}

test('Everybody reads what a statement for * allows, however it is written', () => {
  assert.ok(reads([publicRead]));
  assert.ok(reads([{ ...publicRead, Principal: '*' }]));
  assert.ok(reads([{ ...publicRead, Principal: { AWS: ['arn:aws:iam::123456789012:root', '*'] }, Action: ['S3:getobject*'] }]));
  assert.ok(reads([{ Effect: 'Allow', Principal: '*', NotAction: 's3:PutObject', NotResource: 'arn:aws:s3:::site/private/*' }]));
  assert.ok(
    !reads([{ Effect: 'Allow', Principal: '*', NotAction: 's3:PutObject', NotResource: 'arn:aws:s3:::site/private/*' }], 'private/a'),
  );
});

test('Nobody reads what is allowed to others, another action or another resource', () => {
  assert.ok(!reads([{ ...publicRead, Principal: { AWS: 'arn:aws:iam::123456789012:role/x' } }]));
  assert.ok(!reads([{ ...publicRead, Principal: { Service: 'cloudfront.amazonaws.com' } }]));
  assert.ok(!reads([{ ...publicRead, Action: 's3:PutObject' }]));
  assert.ok(!reads([{ ...publicRead, Resource: 'arn:aws:s3:::site/other/*' }]));
});

test('An explicit Deny wins, also one that asks for TLS, which the website endpoint has not (S3W-001)', () => {
  assert.ok(!reads([publicRead, { ...publicRead, Effect: 'Deny', Resource: 'arn:aws:s3:::site/a' }]));
  const tlsOnly = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: 'arn:aws:s3:::site/*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  assert.ok(!reads([publicRead, tlsOnly]));
});

test('A condition that is not understood never allows and always denies, and is reported (IAM-023)', () => {
  const office = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
  assert.ok(!reads([{ ...publicRead, Condition: office }]));
  assert.ok(!reads([publicRead, { ...publicRead, Effect: 'Deny', Condition: office }]));
  const unknown = (Condition: Properties): string[] =>
    unknownConditions(parseBucketPolicy({ Statement: [{ ...publicRead, Condition }] })).map(({ operator, key }) => `${operator} ${key}`);
  assert.deepEqual(unknown(office), ['IpAddress aws:sourceip']);
  assert.deepEqual(unknown({ StringLikes: { 'aws:Referer': 'x' }, 'ForAnyValue:StringEquals': { 's3:prefix': 'x' } }), [
    'StringLikes aws:referer',
  ]);
});

test('Conditions on Referer, tags, time and callers are evaluated (IAM-017, IAM-018)', () => {
  const when = (Condition: object, request: object = {}): boolean =>
    reads([{ ...publicRead, Condition } as Properties], 'a', open, request);
  assert.ok(when({ StringLike: { 'aws:Referer': 'http://x/*' } }, { referer: 'http://x/page' }));
  assert.ok(!when({ StringLike: { 'aws:Referer': 'http://x/*' } }, { referer: 'http://y/page' }));
  assert.ok(!when({ StringLike: { 'aws:Referer': 'http://x/*' } }));
  assert.ok(when({ StringEquals: { 's3:ExistingObjectTag/class': 'open' } }));
  assert.ok(!when({ StringEquals: { 's3:ExistingObjectTag/class': 'closed' } }));
  assert.ok(when({ DateLessThan: { 'aws:CurrentTime': '2000-01-01T00:00:00Z' } }));
  assert.ok(!when({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }));
  assert.ok(when({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }));
});

test('Every key that counts as known is known of each request of the API (IAM-023)', async () => {
  await using account = await fakeAccount();
  const call = { account, signer: { kind: 'anonymous' }, headers: {}, query: new Map<string, string>() } as const;
  const caller = { arn: 'arn:aws:iam::000000000000:user/me', accountId: '000000000000', userId: 'AIDA', userName: 'me' };
  const keys = callerKeys(account, caller, requestKeys(call));
  const names = [
    'aws:Referer',
    'aws:CurrentTime',
    'aws:PrincipalOrgID',
    'aws:SourceArn',
    's3:prefix',
    's3:authType',
    's3:x-amz-acl',
    's3:if-none-match',
  ];
  for (const name of [...names, 's3:RequestObjectTagKeys', 's3:ExistingObjectTag/a', 'aws:MultiFactorAuthAge', 's3:ResourceAccount']) {
    assert.ok(isKnownKey(name.toLowerCase()), name);
    assert.notEqual(keys(name.toLowerCase()), undefined, name);
  }
  for (const name of ['aws:SourceIp', 'aws:SourceVpce', 's3:nonsense', 'dynamodb:LeadingKeys'])
    assert.ok(!isKnownKey(name.toLowerCase()), name);
});

test('RestrictPublicBuckets keeps strangers out under a public policy (S3W-021)', () => {
  assert.ok(!reads([publicRead], 'a', { ...open, restrictPublicBuckets: true }));
});

test('A policy bound to fixed callers is not public (S3W-022)', () => {
  const isPublic = (statement: Properties): boolean => isPublicPolicy(parseBucketPolicy({ Statement: [statement] }));
  assert.ok(isPublic(publicRead));
  assert.ok(isPublic({ ...publicRead, Condition: { StringLike: { 'aws:Referer': 'x' } } }));
  assert.ok(!isPublic({ ...publicRead, Condition: { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::1:distribution/E' } } }));
  assert.ok(isPublic({ ...publicRead, Condition: { StringLike: { 'AWS:SourceArn': 'arn:aws:cloudfront::*' } } }));
  assert.ok(!isPublic({ ...publicRead, Condition: { IpAddress: { 'aws:SourceIp': '10.1.0.0/16' } } }));
  assert.ok(isPublic({ ...publicRead, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }));
  assert.ok(!isPublic({ ...publicRead, Principal: { Service: 'cloudfront.amazonaws.com' } }));
});

test('A malformed policy is refused with what is missing', () => {
  for (const name of ['Effect', 'Principal', 'Action', 'Resource']) {
    const { [name]: _, ...rest } = publicRead;
    assert.throws(() => parseBucketPolicy({ Statement: rest }), new MalformedPolicy(`Missing required field ${name}`));
  }
});
