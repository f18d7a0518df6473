import assert from 'node:assert/strict';
import test from 'node:test';
import type { Value } from '../../../src/services/resource-type.ts';
import { SchemaCompiler } from '../../../src/services/apigateway/validation/schema-compiler.ts';
import { validationErrorString } from '../../../src/services/apigateway/validation/schema-error-text.ts';

function problems(schema: Value, body: unknown): string {
  return validationErrorString(new SchemaCompiler(new Map([['M', schema]]), 'api').compile('M')(body));
}

const named = { type: 'object', required: ['name'] };

test('Each keyword has the text of the Java validator, as far as texts are known (AG-404, AG-919)', () => {
  const cases: readonly (readonly [Value, unknown, string])[] = [
    [{ type: 'number' }, 'x', 'instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])'],
    [{ type: ['string', 'null'] }, 1, 'instance type (integer) does not match any allowed primitive type (allowed: ["null","string"])'],
    [
      { dependencies: { a: ['c', 'b'], d: ['a'] } },
      { a: 1, c: 1 },
      'property "a" of object has missing property dependencies (schema requires ["b","c"]; missing: ["b"])',
    ],
    [{ items: [{}, {}], additionalItems: false }, [1, 2, 3], 'schema only allows 2 elements in array but instance has 3 elements'],
    [{ allOf: [named, { maxProperties: 1 }] }, { a: 1 }, 'instance failed to match all required schemas (matched only 1 out of 2)'],
    [{ anyOf: [named, { type: 'null' }] }, {}, 'instance failed to match at least one required schema among 2'],
    [{ oneOf: [{}, { type: 'object' }, { type: 'null' }] }, {}, 'instance failed to match exactly one schema (matched 2 out of 3)'],
    [{ format: 'email' }, 'x', 'string "x" is not a valid email address'],
    [
      { format: 'date-time' },
      'x',
      `string "x" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]`,
    ],
    [{ format: 'hostname' }, '-', 'string "-" is not a valid hostname'],
    [{ format: 'ipv4' }, 'x', 'string "x" is not a valid IPv4 address'],
    [{ format: 'ipv6' }, 'x', 'string "x" is not a valid IPv6 address'],
    [{ format: 'uri' }, 'x', 'string "x" is not a valid URI'],
    [{ format: 'regex' }, '(', 'string "(" is not a valid ECMA 262 regular expression'],
  ];
  for (const [schema, body, expected] of cases) assert.equal(problems(schema, body), `[${expected}]`);
});

test('What is missing comes before what is too much; what is in an object that is wrong is not looked at (AG-919)', () => {
  const schema = { ...named, additionalProperties: false, properties: { name: {}, age: { type: 'integer' } } };
  assert.equal(
    problems(schema, { foo: 1, age: 'x' }),
    '[object has missing required properties (["name"]), object instance has properties which are not allowed by the schema: ["foo"]]',
  );
  assert.match(problems(schema, { name: 1, age: 'x' }), /^\[instance type \(string\)/);
});

test('Combined schemas tell one error, wherever they stand, and let through what fits', () => {
  const schema = {
    definitions: { named },
    properties: {
      a: { allOf: [{ $ref: '#/definitions/named' }, { maxProperties: 2 }] },
      b: { oneOf: [{ type: 'null' }, { $ref: '#/definitions/named' }] },
    },
  };
  assert.equal(problems(schema, { a: {}, b: {} }).split('instance failed').length, 3);
  assert.doesNotMatch(problems(schema, { a: {}, b: {} }), /missing/);
  for (const fits of [{}, { a: { name: 1 } }, { b: null }, { b: { name: 1 } }, { a: { name: 1, x: 1 }, b: null }])
    assert.equal(problems(schema, fits), '[]');
  for (const fits of [1, 'x', null]) assert.equal(problems({ anyOf: [{ type: 'integer' }, { type: 'string' }, {}] }, fits), '[]');
});
