import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guessContentType } from '../../../src/services/cdk/content-type.ts';
import { logRetention } from '../../../src/services/cdk/log-retention.ts';
import { readMarkers, replaceMarkers } from '../../../src/services/cdk/markers.ts';
import { s3AutoDeleteObjects } from '../../../src/services/cdk/s3-auto-delete-objects.ts';
import { vpcRestrictDefaultSg } from '../../../src/services/cdk/vpc-restrict-default-sg.ts';
import { waitConditionHandle } from '../../../src/services/cloudformation/wait-condition-handle.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { bucketWith } from '../s3/public-bucket.ts';

test('S3AutoDeleteObjects empties the bucket when it is deleted, and not before (S3W-035)', async () => {
  await using account = await fakeAccount();
  const bucket = bucketWith([
    ['a', 'a'],
    ['b', 'b'],
  ]);
  account.directory.provide('bucket', 'site', bucket);
  const resource = await s3AutoDeleteObjects.create(
    createContext(account, s3AutoDeleteObjects, { logicalId: 'E', properties: { BucketName: 'site' } }),
  );
  assert.equal(bucket.keys().length, 2);
  await resource.delete();
  assert.deepEqual(bucket.keys(), []);
});

test('VpcRestrictDefaultSG takes the rules of the default security group away and puts them back at deletion', async () => {
  await using account = await fakeAccount();
  const calls: string[] = [];
  for (const id of ['sg-1', 'sg-2']) {
    account.directory.provide('defaultSecurityGroup', id, {
      id,
      restrict: () => void calls.push(`restrict ${id}`),
      restore: () => void calls.push(`restore ${id}`),
    });
  }
  const context = (id: string) =>
    createContext(account, vpcRestrictDefaultSg, { logicalId: 'R', properties: { DefaultSecurityGroupId: id } });
  const resource = await vpcRestrictDefaultSg.create(context('sg-1'));
  const moved = await resource.update!(context('sg-2'));
  await moved.delete();
  assert.deepEqual(calls, ['restrict sg-1', 'restore sg-1', 'restrict sg-2', 'restore sg-2']);
  await assert.rejects(async () => vpcRestrictDefaultSg.create(context('sg-3')), { message: "The security group 'sg-3' does not exist" });
});

test('LogRetention makes the log group that it names', async () => {
  await using account = await fakeAccount();
  const resource = await logRetention.create(
    createContext(account, logRetention, { logicalId: 'L', properties: { LogGroupName: '/aws/lambda/f', RetentionInDays: 1 } }),
  );
  assert.equal(account.directory.find('logGroup', '/aws/lambda/f')?.name, '/aws/lambda/f');
  assert.deepEqual(resource.attributes, { LogGroupName: '/aws/lambda/f' });
});

test('A wait condition handle is a URL', async () => {
  await using account = await fakeAccount();
  const { ref } = await waitConditionHandle.create(createContext(account, waitConditionHandle, { logicalId: 'W' }));
  assert.equal(new URL(ref).host, 'cloudformation-waitcondition-us-east-1.s3.amazonaws.com');
});

test('Content types are guessed as the AWS CLI does', () => {
  const cases = {
    'a.HTML': 'text/html',
    'a.tar.gz': 'binary/octet-stream',
    'a.js.gz': 'text/javascript',
    LICENSE: 'binary/octet-stream',
    'x/favicon.ico': 'image/vnd.microsoft.icon',
  };
  for (const [name, type] of Object.entries(cases)) assert.equal(guessContentType(name), type, name);
});

test('A marker is written as its encoding wants it, and binary files are left alone', () => {
  const replaced = (value: string | number | readonly string[], encoding?: string): string => {
    const configuration = encoding === undefined ? undefined : { markerEncodings: { M: encoding } };
    return replaceMarkers(Buffer.from('<M>'), readMarkers({ M: value }, configuration), (text) => text).toString();
  };
  assert.equal(replaced('a"b'), '<a"b>');
  assert.equal(replaced('a"b', 'UNQUOTED_JSON_VALUE'), '<a\\"b>');
  assert.equal(replaced(['a'], 'JSON_VALUE'), '<["a"]>');
  assert.equal(replaced('yes', 'YAML_STRING'), '<"yes">');
  assert.equal(replaced('plain-1', 'YAML_STRING'), '<plain-1>');
  const binary = Buffer.from([0xff, 0x4d]);
  assert.equal(
    replaceMarkers(binary, readMarkers({ M: 'x' }, undefined), (text) => text),
    binary,
  );
});
