import assert from 'node:assert/strict';
import test from 'node:test';
import { render } from './render.ts';

function value(expression: string, variables?: string): string {
  return render(`#set($r = ${expression})$r`, variables);
}

test('Integers stay integers, as in Java; what cannot be calculated is null', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['7 / 2', '3'],
    ['-7 / 2', '-3'],
    ['-7 % 3', '-1'],
    ['7 / 2.0', '3.5'],
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['2 - 1 - 1', '0'],
    ['9007199254740993 + 0', '9007199254740993'],
    ['1.5 + 1.5', '3.0'],
    ['10000000.0', '1.0E7'],
    ['0.0001 * 1', '1.0E-4'],
    ['1 / 0', ''],
    ['"a" - 1', ''],
    ['"a" + 1', 'a1'],
    ['1 + "a" + 2.0', '1a2.0'],
  ];
  for (const [expression, expected] of cases) assert.equal(value(expression), expected, expression);
});

test('Comparison: numbers by value, other classes by their text, order for numbers only', () => {
  for (const expression of [
    '1 == 1.0',
    '1 == "1"',
    '"a" == "a"',
    'true == "true"',
    '[1, 2] == [1, 2]',
    '1 < 2',
    '2 ge 2',
    '1.5 > 1',
    '"a" != "b"',
    '1 ne 2',
  ])
    assert.equal(value(expression), 'true', expression);
  for (const expression of ['"a" < "b"', '"1" < 2', '1 == 2', '{"a": 1} == {"a": 2}', '$x > 1'])
    assert.equal(value(expression), 'false', expression);
});

test('Logic, in words and in signs, without evaluating what does not matter', () => {
  assert.equal(value('!$x && !false'), 'true');
  assert.equal(value('not $x and (1 == 1 or $x.y.z)'), 'true');
  assert.equal(value('true || $l.get(99)', '{"l": []}'), 'true');
  assert.equal(value('$order', '{"order": "or is no operator here"}'), 'or is no operator here');
});
