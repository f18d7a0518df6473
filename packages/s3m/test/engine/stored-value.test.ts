import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Directory } from '../../src/capabilities/directory.ts';
import { resolveStoredValue } from '../../src/engine/stored-value.ts';

function directory(): Directory {
  const found = new Directory();
  const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf';
  found.provide('secret', arn, {
    arn,
    name: 'db',
    value: ({ stage = 'AWSCURRENT' } = {}) => (stage === 'AWSCURRENT' ? '{"password":"x"}' : undefined),
  });
  const parameter = { arn: 'arn:aws:ssm:us-east-1:000000000000:parameter/limit', name: '/limit' };
  found.provide('parameter', '/limit', { ...parameter, value: (version = 2) => ['6', '7'][version - 1] });
  return found;
}

test('A dynamic reference stands for a parameter, one of its versions, a secret or a member of it (CFN-006)', () => {
  const value = (reference: Parameters<typeof resolveStoredValue>[1]): string => resolveStoredValue(directory(), reference);
  assert.equal(value({ kind: 'ssm', secure: false, name: '/limit' }), '7');
  assert.equal(value({ kind: 'ssm', secure: false, name: '/limit', version: '1' }), '6');
  assert.equal(value({ kind: 'secretsmanager', secretId: 'db' }), '{"password":"x"}');
  assert.equal(value({ kind: 'secretsmanager', secretId: 'db', jsonKey: 'password' }), 'x');
});

test('What a dynamic reference names and is not there is told', () => {
  const fails = (reference: Parameters<typeof resolveStoredValue>[1], message: RegExp): void => {
    assert.throws(() => resolveStoredValue(directory(), reference), { message });
  };
  fails({ kind: 'ssm', secure: false, name: '/none' }, /^Unable to fetch parameters \[\/none\] from parameter store for this account\.$/);
  fails({ kind: 'ssm', secure: true, name: '/limit' }, /^Unable to fetch parameters/);
  fails({ kind: 'secretsmanager', secretId: 'none' }, /^Secrets Manager can't find the specified secret\. /);
  fails({ kind: 'secretsmanager', secretId: 'db', versionStage: 'AWSPREVIOUS' }, /for staging label: AWSPREVIOUS/);
  fails({ kind: 'secretsmanager', secretId: 'db', jsonKey: 'user' }, /^Could not find a value associated with JSONKey/);
});
