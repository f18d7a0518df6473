import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryExecuteApi } from '../../src/engine/execute-api-address.ts';

test('an API is named by the host, with the stage in the path as at AWS, also by the name that public DNS leads to this machine', () => {
  for (const host of [
    'abc123.execute-api.localhost:4566',
    'abc123.execute-api.localhost',
    'ABC123.execute-api.us-east-1.localhost:4566',
    'abc123.execute-api.us-east-1.amazonaws.com',
    'abc123.execute-api.localhost.localstack.cloud:4566',
    'abc123.execute-api.us-east-1.localhost.localstack.cloud:4566',
  ])
    assert.deepEqual(tryExecuteApi(host, '/prod/a%2Fb?c=d'), { apiId: 'abc123', target: '/prod/a%2Fb?c=d' }, host);
  for (const host of [
    'execute-api.localhost',
    'a.b.execute-api.localhost',
    'abc.execute-api.example.com',
    'abc.execute-api.localstack.cloud',
    '127.0.0.1:4566',
  ])
    assert.equal(tryExecuteApi(host, '/prod/a'), undefined, host);
});

test('an API is named by the path in the two forms of other local tools', () => {
  const host = 'localhost:4566';
  const cases: readonly (readonly [string, string, string])[] = [
    ['/_aws/execute-api/abc123/prod/a/b?c=d', 'prod', '/a/b?c=d'],
    ['/_aws/execute-api/abc123/prod', 'prod', '/'],
    ['/_aws/execute-api/abc123/prod?c=d', 'prod', '/?c=d'],
    ['/_aws/execute-api/abc123', '', '/'],
    ['/restapis/abc123/prod/_user_request_/a//b', 'prod', '/a//b'],
    ['/restapis/abc123/prod/_user_request_?c=d', 'prod', '/?c=d'],
  ];
  for (const [target, stage, rest] of cases)
    assert.deepEqual(tryExecuteApi(host, target), { apiId: 'abc123', stage, target: rest }, target);
  for (const target of [
    '/restapis/abc123/stages',
    '/restapis/abc123/prod/_user_request_x',
    '/_aws/other/abc123/prod',
    '/bucket/_aws/execute-api/a/b',
  ])
    assert.equal(tryExecuteApi(host, target), undefined, target);
});
