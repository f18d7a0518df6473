import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucket } from '../../../src/services/s3/bucket.ts';
import { bucketPolicy } from '../../../src/services/s3/bucket-policy.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import type { MemoryBucket } from '../../../src/services/s3/memory-bucket.ts';
import { websiteUrl } from '../../../src/services/s3/website-url.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { newObject } from './public-bucket.ts';

const unblocked = { PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false } };
const documentFor = (name: string): Properties => ({
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/*` }],
});

test('A bucket without a name gets one in lower case that stays; GetAtt answers S3 host names, and the URL of the website without a slash at its end (CFN-040, CFN-041, S3W-024)', async () => {
  await using account = await fakeAccount();
  const resource = await bucket.create(createContext(account, bucket, { logicalId: 'Site' }));
  assert.match(resource.ref, /^teststack-site-[a-z0-9]{12}$/);
  assert.deepEqual(resource.attributes, {
    Arn: `arn:aws:s3:::${resource.ref}`,
    DomainName: `${resource.ref}.s3.amazonaws.com`,
    DualStackDomainName: `${resource.ref}.s3.dualstack.us-east-1.amazonaws.com`,
    RegionalDomainName: `${resource.ref}.s3.us-east-1.amazonaws.com`,
    WebsiteURL: `http://${resource.ref}.s3-website-us-east-1.amazonaws.com`,
  });
  assert.deepEqual(
    resource.addresses?.map(({ aws, local }) => [aws.replace(resource.ref, 'NAME'), local.replace(resource.ref, 'NAME')]),
    ['NAME.s3.us-east-1.amazonaws.com', 'NAME.s3.amazonaws.com'].map((host) => [`https://${host}`, 'http://127.0.0.1:4566/NAME']),
  );
});

test('The website host has a dash or a dot before the region (S3W-001)', () => {
  assert.equal(websiteUrl('b', 'eu-west-1', 'amazonaws.com'), 'http://b.s3-website-eu-west-1.amazonaws.com');
  assert.equal(websiteUrl('b', 'eu-central-1', 'amazonaws.com'), 'http://b.s3-website.eu-central-1.amazonaws.com');
});

test('A bucket is found by name until it is deleted, and a second of the same name is refused', async () => {
  await using account = await fakeAccount();
  const context = (logicalId: string) => createContext(account, bucket, { logicalId, properties: { BucketName: 'mine' } });
  const resource = await bucket.create(context('A'));
  assert.equal(account.directory.find('bucket', 'mine')?.name, 'mine');
  await assert.rejects(bucket.create(context('B')), { message: 'mine already exists' });
  await resource.delete();
  assert.equal(account.directory.find('bucket', 'mine'), undefined);
});

test('An update keeps the objects', async () => {
  await using account = await fakeAccount();
  const context = createContext(account, bucket, { logicalId: 'A', properties: { BucketName: 'mine' } });
  const resource = await bucket.create(context);
  await account.directory.find('bucket', 'mine')!.put(newObject(['k', 'v']));
  await resource.update!(createContext(account, bucket, { logicalId: 'A', properties: { BucketName: 'mine', Tags: [] } }));
  assert.deepEqual(account.directory.find('bucket', 'mine')?.keys(), ['k']);
});

test('Versions are kept as the template says, and suspended when it says so no more', async () => {
  await using account = await fakeAccount();
  const context = (properties: Properties) =>
    createContext(account, bucket, { logicalId: 'A', properties: { BucketName: 'mine', ...properties } });
  const resource = await bucket.create(context({ VersioningConfiguration: { Status: 'Enabled' } }));
  const live = account.directory.find('bucket', 'mine') as MemoryBucket;
  await live.put(newObject(['k', 'one']));
  await live.put(newObject(['k', 'two']));
  assert.equal(live.pastVersions('k').length, 1);
  await resource.update!(context({}));
  assert.equal(live.settings.versioning, 'Suspended');
  await live.put(newObject(['k', 'three']));
  await live.put(newObject(['k', 'four']));
  assert.equal(live.pastVersions('k').length, 2);
  await resource.update!(context({ VersioningConfiguration: { Status: 'Enabled' } }));
  assert.equal(live.settings.versioning, 'Enabled');
});

test('Properties that S3 would refuse, or that are not simulated, are told at load', () => {
  const messages = (properties: Properties): string[] =>
    (bucket.check?.(properties, {}) ?? []).map(({ kind, message }) => `${kind}: ${message}`);
  assert.deepEqual(messages({ BucketName: 'Not-Lower' }), ['invalid: The specified bucket is not valid.']);
  assert.deepEqual(messages({ BucketName: 'unresolved:Name' }), []);
  assert.deepEqual(messages({ AccessControl: 'PublicRead' }), ['unsupported: AccessControl PublicRead: object ACLs are not simulated']);
  assert.deepEqual(messages({ WebsiteConfiguration: { IndexDocument: 'a/b' } }), ['invalid: The IndexDocument Suffix is not well formed']); // S3W-017
  assert.deepEqual(messages({ WebsiteConfiguration: { ErrorDocument: 'e' } }), [
    'invalid: A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
  ]);
});

test('A public policy is refused under the settings of a new bucket (S3W-020)', async () => {
  await using account = await fakeAccount();
  await bucket.create(createContext(account, bucket, { logicalId: 'A', properties: { BucketName: 'new' } }));
  const context = createContext(account, bucketPolicy, {
    logicalId: 'P',
    properties: { Bucket: 'new', PolicyDocument: documentFor('new') },
  });
  await assert.rejects(
    Promise.resolve().then(() => bucketPolicy.create(context)),
    { message: 'API: s3:PutBucketPolicy Access Denied' },
  );
});

test('A policy needs its bucket, belongs to it alone, and is the only one', async () => {
  await using account = await fakeAccount();
  await bucket.create(createContext(account, bucket, { logicalId: 'A', properties: { BucketName: 'mine', ...unblocked } }));
  const put = async (name: string, document: Properties) =>
    bucketPolicy.create(createContext(account, bucketPolicy, { logicalId: 'P', properties: { Bucket: name, PolicyDocument: document } }));
  await assert.rejects(put('gone', documentFor('gone')), { message: 'The specified bucket does not exist' });
  await assert.rejects(put('mine', documentFor('other')), { message: 'Policy has invalid resource' });
  const policy = await put('mine', documentFor('mine'));
  assert.equal(policy.ref, 'mine');
  await assert.rejects(put('mine', documentFor('mine')), { message: 'The bucket policy already exists on bucket mine.' });
  await policy.delete();
  await put('mine', documentFor('mine'));
});
