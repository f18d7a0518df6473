import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { evaluateConditions, type Truth } from '../../src/policy/condition.ts';
import { parseConditions } from '../../src/policy/parse-conditions.ts';
import { families, slowCondition } from './slow-condition.ts';

/** Evaluates a block; a key that is not given is absent, one that is `undefined` is not known. */
function holds(block: unknown, keys: Readonly<Record<string, string | readonly string[] | undefined>>): Truth {
  const lower = new Map(Object.entries(keys).map(([name, value]) => [name.toLowerCase(), value]));
  return evaluateConditions(parseConditions(block, 'Condition', '2012-10-17'), (key) => {
    if (!lower.has(key)) return [];
    const value = lower.get(key);
    return value === undefined ? undefined : [value].flat();
  });
}

test('Every operator and key must hold, one value is enough, none may when negated (IAM-017)', () => {
  assert.equal(holds({ StringEquals: { a: ['x', 'y'] } }, { A: 'y' }), true);
  assert.equal(holds({ StringEquals: { a: 'x', b: 'y' } }, { a: 'x', b: 'z' }), false);
  assert.equal(holds({ StringEquals: { a: 'x' }, StringLike: { b: 'y*' } }, { a: 'x', b: 'yes' }), true);
  assert.equal(holds({ StringNotEquals: { a: ['x', 'y'] } }, { a: 'y' }), false);
  assert.equal(holds({ StringNotEquals: { a: ['x', 'y'] } }, { a: 'z' }), true);
});

test('An absent key: positive operators fail, negated ones, IfExists and Null hold (IAM-018)', () => {
  assert.equal(holds({ StringEquals: { a: 'x' } }, {}), false);
  assert.equal(holds({ StringNotEquals: { a: 'x' } }, {}), true);
  assert.equal(holds({ ArnNotLike: { a: 'x' } }, {}), true);
  assert.equal(holds({ NotIpAddress: { a: '10.0.0.0/8' } }, {}), true);
  assert.equal(holds({ StringEqualsIfExists: { a: 'x' } }, {}), true);
  assert.equal(holds({ StringEqualsIfExists: { a: 'x' } }, { a: 'y' }), false);
  assert.equal(holds({ Null: { a: 'true' } }, {}), true);
  assert.equal(holds({ Null: { a: true } }, { a: 'x' }), false);
  assert.equal(holds({ Null: { a: 'false' } }, { a: 'x' }), true);
});

test('Strings, with and without case, and patterns that cross colons; ARNs part by part (IAM-019)', () => {
  assert.equal(holds({ StringEquals: { a: 'X' } }, { a: 'x' }), false);
  assert.equal(holds({ StringEqualsIgnoreCase: { a: 'X' } }, { a: 'x' }), true);
  assert.equal(holds({ StringLike: { a: 'arn:*' } }, { a: 'arn:aws:s3:r:1:x' }), true);
  const arn = 'arn:aws:execute-api:us-east-1:111111111111:api/authorizers/a';
  for (const operator of ['ArnLike', 'ArnEquals']) {
    assert.equal(holds({ [operator]: { a: 'arn:aws:execute-api:*:*:api/*' } }, { a: arn }), true);
    assert.equal(holds({ [operator]: { a: 'arn:aws:*:api/authorizers/a' } }, { a: arn }), false);
    assert.equal(holds({ [operator]: { a: 'arn:aws:execute-api:*' } }, { a: arn }), false);
  }
});

