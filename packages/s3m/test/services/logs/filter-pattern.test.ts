import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compileFilterPattern } from '../../../src/services/logs/filter-pattern.ts';

const json = JSON.stringify({
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  status: 404,
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  ThisFlag: true,
  'a b': 'x',
});

/** After the examples of the CloudWatch Logs User Guide, "Filter pattern syntax". */
const cases: readonly (readonly [pattern: string, message: string, expected: boolean])[] = [
  ['', 'anything', true],
  ['ERROR', '[ERROR 400] BAD REQUEST', true],
  ['ERROR', '[error 400]', false],
  ['ERROR ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', true],
  ['ERROR ARGUMENTS', '[ERROR 400] BAD REQUEST', false],
  ['"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL SERVER ERROR', true],
  ['"INTERNAL SERVER ERROR"', 'INTERNAL ERROR OF A SERVER', false],
  [String.raw`"say \"hi\""`, 'they say "hi" to all', true],
  ['ERROR -ARGUMENTS', '[ERROR 400] BAD REQUEST', true],
  ['ERROR -ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', false],
  ['-"TWO WORDS"', 'has TWO WORDS', false],
  ['?ERROR ?WARN', 'WARN: careful', true],
  ['?ERROR ?WARN', 'INFO', false],
  ['?ERROR INFO', 'INFO', true],
  ['%AUTHORIZED%', 'UNAUTHORIZED', true],
  ['%^[0-9]+ms$%', '12ms', true],
  ['%^[0-9]+ms$%', 'x12ms', false],
  ['{ $.eventType = "UpdateTrail" }', json, true],
  ['{ $.eventType = UpdateTrail }', json, true],
  ['{ $.eventType = "Update*" }', json, true],
  ['{ $.eventType = "*Trail" }', json, true],
  ['{ $.eventType != "UpdateTrail" }', json, false],
  ['{ $.none != "x" }', json, false],
  ['{ $.sourceIPAddress != 123.123.* }', json, true],
  ['{ $.objectList[1].id = 2 }', json, true],
  ['{ $.objectList[*].name = "b" }', json, true],
  ['{ $.objectList[7].id = 2 }', json, false],
  ['{ $.status >= 400 && $.status < 500 }', json, true],
  ['{ $.status > 404 }', json, false],
  ['{ $.status = 4.04e2 }', json, true],
  ['{ $.SomeObject IS NULL }', json, true],
  ['{ $.ThisFlag IS TRUE }', json, true],
  ['{ $.ThisFlag IS FALSE }', json, false],
  ['{ $.SomeOtherObject NOT EXISTS }', json, true],
  ['{ $.status NOT EXISTS }', json, false],
  ['{ ($.status = 200 || $.status = 404) && $.eventType = "UpdateTrail" }', json, true],
  ['{ $.status = 404 || $.status = 200 && $.eventType = "no" }', json, true],
  ['{ $.eventType = %Trail$% }', json, true],
  ['{ $.["a b"] = "x" }', json, true],
  ['{ $.status = 404 }', 'no JSON', false],
  ['{ $.status = 404 }', '{broken', false],
];

const invalid = [
  '{ $.a }',
  '{ $.a = }',
  '{ a = 1 }',
  '{ $.a = 1',
  '{ $.a > "x" }',
  '"open',
  '{ ($.a = 1 }',
  '%(a+)+%',
  'a(b',
  '{ $.a = 1 } x',
];

suite('filter patterns of CloudWatch Logs', () => {
  for (const [pattern, message, expected] of cases) {
    test(`${pattern} ${expected ? 'fits' : 'does not fit'} ${message.slice(0, 40)}`, () => {
      // The guide writes names with blanks without the dot.
      assert.equal(compileFilterPattern(pattern.replace('$.[', '$['))(message), expected);
    });
  }

  for (const pattern of invalid) {
    test(`refuses ${pattern}`, () => assert.throws(() => compileFilterPattern(pattern), { code: 'InvalidParameterException' }));
  }

  test('patterns for space-delimited messages are told to be missing', () => {
    assert.throws(() => compileFilterPattern('[ip, user, status = 4*]'), { code: 'UnsupportedOperation' });
  });
});
