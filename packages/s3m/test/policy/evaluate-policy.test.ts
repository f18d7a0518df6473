import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { evaluatePolicy } from '../../src/policy/evaluate-policy.ts';
import { parsePolicy } from '../../src/policy/parse-policy.ts';
import type { PolicyRequest } from '../../src/policy/policy-request.ts';
import { slowDecision, type PlainStatement } from './slow-policy.ts';

const invoke: PolicyRequest = { action: 'execute-api:Invoke', resource: 'arn:aws:execute-api:r:1:api/dev/GET/pets' };

function decide(statements: unknown, request: PolicyRequest = invoke): ReturnType<typeof evaluatePolicy> {
  return evaluatePolicy(parsePolicy({ Version: '2012-10-17', Statement: statements }), request);
}

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };

test('Default is deny, any Deny that matches wins, then any Allow (AG-153, IAM-001)', () => {
  assert.equal(decide([]).decision, 'implicit-deny');
  assert.equal(decide([allowAll]).decision, 'allow');
  assert.equal(decide([allowAll, { ...allowAll, Effect: 'Deny' }]).decision, 'explicit-deny');
  assert.equal(decide([allowAll, { ...allowAll, Effect: 'Deny', Resource: '*/POST/*' }]).decision, 'allow');
});

test('The decision carries the statement that made it', () => {
  const statements = [
    { ...allowAll, Resource: 'x' },
    { ...allowAll, Sid: 'Second' },
    { ...allowAll, Sid: 'Third' },
  ];
  const { statement } = decide(statements);
  assert.deepEqual([statement!.index, statement!.sid, statement!.source], [1, 'Second', statements[1]]);
});

test('Actions are compared without regard to case, resources with it (IAM-015)', () => {
  assert.equal(decide({ ...allowAll, Action: 'EXECUTE-API:invoke' }).decision, 'allow');
  assert.equal(decide({ ...allowAll, Action: 'execute-api:InvalidateCache' }).decision, 'implicit-deny'); // AG-154
  assert.equal(decide({ ...allowAll, Resource: '*/dev/get/*' }).decision, 'implicit-deny'); // AG-161
});

test('NotAction and NotResource are about everything else (AG-159, IAM-016)', () => {
  assert.equal(decide({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }).decision, 'allow');
  assert.equal(decide({ Effect: 'Allow', NotAction: 'execute-api:*', Resource: '*' }).decision, 'implicit-deny');
  assert.equal(decide([allowAll, { Effect: 'Deny', Action: '*', NotResource: '*/GET/pets' }]).decision, 'allow');
  assert.equal(decide([allowAll, { Effect: 'Deny', Action: '*', NotResource: ['*/GET/dogs', '*/GET/cats'] }]).decision, 'explicit-deny');
});

test('A pattern with a policy variable is about nobody knows what: it never allows, and always denies (IAM-022)', () => {
  const variable = '*/${aws:username}/*';
  assert.equal(decide({ ...allowAll, Resource: variable }).decision, 'implicit-deny');
  assert.equal(decide({ ...allowAll, Resource: [variable, '*/pets'] }).decision, 'allow');
  assert.equal(decide([allowAll, { ...allowAll, Effect: 'Deny', Resource: variable }]).decision, 'explicit-deny');
  assert.equal(decide({ Effect: 'Allow', Action: '*', NotResource: variable }).decision, 'implicit-deny');
  const literal = { ...invoke, resource: 'arn/${aws:username}' };
  assert.equal(decide({ ...allowAll, Resource: 'arn/${aws:username}' }, literal).decision, 'implicit-deny');
});

test('A condition that cannot be evaluated never allows, and always denies', () => {
  const unknown = { Condition: { StringMagic: { 'aws:SourceIp': 'x' } } };
  assert.equal(decide({ ...allowAll, ...unknown }).decision, 'implicit-deny');
  assert.equal(decide([allowAll, { ...allowAll, ...unknown, Effect: 'Deny' }]).decision, 'explicit-deny');
  const noKeys = { Condition: { StringNotEquals: { 'aws:Unheard': 'x' } } };
  assert.equal(decide({ ...allowAll, ...noKeys }).decision, 'implicit-deny');
});