test('Numbers, dates, booleans and addresses; what cannot be read is not known (IAM-020)', () => {
  assert.equal(holds({ NumericLessThanEquals: { a: 10 } }, { a: '10' }), true);
  assert.equal(holds({ NumericGreaterThan: { a: 10 } }, { a: '9.5' }), false);
  assert.equal(holds({ NumericEquals: { a: 10 } }, { a: 'ten' }), 'unknown');
  assert.equal(holds({ DateLessThan: { a: '2026-01-01T00:00:00Z' } }, { a: '2025-12-31T23:59:59Z' }), true);
  assert.equal(holds({ DateGreaterThan: { a: '1700000000' } }, { a: '2023-11-14T22:13:21Z' }), true);
  assert.equal(holds({ DateEquals: { a: 'soon' } }, { a: '2025-12-31T23:59:59Z' }), 'unknown');
  assert.equal(holds({ Bool: { a: true } }, { a: 'True' }), true);
  assert.equal(holds({ Bool: { a: 'maybe' } }, { a: 'true' }), 'unknown');
  assert.equal(holds({ IpAddress: { a: ['10.0.0.0/8', '::1'] } }, { a: '10.2.3.4' }), true);
  assert.equal(holds({ IpAddress: { a: '10.0.0.1' } }, { a: '10.0.0.2' }), false);
  assert.equal(holds({ NotIpAddress: { a: '2001:db8::/32' } }, { a: '2001:db8::1' }), false);
  for (const range of ['10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', 'host', '10.0.0.0/']) {
    assert.equal(holds({ NotIpAddress: { a: range } }, { a: '10.0.0.2' }), 'unknown', range);
  }
});

test('Sets: ForAllValues holds on an empty one, ForAnyValue does not (IAM-021)', () => {
  assert.equal(holds({ 'ForAllValues:StringEquals': { a: ['x', 'y'] } }, {}), true);
  assert.equal(holds({ 'ForAnyValue:StringEquals': { a: ['x', 'y'] } }, {}), false);
  assert.equal(holds({ 'ForAllValues:StringEquals': { a: ['x', 'y'] } }, { a: ['x', 'y', 'x'] }), true);
  assert.equal(holds({ 'ForAllValues:StringEquals': { a: ['x', 'y'] } }, { a: ['x', 'z'] }), false);
  assert.equal(holds({ 'ForAnyValue:StringLike': { a: 'x*' } }, { a: ['z', 'xy'] }), true);
});

test('What is not known is never true, nor false: keys, operators, variables, several values without a set operator', () => {
  assert.equal(holds({ StringEquals: { a: 'x' } }, { a: undefined }), 'unknown');
  assert.equal(holds({ StringNotEquals: { a: 'x' } }, { a: undefined }), 'unknown');
  assert.equal(holds({ Null: { a: 'true' } }, { a: undefined }), 'unknown');
  assert.equal(holds({ StringIsh: { a: 'x' } }, { a: 'x' }), 'unknown');
  assert.equal(holds({ StringEquals: { a: '${aws:username}' } }, { a: 'x' }), 'unknown');
  assert.equal(holds({ StringEquals: { a: 'x' } }, { a: ['x', 'y'] }), 'unknown');
  assert.equal(holds({ StringIsh: { a: 'x' }, StringEquals: { b: 'x' } }, { a: 'x', b: 'y' }), false);
});

const readable = fc.constantFrom(...families).chain(({ values, wanted = values, operators }) =>
  fc.record({
    condition: fc.record({
      operator: fc.constantFrom(...Object.keys(operators)),
      set: fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'),
      ifExists: fc.boolean(),
      wanted: fc.array(fc.constantFrom(...wanted), { minLength: 1, maxLength: 3 }),
    }),
    actual: fc.array(fc.constantFrom(...values), { maxLength: 3 }),
  }),
);

test('Every operator agrees with a slow and obvious reading of it, with sets and IfExists (IAM-017 to IAM-021)', () => {
  fc.assert(
    fc.property(readable, ({ condition, actual }) => {
      const { operator, set, ifExists, wanted } = condition;
      // Without a set modifier a key has one value.
      const given = set === '' ? actual.slice(0, 1) : actual;
      const block = { [`${set}${operator}${ifExists ? 'IfExists' : ''}`]: { 'aws:Key': wanted } };
      return holds(block, given.length === 0 ? {} : { 'aws:Key': given }) === slowCondition(condition, given);
    }),
    { numRuns: 5000 },
  );
});

test('A variable of a policy compares as the value that it stands for would (IAM-022)', () => {
  const strings = families[0]!;
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(strings.operators).filter((name) => name.startsWith('String'))),
      fc.constantFrom(...strings.values),
      fc.constantFrom(...strings.values.filter((value) => value !== '')),
      (operator, actual, value) =>
        holds({ [operator]: { 'aws:Key': '${aws:Other}' } }, { 'aws:Key': actual, 'aws:Other': value }) ===
        slowCondition({ operator, set: '', ifExists: false, wanted: [value] }, [actual]),
    ),
    { numRuns: 500 },
  );
});
