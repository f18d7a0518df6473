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

const access = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

/** After the same guide's examples for fields with blanks between. */
const spaceDelimited: readonly (readonly [pattern: string, message: string, expected: boolean])[] = [
  ['[ip, user, username, timestamp, request, status_code, bytes]', access, true],
  ['[ip, user, username, timestamp, request, status_code]', access, false],
  ['[ip, user, username, timestamp, request, status_code, bytes, more]', access, false],
  ['[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]', access, true],
  ['[ip, user, username, timestamp, request =*.css*, status_code = 4*, bytes]', access, false],
  ['[..., status_code = 4*, bytes]', access, true],
  ['[..., request =*.html*, status_code = 4*, bytes]', access, true],
  ['[ip, user = Prod, ...]', access, true],
  ['[ip, ..., bytes > 1000]', access, true],
  ['[..., bytes >= 1.534e3]', access, true],
  ['[..., bytes > 1534]', access, false],
  ['[..., status_code = 404 || status_code = 410, bytes]', access, true],
  ['[..., status_code = 4* && status_code != 404, bytes]', access, false],
  ['[..., (status_code = 4* || status_code = 5*) && status_code != 403, bytes]', access, true],
  ['[..., timestamp = "10/Oct/2000*", request, status_code, bytes]', access, true],
  ['[..., status_code = %4[0-9]{2}%, bytes]', access, true],
  ['[ip != 127.0.0.1, ...]', access, false],
  ['[ip = 127.0.*, ...]', access, true],
  ['[w1=ERROR, w2]', 'ERROR 401', true],
  ['[w1=ERROR, w2]', 'WARN 401', false],
  ['[w1!=ERROR && w1!=WARN, w2]', 'INFO ok', true],
  ['[w1=ERROR, w2]', 'ERROR', false],
  ['[...]', '', true],
  ['[a = "*b*c", b]', 'xbyc z', true],
  ['[a = "b*b"]', 'b', false],
];

const invalid = [
  '[a, b',
  '[a b]',
  '[a = ]',
  '[a > x]',
  '[..., a, ...]',
  '[a = (b, c]',
  '[a = %x%, b = %y%, c = %z%]',
  '%something!%',
  '%(a)%',
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
  for (const [pattern, message, expected] of [...cases, ...spaceDelimited]) {
    test(`${pattern} ${expected ? 'fits' : 'does not fit'} ${message.slice(0, 40)}`, () => {
      // The guide writes names with blanks without the dot.
      assert.equal(compileFilterPattern(pattern.replace('$.[', '$['))(message), expected);
    });
  }

  for (const pattern of invalid) {
    test(`refuses ${pattern}`, () => assert.throws(() => compileFilterPattern(pattern), { code: 'InvalidParameterException' }));
  }
});

test('A message that a regular expression takes too long for is not found, and so are no others like it', () => {
  const test = compileFilterPattern('%a*a*a*a*a*a*a*b%');
  const before = performance.now();
  for (let count = 0; count < 100; count++) assert.equal(test('a'.repeat(2000)), false);
  assert.ok(performance.now() - before < 10_000);
  assert.equal(test('aab'), true);
});
