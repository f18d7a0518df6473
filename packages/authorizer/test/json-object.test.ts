import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseJsonObject } from '../src/json-object.ts';

test('a name that occurs twice in one object is refused, also escaped or deep within', () => {
  for (const text of ['{"sub":"a","sub":"b"}', String.raw`{"sub":"a","s\u0075b":"b"}`, '{"a":[{"b":1,"b":2}]}', '{"a" : 1, "a" : 1}']) {
    assert.throws(() => parseJsonObject(text), SyntaxError, text);
  }
});

test('the same name in different objects, and text that only looks like a name, are fine', () => {
  for (const text of ['{"a":{"a":1},"b":{"a":1}}', String.raw`{"a":"\"a\":1,{","b":["a","a"]}`, '{"a":[{"b":1},{"b":2}]}', '{}']) {
    assert.deepEqual(parseJsonObject(text), JSON.parse(text));
  }
});

test('what is not an object is refused', () => {
  for (const text of ['[]', 'null', '"a"', '1', '', '{', '{"a":1}x']) assert.throws(() => parseJsonObject(text), text);
});

test('every object that JSON.stringify can write is read back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(parseJsonObject(text), JSON.parse(text));
    }),
  );
});
