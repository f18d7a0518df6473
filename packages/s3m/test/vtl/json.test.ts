import assert from 'node:assert/strict';
import test from 'node:test';
import { compileJsonPath, JsonPathProblem } from '../../src/vtl/json-path.ts';
import { printJson } from '../../src/vtl/print-value.ts';
import { JsonProblem, readJson } from '../../src/vtl/read-json.ts';
import { VtlFailure } from '../../src/vtl/vtl-problem.ts';

const store = `{
  "book": [
    {"title": "A", "price": 8, "isbn": "x"},
    {"title": "B", "price": 12.5},
    {"title": "C", "price": 22, "tags": ["t", "u"]}
  ],
  "bicycle": {"color": "red", "price": 19},
  "with space": {"it's": 1},
  "nothing": null
}`;

test('JSONPath finds what Jayway finds', () => {
  const root = readJson(store);
  const cases: readonly (readonly [string, string])[] = [
    ['$.bicycle.color', '"red"'],
    ['bicycle.color', '"red"'],
    ["$['bicycle']['price']", '19'],
    ['$["with space"]["it\'s"]', '1'],
    ['$.book[1].title', '"B"'],
    ['$.book[-1].tags[1]', '"u"'],
    ['$.book[*].title', '["A","B","C"]'],
    ['$.book.*.price', '[8,12.5,22]'],
    ['$..price', '[8,12.5,22,19]'],
    ['$..book[0].title', '["A"]'],
    ['$.book[0,2].title', '["A","C"]'],
    ['$.book[1:].title', '["B","C"]'],
    ['$.book[:-1].title', '["A","B"]'],
    ['$.book[?(@.price < 20)].title', '["A","B"]'],
    ["$.book[?(@.title == 'B' || @.isbn)].price", '[8,12.5]'],
    ['$.book[?(@.price >= $.bicycle.price && !(@.isbn))].title', '["C"]'],
    ['$.book[?(@.tags[0] == "t")].title', '["C"]'],
    ["$.bicycle['color','price']", '{"color":"red","price":19}'],
    ['$.book.length()', '3'],
    ['$', printJson(root)],
  ];
  for (const [path, expected] of cases) assert.equal(printJson(compileJsonPath(path)(root)), expected, path);
  for (const path of ['$.nope', '$.nope.more', '$.book.title', '$.book[9]', '$.bicycle[0]', '$.nothing']) {
    assert.equal(compileJsonPath(path)(root), undefined, path);
  }
});

test('A path that is none is told, one that visits too much is ended', () => {
  for (const path of ['$.a[', '$.a[?(@.b =~ /x/)]', '$.a[?(', '$.a b', '$.sum()'])
    assert.throws(() => compileJsonPath(path), JsonPathProblem, path);
  const deep = readJson(`${'['.repeat(100)}1${']'.repeat(100)}`);
  assert.throws(() => compileJsonPath('$' + '..*'.repeat(20))(deep), VtlFailure);
});

test('JSON keeps the order of names, integers apart from fractions, and refuses what is none', () => {
  assert.equal(
    printJson(readJson(' {"2": 1, "1": 12345678901234567890, "x": [1.0, -0.5e3, true, null], "__proto__": "\\u00e9\\n\\/"} ')),
    '{"2":1,"1":12345678901234567890,"x":[1.0,-500.0,true,null],"__proto__":"é\\n/"}',
  );
  for (const text of [
    '',
    '{',
    '{a: 1}',
    '[1,]',
    '{"a" 1}',
    '01',
    '1 2',
    '"\u0001"',
    '"\\x"',
    "{'a': 1}",
    'nul',
    '['.repeat(1000),
    '-',
    '1.',
    'NaN',
  ]) {
    assert.throws(() => readJson(text), JsonProblem, text);
  }
  assert.equal(printJson(readJson('{a: 1, "b": 2}', { unquotedNames: true })), '{"a":1,"b":2}');
});
