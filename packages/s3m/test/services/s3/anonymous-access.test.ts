import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowsAnonymous, isPublicPolicy, unknownConditions } from '../../../src/services/s3/anonymous-access.ts';
import { MalformedPolicy, parseBucketPolicy } from '../../../src/services/s3/bucket-policy-document.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { nothingBlocked } from '../../../src/services/s3/public-access-block.ts';
import { publicRead } from './public-bucket.ts';

const open = nothingBlocked;

function reads(statements: readonly Properties[], key = 'a', publicAccessBlock = open): boolean {
  return allowsAnonymous(
    { policy: parseBucketPolicy({ Statement: statements }), publicAccessBlock },
    's3:GetObject',
    `arn:aws:s3:::site/${key}`,
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

test('A condition that is not understood never allows and always denies, and is reported', () => {
  const referer = { StringLike: { 'aws:Referer': 'http://x/*' } };
  assert.ok(!reads([{ ...publicRead, Condition: referer }]));
  assert.ok(!reads([publicRead, { ...publicRead, Effect: 'Deny', Condition: referer }]));
  assert.deepEqual(
    unknownConditions(parseBucketPolicy({ Statement: [{ ...publicRead, Condition: referer }] })).map(({ key }) => key),
    ['aws:referer'],
  );
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
