import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { awsServiceName } from '../../src/engine/aws-service-name.ts';

const scope = (service: string): string => `AKIAEXAMPLE/20260101/us-east-1/${service}/aws4_request`;
const signature = (credential: string): string => `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=00`;

suite('service of a request', () => {
  for (const [what, url, headers, service] of [
    ['the credential scope', '/', { authorization: signature(scope('dynamodb')) }, 'dynamodb'],
    [
      'the scope without blanks after commas',
      '/',
      { authorization: `AWS4-HMAC-SHA256 Credential=${scope('s3')},SignedHeaders=host,Signature=0` },
      's3',
    ],
    ['a scope with a hyphen', '/', { authorization: signature(scope('cognito-idp')) }, 'cognito-idp'],
    [
      'an asymmetric scope, which has no region',
      '/',
      { authorization: `AWS4-ECDSA-P256-SHA256 Credential=AKIA/20260101/s3/aws4_request, Signature=0` },
      's3',
    ],
    ['the scope of a presigned URL', `/b/k?X-Amz-Credential=${encodeURIComponent(scope('s3'))}&X-Amz-Signature=0`, {}, 's3'],
    ['the target, unsigned', '/', { 'x-amz-target': 'DynamoDB_20120810.GetItem' }, 'dynamodb'],
    ['the target of streams', '/', { 'x-amz-target': 'DynamoDBStreams_20120810.GetRecords' }, 'dynamodb'],
    ['the target of ECS', '/', { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListTasks' }, 'ecs'],
    [
      'the scope rather than the target',
      '/',
      { authorization: signature(scope('kms')), 'x-amz-target': 'DynamoDB_20120810.GetItem' },
      'kms',
    ],
    ['a bearer token', '/', { authorization: 'Bearer x' }, undefined],
    ['a scope that does not end as it must', '/', { authorization: signature('AKIA/20260101/us-east-1/s3/aws5') }, undefined],
    ['a scope that is too short', '/', { authorization: signature('s3/aws4_request') }, undefined],
    ['a scope with an odd name', '/', { authorization: signature(scope('<x>')) }, undefined],
    ['an unknown target', '/', { 'x-amz-target': 'Foo.Bar' }, undefined],
    ['the path of functions, unsigned', '/2015-03-31/functions/f/invocations', {}, 'lambda'],
    ['a path like that of functions', '/2015-03-31/functionsx', {}, undefined],
    ['nothing', '/a?b=c', {}, undefined],
  ] as const) {
    test(`${what} tells ${service ?? 'nothing'}`, () => {
      assert.equal(awsServiceName({ url, headers }), service);
    });
  }
});
