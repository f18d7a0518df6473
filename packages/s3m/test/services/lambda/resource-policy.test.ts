import assert from 'node:assert/strict';
import test from 'node:test';
import { ResourcePolicy, type PolicyStatement } from '../../../src/services/lambda/resource-policy.ts';

const authorizer = 'arn:aws:execute-api:us-east-1:000000000000:abc123/authorizers/xyz';
const gateway = { principal: 'apigateway.amazonaws.com', sourceArn: authorizer };
const statement: PolicyStatement = { sid: 's', action: 'lambda:InvokeFunction', principal: 'apigateway.amazonaws.com' };

function allows(added: PolicyStatement, invoker = gateway as Parameters<ResourcePolicy['allows']>[0], qualifier?: string): boolean {
  const policy = new ResourcePolicy();
  policy.add(added);
  return policy.allows(invoker, qualifier);
}

test('without a statement nobody is allowed', () => {
  assert.equal(new ResourcePolicy().allows(gateway, undefined), false);
});

test('a statement allows its principal, and no other', () => {
  assert.equal(allows(statement), true);
  assert.equal(allows(statement, { principal: 'events.amazonaws.com' }), false);
  assert.equal(allows({ ...statement, principal: '*' }), true);
});

test('a statement for an account allows its principals', () => {
  const caller = { principal: 'arn:aws:iam::111122223333:role/caller' };
  assert.equal(allows({ ...statement, principal: '111122223333' }, caller), true);
  assert.equal(allows({ ...statement, principal: 'arn:aws:iam::111122223333:root' }, caller), true);
  assert.equal(allows({ ...statement, principal: '444455556666' }, caller), false);
});

test('a statement for another action does not allow to invoke', () => {
  assert.equal(allows({ ...statement, action: 'lambda:GetFunction' }), false);
  assert.equal(allows({ ...statement, action: 'lambda:*' }), true);
  assert.equal(allows({ ...statement, action: 'lambda:invokefunction' }), true);
});

test('the source ARN must match as ArnLike, and be there', () => {
  const withSource = { ...statement, sourceArn: authorizer };
  assert.equal(allows(withSource), true);
  assert.equal(allows({ ...withSource, sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:abc123/authorizers/*' }), true);
  assert.equal(allows({ ...withSource, sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:other/*' }), false);
  assert.equal(allows(withSource, { principal: 'apigateway.amazonaws.com' }), false);
});

test('the source account must be the same, and be there', () => {
  const withAccount = { ...statement, sourceAccount: '000000000000' };
  assert.equal(allows(withAccount), false);
  assert.equal(allows(withAccount, { ...gateway, sourceAccount: '000000000000' }), true);
  assert.equal(allows(withAccount, { ...gateway, sourceAccount: '111122223333' }), false);
});

test('a permission on the function does not cover its aliases, nor the other way round', () => {
  assert.equal(allows(statement, gateway, 'live'), false);
  assert.equal(allows({ ...statement, qualifier: 'live' }, gateway, 'live'), true);
  assert.equal(allows({ ...statement, qualifier: 'live' }), false);
});

test('a statement id is used once for each qualifier and can be used again after removal', () => {
  const policy = new ResourcePolicy();
  const remove = policy.add(statement);
  assert.ok(remove);
  assert.equal(policy.add(statement), undefined);
  assert.ok(policy.add({ ...statement, qualifier: 'live' }));
  remove();
  assert.ok(policy.add(statement));
});
