import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePolicy } from '../../../src/policy/parse-policy.ts';
import { SharedPolicies } from '../../../src/services/apigateway/authorizers/shared-policies.ts';

function policyFor(Resource: string, more: object = {}): unknown {
  return { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource, ...more }] };
}

const policies = new SharedPolicies();
const share = (source: unknown) => policies.share(parsePolicy(source), source);

test('Two results whose policies have the same text share one policy', () => {
  const first = share(policyFor('arn:*'));
  assert.equal(share(policyFor('arn:*')), first);
  assert.notEqual(share(policyFor('arn:other')), first);
  assert.notEqual(share(policyFor('arn:*', { Effect: 'Deny' })), first);
});

test('No more than a thousand are remembered, the newest; each result has its own policy all the same', () => {
  const oldest = share(policyFor('oldest'));
  for (let index = 0; index < 1000; index++) share(policyFor(`arn:${index}`));
  const again = share(policyFor('oldest'));
  assert.notEqual(again, oldest);
  assert.deepEqual(again, oldest);
  assert.equal(share(policyFor('arn:999')), share(policyFor('arn:999')));
});

test('A policy of more than 8192 characters is not remembered', () => {
  const long = policyFor('x'.repeat(8192));
  assert.notEqual(share(long), share(long));
});

test('A Resource of more than 512 characters is found, among those with a variable too (AG-149)', () => {
  assert.equal(share(policyFor('x'.repeat(512))).tooLong, false);
  assert.equal(share(policyFor('x'.repeat(513))).tooLong, true);
  assert.equal(share(policyFor(`\${aws:SourceIp}${'x'.repeat(500)}`)).tooLong, true);
});

test('A policy says the same each time unless it has a condition or a variable', () => {
  assert.equal(share(policyFor('*')).unconditional, true);
  assert.equal(share(policyFor('${aws:SourceIp}')).unconditional, false);
  assert.equal(share(policyFor('*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })).unconditional, false);
});