test('A principal counts where the request has one, and plays no part otherwise (AG-163, IAM-006)', () => {
  const service = { kind: 'Service', name: 'apigateway.amazonaws.com' } as const;
  const root = { kind: 'AWS', name: 'arn:aws:iam::111111111111:role/r', account: '111111111111' } as const;
  const of = (Principal: unknown, principal: PolicyRequest['principal']): string =>
    decide({ ...allowAll, Principal }, { ...invoke, ...(principal === undefined ? {} : { principal }) }).decision;
  assert.equal(of({ Service: 'apigateway.amazonaws.com' }, service), 'allow');
  assert.equal(of({ Service: 'ec2.amazonaws.com' }, service), 'implicit-deny');
  assert.equal(of({ AWS: '*' }, service), 'implicit-deny');
  assert.equal(of('*', service), 'allow');
  for (const named of ['111111111111', 'arn:aws:iam::111111111111:root', root.name]) assert.equal(of({ AWS: ['x', named] }, root), 'allow');
  assert.equal(of({ AWS: '222222222222' }, root), 'implicit-deny');
  assert.equal(of({ AWS: '222222222222' }, undefined), 'allow');
  const others = { ...allowAll, Effect: 'Deny', NotPrincipal: { AWS: root.name } };
  assert.equal(decide([allowAll, others], { ...invoke, principal: root }).decision, 'allow');
  assert.equal(decide([allowAll, others], { ...invoke, principal: service }).decision, 'explicit-deny');
});

test('A near miss is the Allow that came closest, with what it misses', () => {
  const near = decide([
    { ...allowAll, Action: 's3:*', Resource: 'arn:aws:s3:::x' },
    { ...allowAll, Sid: 'Dogs', Resource: ['arn:aws:execute-api:r:1:api/dev/GET/dogs', 'arn:aws:execute-api:r:1:other/*'] },
    { ...allowAll, Resource: 'arn:aws:execute-api:r:1:api/dev/POST/x' },
  ]);
  assert.equal(near.decision, 'implicit-deny');
  const { nearMiss } = near;
  assert.deepEqual(nearMiss!.missed, ['resource']);
  assert.equal(
    nearMiss!.why,
    'Statement "Dogs" would allow it, but its Resource "arn:aws:execute-api:r:1:api/dev/GET/dogs" does not cover arn:aws:execute-api:r:1:api/dev/GET/pets',
  );
  const condition = decide({ ...allowAll, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, { ...invoke, keys: () => ['true'] });
  assert.match((condition as { nearMiss?: { why: string } }).nearMiss!.why, /its condition Bool on aws:securetransport does not hold$/);
});

test('It agrees with a slow and obvious evaluator', () => {
  const pattern = (letters: readonly string[]): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...letters, '*', '?'), maxLength: 5 });
  const patterns = (letters: readonly string[]): fc.Arbitrary<string | string[]> =>
    fc.oneof(pattern(letters), fc.array(pattern(letters), { minLength: 1, maxLength: 3 }));
  const either = (name: 'Action' | 'Resource', letters: readonly string[]): fc.Arbitrary<object> =>
    fc.tuple(fc.boolean(), patterns(letters)).map(([negated, value]) => ({ [negated ? `Not${name}` : name]: value }));
  const statement = fc
    .tuple(fc.constantFrom('Allow', 'Deny'), either('Action', ['a', 'B']), either('Resource', ['x', '/']))
    .map(([Effect, action, resource]): PlainStatement => ({ Effect, ...action, ...resource }));
  const text = (letters: readonly string[]): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...letters), maxLength: 5 });
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 4 }), text(['a', 'b', 'A', 'B']), text(['x', '/']), (statements, action, resource) => {
      const decision = decide(statements, { action, resource });
      assert.equal(decision.decision, slowDecision(statements, action, resource));
      assert.equal(decision.statement === undefined, decision.decision === 'implicit-deny');
    }),
    { numRuns: 5000 },
  );
});
