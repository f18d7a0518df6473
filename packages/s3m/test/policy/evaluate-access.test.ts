import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { evaluateAccess, type AccessDecision, type NamedPolicy } from '../../src/policy/evaluate-access.ts';
import { parsePolicy } from '../../src/policy/parse-policy.ts';
import { slowAccess, type PlainPolicies } from './slow-access.ts';
import { slowDecision, type PlainStatement } from './slow-policy.ts';

const session = 'arn:aws:sts::111111111111:assumed-role/R/s';
const roleArn = 'arn:aws:iam::111111111111:role/R';
const principal = { kind: 'AWS', name: session, account: '111111111111', role: roleArn } as const;
const request = { action: 'd:Get', resource: 'arn:t', principal };
const names = { session, role: roleArn, account: '111111111111', 'somebody else': 'arn:aws:iam::111111111111:role/Other' };

function policy(name: string, ...statements: readonly object[]): NamedPolicy {
  return { name, document: parsePolicy({ Version: '2012-10-17', Statement: statements }) };
}

const allow = { Effect: 'Allow', Action: '*', Resource: '*' };
const deny = { ...allow, Effect: 'Deny', Sid: 'Never' };
const nothing = { ...allow, Action: 'x:Y' };

function summary(decision: AccessDecision): unknown {
  if (decision.allowed) return ['allowed by', decision.by.kind, decision.by.policy];
  return decision.explicit ? ['denied by', decision.kind, decision.by.policy, decision.by.statement.sid] : ['no allow in', decision.kind];
}

test('a decision carries the policy and the statement that made it', () => {
  assert.deepEqual(summary(evaluateAccess({ identity: [policy('a', nothing), policy('b', allow)] }, request)), [
    'allowed by',
    'identity-based policy',
    'b',
  ]);
  assert.deepEqual(summary(evaluateAccess({ identity: [policy('a', allow)], session: [policy('s', allow, deny)] }, request)), [
    'denied by',
    'session policy',
    's',
    'Never',
  ]);
  const without = evaluateAccess({ identity: [policy('a', nothing)] }, request);
  assert.deepEqual(summary(without), ['no allow in', 'identity-based policy']);
  assert.match(String(!without.allowed && !without.explicit && without.nearMiss?.why), /its Action "x:y" does not cover d:Get/);
});

test('boundary and session policies only restrict, and are named when they do (IAM-004)', () => {
  const identity = [policy('a', allow)];
  assert.deepEqual(summary(evaluateAccess({ identity, boundary: policy('b', nothing) }, request)), ['no allow in', 'permissions boundary']);
  assert.deepEqual(summary(evaluateAccess({ identity, session: [policy('s', nothing)] }, request)), ['no allow in', 'session policy']);
  assert.deepEqual(summary(evaluateAccess({ identity: [], boundary: policy('b', allow), session: [policy('s', allow)] }, request)), [
    'no allow in',
    'identity-based policy',
  ]);
});

test('what a resource names exactly is not limited by boundary and session, its role is (IAM-005)', () => {
  const limits = { identity: [], boundary: policy('b', nothing), session: [policy('s', nothing)] };
  const naming = (AWS: string): NamedPolicy => policy('r', { ...allow, Principal: { AWS } });
  assert.equal(evaluateAccess({ ...limits, resource: naming(session) }, request).allowed, true);
  assert.equal(evaluateAccess({ ...limits, resource: naming(roleArn) }, request).allowed, false);
  assert.equal(evaluateAccess({ identity: [], resource: naming(roleArn) }, request).allowed, true);
  assert.equal(
    evaluateAccess({ identity: [], resource: naming('111111111111') }, request).allowed,
    false,
    'an account decides by its own policies',
  );
});

test('of several kinds that lack an Allow, or that deny, one is named (IAM-033)', () => {
  const kinds = new Set(['identity-based policy', 'resource-based policy', 'permissions boundary', 'session policy']);
  const all = (each: object) => ({
    identity: [policy('i', each)],
    boundary: policy('b', each),
    session: [policy('s', each)],
    resource: policy('r', { ...each, Principal: '*' }),
  });
  for (const each of [nothing, deny]) {
    const decision = evaluateAccess(all(each), request);
    assert.ok(!decision.allowed && decision.explicit === (each === deny));
    assert.ok(kinds.has(decision.kind), decision.kind);
  }
});

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Action: fc.constantFrom('d:*', 'd:Get', 'D:g?t', 'd:Put', '*'),
  Resource: fc.constantFrom('*', 'arn:t', 'arn:u', 'arn:?'),
});
const negatedStatement = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  NotAction: fc.constantFrom('d:Get', 'd:Put', 'd:P*'),
  NotResource: fc.constantFrom('arn:t', 'arn:u'),
});
const statements: fc.Arbitrary<PlainStatement[]> = fc.array(fc.oneof(statement, negatedStatement), { minLength: 1, maxLength: 3 });
const policies: fc.Arbitrary<PlainPolicies> = fc.record(
  {
    identity: fc.array(statements, { maxLength: 3 }),
    boundary: statements,
    session: fc.array(statements, { maxLength: 2 }),
    resource: fc.array(
      fc
        .tuple(fc.oneof(statement, negatedStatement), fc.constantFrom('session', 'role', 'account', 'somebody else'))
        .map(([plain, named]) => ({ ...plain, names: named })),
      { maxLength: 3 },
    ),
    crossAccount: fc.boolean(),
  },
  { requiredKeys: ['identity', 'resource', 'crossAccount'] },
);

test('it agrees with a slow and obvious reading of the rules, and always has a statement to show (IAM-001 to IAM-005)', () => {
  fc.assert(
    fc.property(policies, fc.constantFrom('d:Get', 'd:Put', 'e:Get'), fc.constantFrom('arn:t', 'arn:u'), (plain, action, resource) => {
      const decision = evaluateAccess(
        {
          identity: plain.identity.map((each, index) => policy(`i${index}`, ...each)),
          boundary: plain.boundary === undefined ? undefined : policy('b', ...plain.boundary),
          session: (plain.session ?? []).map((each, index) => policy(`s${index}`, ...each)),
          resource:
            plain.resource.length === 0
              ? undefined
              : policy('r', ...plain.resource.map(({ names: named, ...each }) => ({ ...each, Principal: { AWS: names[named] } }))),
          crossAccount: plain.crossAccount,
        },
        { action, resource, principal },
      );
      const expected = slowAccess(slowDecision, plain, action, resource);
      assert.equal(decision.allowed ? 'allow' : decision.explicit ? 'explicit deny' : 'implicit deny', expected);
      if (decision.allowed) assert.equal(decision.by.statement.effect, 'Allow');
      else if (decision.explicit) assert.equal(decision.by.statement.effect, 'Deny');
    }),
    { numRuns: 3000 },
  );
});
