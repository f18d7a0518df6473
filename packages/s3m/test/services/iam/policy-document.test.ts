import assert from 'node:assert/strict';
import test from 'node:test';
import { checkPolicyDocument, type PolicyDocumentKind } from '../../../src/services/iam/policy-document.ts';
import type { Value } from '../../../src/services/resource-type.ts';

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } };
const document = (...statements: Value[]): Value => ({ Version: '2012-10-17', Statement: statements });
const messages = (value: Value, kind: PolicyDocumentKind = 'identity'): string[] =>
  checkPolicyDocument(value, 'PolicyDocument', kind).map((finding) => `${finding.property}: ${finding.message}`);

test('well-formed identity and trust policies are accepted', () => {
  assert.deepEqual(messages(document(allow)), []);
  assert.deepEqual(messages({ Statement: allow }), []);
  assert.deepEqual(messages(document(trust), 'trust'), []);
  assert.deepEqual(messages(JSON.stringify(document(allow))), []);
  assert.deepEqual(messages(document({ ...allow, Condition: { StringEquals: { 'aws:PrincipalTag/x': 'y' } } })), []);
});

test('values that are not known yet are left alone', () => {
  assert.deepEqual(messages('unresolved:Param'), []);
  assert.deepEqual(messages(document('unresolved:Statement')), []);
  assert.deepEqual(messages(document({ ...allow, Effect: 'unresolved:Effect' })), []);
});

test('what is no policy is refused with the texts of IAM', () => {
  assert.deepEqual(messages('{'), ['PolicyDocument: This policy contains invalid Json']);
  assert.deepEqual(messages([]), ['PolicyDocument: This policy contains invalid Json']);
  assert.deepEqual(messages({ Version: '2020-01-01', Statement: [allow] }), [
    'PolicyDocument.Version: Policy document must be version 2012-10-17 or greater.',
  ]);
  assert.deepEqual(messages({ Version: '2012-10-17' }), ['PolicyDocument.Statement: Syntax errors in policy.']);
  assert.deepEqual(messages(document({ ...allow, Effect: 'allow' })), ['PolicyDocument.Statement[0].Effect: Syntax errors in policy.']);
  assert.deepEqual(messages(document({ ...allow, Actions: 'x' })), ['PolicyDocument.Statement[0]: Syntax errors in policy.']);
});

test('an identity policy needs actions and resources and has no principal', () => {
  const { Action: _action, ...noAction } = allow;
  const { Resource: _resource, ...noResource } = allow;
  assert.deepEqual(messages(document(noAction)), ['PolicyDocument.Statement[0]: Policy statement must contain actions.']);
  assert.deepEqual(messages(document({ ...allow, NotAction: 'x' })), [
    'PolicyDocument.Statement[0]: Policy statement must contain actions.',
  ]);
  assert.deepEqual(messages(document(allow, noResource)), ['PolicyDocument.Statement[1]: Policy statement must contain resources.']);
  assert.deepEqual(messages(document({ ...allow, Principal: '*' })), [
    'PolicyDocument.Statement[0].Principal: Policy document should not specify a principal.',
  ]);
});

test('a trust policy needs a principal and has no resource', () => {
  const { Principal: _principal, ...noPrincipal } = trust;
  assert.deepEqual(messages(document(noPrincipal), 'trust'), ['PolicyDocument.Statement[0]: Missing required field Principal']);
  assert.deepEqual(messages(document({ ...trust, Resource: '*' }), 'trust'), [
    'PolicyDocument.Statement[0].Resource: Has prohibited field Resource',
  ]);
});

test('a wildcard stands anywhere in the name of an action, but not in its service, which must be there (IAM-015)', () => {
  const ofAction = (Action: Value): string[] => messages(document({ ...allow, Action }));
  for (const fine of ['*', 'dynamodb:*Item', 'dynamodb:G?tItem', 's3-object-lambda:Get*', ['s3:*', 'unresolved:Action']])
    assert.deepEqual(ofAction(fine), [], JSON.stringify(fine));
  const place = 'PolicyDocument.Statement[0].Action';
  assert.deepEqual(ofAction('GetItem'), [`${place}: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.`]);
  for (const vendor of ['*', 'dynamo*', 'dynamodb?'])
    assert.deepEqual(ofAction(`${vendor}:GetItem`), [`${place}: Vendor ${vendor} is not valid`]);
  assert.deepEqual(messages(document({ Effect: 'Deny', NotAction: ['s3:Get*', '*:Put'], Resource: '*' })), [
    'PolicyDocument.Statement[0].NotAction: Vendor * is not valid',
  ]);
  assert.equal(messages(document({ ...trust, Action: 'AssumeRole' }), 'trust').length, 1);
});

test('a resource is an ARN or "*", also where it is negated (IAM-015)', () => {
  for (const fine of ['*', 'arn:aws:s3:::b/*', 'arn:aws:dynamodb:*:*:table/?', 'unresolved:Table.Arn'])
    assert.deepEqual(messages(document({ ...allow, Resource: fine })), [], fine);
  assert.deepEqual(messages(document({ ...allow, Resource: ['*', 'Roles'] })), [
    'PolicyDocument.Statement[0].Resource: Resource Roles must be in ARN format or "*".',
  ]);
  assert.deepEqual(messages(document({ Effect: 'Deny', Action: 's3:*', NotResource: 'my-bucket/*' })), [
    'PolicyDocument.Statement[0].NotResource: Resource my-bucket/* must be in ARN format or "*".',
  ]);
});
