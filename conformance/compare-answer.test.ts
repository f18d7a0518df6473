import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareAnswer } from './compare-answer.ts';
import type { CaseAnswer } from './conformance-case.ts';
import { fillPlaceholders } from './placeholders.ts';
import type { RawAnswer } from './raw-answer.ts';

const answerOf = (body: string, headers: RawAnswer['headers'] = [], status = 200): RawAnswer => ({
  status,
  headers,
  body: Buffer.from(body),
});
const json = answerOf('{"a":{"b":1,"c":[1,2]},"d":"text"}', [
  ['X-Own', 'one'],
  ['x-own', 'two'],
]);
const xml = answerOf('<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code><Message>a &amp; b</Message></Error>');

/** What each word lets through, and what it must not. */
const words: readonly (readonly [word: string, answer: RawAnswer, passes: CaseAnswer, fails: CaseAnswer])[] = [
  ['status', json, { status: 200 }, { status: 201 }],
  ['body', answerOf('a'), { body: 'a' }, { body: 'a ' }],
  ['body that is empty', answerOf(''), { body: '' }, { body: 'a' }],
  ['bodyOneOf', answerOf('a'), { bodyOneOf: ['b', 'a'] }, { bodyOneOf: ['b'] }],
  ['bodyBase64', answerOf('abc'), { bodyBase64: 'YWJj' }, { bodyBase64: 'YWJk' }],
  ['bodyContains', answerOf('abc'), { bodyContains: 'b' }, { bodyContains: 'd' }],
  ['bodyMatches', answerOf('abc'), { bodyMatches: '^a.c$' }, { bodyMatches: '^b' }],
  ['bodyTemplate', answerOf('a.1\n2.c'), { bodyTemplate: 'a.{{*}}.c' }, { bodyTemplate: 'a.{{*}}.d' }],
  ['bodyTemplate from end to end', answerOf('xabc'), { bodyTemplate: 'x{{*}}' }, { bodyTemplate: 'abc' }],
  ['json', json, { json: { d: 'text', a: { b: 1, c: [1, 2] } } }, { json: { a: { b: 1, c: [1, 2] } } }],
  ['jsonSubset', json, { jsonSubset: { a: { b: 1 } } }, { jsonSubset: { a: { b: '1' } } }],
  ['jsonSubset with a list', json, { jsonSubset: { a: { c: [1, 2] } } }, { jsonSubset: { a: { c: [1] } } }],
  ['jsonAbsent', json, { jsonAbsent: ['/a/x'] }, { jsonAbsent: ['/a/b'] }],
  ['jsonPresent', json, { jsonPresent: ['/a/c/1'] }, { jsonPresent: ['/a/c/2'] }],
  ['jsonKeys', json, { jsonKeys: { '/': ['d', 'a'], '/a': ['b', 'c'] } }, { jsonKeys: { '/a': ['b'] } }],
  ['jsonMatches', json, { jsonMatches: { '/d': '^te' } }, { jsonMatches: { '/a': '.' } }],
  ['JSON at all', answerOf('text'), {}, { jsonPresent: ['/a'] }],
  ['xml', xml, { xml: { Code: 'NoSuchKey', Message: 'a & b' } }, { xml: { Key: 'k' } }],
  ['headers', json, { headers: { 'x-OWN': 'one, two' } }, { headers: { 'x-own': 'one' } }],
  ['headers present', json, { headers: { 'x-own': { present: true } } }, { headers: { other: { present: true } } }],
  ['headers absent', json, { headers: { other: { absent: true } } }, { headers: { 'x-own': { absent: true } } }],
  ['headers contain', json, { headers: { 'x-own': { contains: 'two' } } }, { headers: { 'x-own': { contains: 'three' } } }],
  ['headers match', json, { headers: { 'x-own': { matches: '^o' } } }, { headers: { other: { matches: '' } } }],
  [
    'headerCaseSensitive',
    answerOf('', [['X-Own', 'one']]),
    { headers: { 'X-Own': 'one' }, headerCaseSensitive: ['X-Own'] },
    { headers: { 'x-own': 'one' }, headerCaseSensitive: ['x-own'] },
  ],
];

for (const [word, answer, passes, fails] of words) {
  test(`${word}: what is the same passes, what is not is told`, () => {
    assert.deepEqual(compareAnswer(passes, answer), []);
    assert.notDeepEqual(compareAnswer(fails, answer), []);
  });
}

test('placeholders are filled in at any depth, and one that stands for nothing is an error', () => {
  const names = { ApiId: 'abc', Region: 'us-east-1', AccountId: '0', Partition: 'aws', outputs: { Url: 'http://a' } };
  assert.deepEqual(fillPlaceholders({ a: ['{{ApiId}}/{{Outputs.Url}}', 1], b: '{{*}}' }, names), { a: ['abc/http://a', 1], b: '{{*}}' });
  assert.throws(() => fillPlaceholders('{{Outputs.None}}', names), /stands for nothing/);
});
