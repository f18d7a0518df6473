import assert from 'node:assert/strict';
import test from 'node:test';
import { parseMockStatus } from '../../../src/services/apigateway/mock-template.ts';

test('An integer statusCode, with names in quotes or without (AG-316, AG-317)', () => {
  for (const template of [
    '{"statusCode": 200}',
    '{statusCode: 200}',
    '{ statusCode: 200 }',
    '{\n "statusCode" : 200,\n other: "x: y"\n}',
  ]) {
    assert.deepEqual(parseMockStatus(template), { status: 200 }, template);
  }
});

test('A string, a fraction, nothing, and what is no JSON give no status (AG-317 to AG-319)', () => {
  for (const template of ['{"statusCode": "200"}', '{"statusCode": 2.5}', '{}', '', 'statusCode: 200', 'null', '200', '[200]']) {
    assert.ok('problem' in parseMockStatus(template), template);
  }
});
