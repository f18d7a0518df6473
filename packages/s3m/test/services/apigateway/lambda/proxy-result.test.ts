import assert from 'node:assert/strict';
import test from 'node:test';
import { MalformedProxyResult, parseProxyResult } from '../../../../src/services/apigateway/lambda/proxy-result.ts';

const parse = (value: unknown) => parseProxyResult(JSON.stringify(value));

test('Every key may be left out: an empty object is an empty 200 (AG-288, AG-289)', () => {
  assert.deepEqual(parse({}), { status: 200, headers: [], body: '', isBase64Encoded: false });
  assert.deepEqual(parse({ statusCode: null, headers: null, multiValueHeaders: null, body: null, isBase64Encoded: null }), parse({}));
});

test('A status may be text with a number in it, and nothing else (AG-287, AG-288, AG-306)', () => {
  assert.equal(parse({ statusCode: '201' }).status, 201);
  assert.equal(parse({ statusCode: 599 }).status, 599);
  for (const statusCode of ['test', '', '20', 199, 600, 200.5, true, [200], {}])
    assert.throws(() => parse({ statusCode }), MalformedProxyResult, String(statusCode));
});

test('Headers that are numbers or booleans become text, null is left out (AG-288)', () => {
  assert.deepEqual(parse({ headers: { a: true, b: 5, c: 'x', d: null } }).headers, ['a', 'true', 'b', '5', 'c', 'x']);
});

test('Of a name in both maps the list comes first, spelled as there (AG-292, AG-293)', () => {
  const { headers } = parse({ headers: { 'test-multi': 'solo', x: '1' }, multiValueHeaders: { 'tesT-Multi': ['one', 'two'] } });
  assert.deepEqual(headers, ['tesT-Multi', 'one', 'tesT-Multi', 'two', 'tesT-Multi', 'solo', 'x', '1']);
});

test('Anything else is malformed (AG-285, AG-287, AG-290, AG-291)', () => {
  for (const value of [
    null,
    'justAString',
    5,
    [],
    { wrongValue: 1 },
    { body: {} },
    { body: 5 },
    { isBase64Encoded: 'true' },
    { headers: [] },
    { headers: 'x' },
    { headers: { a: {} } },
    { multiValueHeaders: { a: 'x' } },
    { multiValueHeaders: { a: [{}] } },
  ])
    assert.throws(() => parse(value), MalformedProxyResult, JSON.stringify(value));
  assert.throws(() => parseProxyResult('{'), MalformedProxyResult);
  assert.throws(() => parse({ body: {} }), { message: 'its body is an object, not a string. JSON goes through JSON.stringify' });
});

test('A header that would break out of its line is malformed', () => {
  for (const headers of [{ a: 'x\r\nb: y' }, { 'a b': 'x' }, { a: 'é' }, { '': 'x' }])
    assert.throws(() => parse({ headers }), MalformedProxyResult);
});
