import assert from 'node:assert/strict';
import test from 'node:test';
import { evaluatePolicy } from '../../src/policy/evaluate-policy.ts';
import { parsePolicy } from '../../src/policy/parse-policy.ts';

const values: Readonly<Record<string, readonly string[]>> = {
  'aws:username': ['ada'],
  'aws:principaltag/team': ['blue'],
  'aws:principaltag/odd': ['a*'],
  'aws:none': [],
  'aws:two': ['x', 'y'],
};

function decide(resource: string, pattern: string, more: object = {}, version = '2012-10-17'): string {
  const policy = parsePolicy({ Version: version, Statement: { Effect: 'Allow', Action: '*', Resource: pattern, ...more } });
  return evaluatePolicy(policy, { action: 's3:GetObject', resource, keys: (key) => values[key] }).decision;
}

test('a variable stands for the value of its key, or for its default (IAM-022)', () => {
  assert.equal(decide('home/ada/x', 'home/${aws:username}/*'), 'allow');
  assert.equal(decide('home/bob/x', 'home/${aws:username}/*'), 'implicit-deny');
  assert.equal(decide('home/blue', 'home/${AWS:PrincipalTag/team}'), 'allow');
  assert.equal(decide('home/green', "home/${aws:none, 'green'}"), 'allow');
  assert.equal(decide('home/ada', "home/${aws:username, 'green'}"), 'allow');
});

test('what is filled in stands for itself, and ${*}, ${?} and ${$} for these characters (IAM-022)', () => {
  assert.equal(decide('t/abc', 't/${aws:PrincipalTag/odd}'), 'implicit-deny');
  assert.equal(decide('t/a*', 't/${aws:PrincipalTag/odd}'), 'allow');
  assert.equal(decide('t/*', 't/${*}'), 'allow');
  assert.equal(decide('t/x', 't/${*}'), 'implicit-deny');
  assert.equal(decide('t/?$', 't/${?}${$}'), 'allow');
  assert.equal(decide('t/x$', 't/${?}${$}'), 'implicit-deny');
});

test('a value that is absent, unknown or not one never allows', () => {
  for (const key of ['aws:none', 'aws:unheard', 'aws:two']) assert.equal(decide('t/', `t/\${${key}}`), 'implicit-deny', key);
});

test('conditions have variables too, but numbers have not; before 2012-10-17 nothing has (IAM-022)', () => {
  const when = (operator: string, value: string, version?: string): string =>
    decide('t', '*', { Condition: { [operator]: { 'aws:username': value } } }, version);
  assert.equal(when('StringEquals', '${aws:username}'), 'allow');
  assert.equal(when('StringLike', '${aws:username}*'), 'allow');
  assert.equal(when('StringEquals', '${aws:username}', '2008-10-17'), 'implicit-deny');
  assert.equal(when('NumericEquals', '${aws:username}'), 'implicit-deny');
  assert.equal(decide('home/${aws:username}', 'home/${aws:username}', {}, '2008-10-17'), 'allow');
});
