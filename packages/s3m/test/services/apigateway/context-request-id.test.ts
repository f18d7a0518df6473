import assert from 'node:assert/strict';
import test from 'node:test';
import { contextRequestId } from '../../../src/services/apigateway/context-request-id.ts';

test('$context.requestId is the UUID that a client sends, and says so when it is none (AG-076)', () => {
  const id = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
  const of = (...headers: readonly string[]): string => contextRequestId({ facts: { headers, requestId: undefined }, id });
  assert.equal(of(), id);
  assert.equal(of('X-Amzn-RequestId', ''), id);
  assert.equal(of('X-Amzn-RequestId', '11111111-2222-3333-4444-555555555555'), '11111111-2222-3333-4444-555555555555');
  for (const value of ['mine', '11111111-2222-3333-4444-555555555555x', '11111111-2222-3333-4444-555555555555\r\nX: y'])
    assert.equal(of('x-amzn-requestid', value), 'UUID_REPLACED_INVALID_REQUEST_ID');
});
