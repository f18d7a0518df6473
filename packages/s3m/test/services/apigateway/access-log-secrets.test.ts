import assert from 'node:assert/strict';
import test from 'node:test';
import { invalidSignature } from '../../../src/services/apigateway/failures.ts';
import type { GatewayRequest } from '../../../src/services/apigateway/gateway-request.ts';
import { compileLine } from '../../../src/services/apigateway/logging/access-log-format.ts';

test('An access log has one line of a failure, without what was signed, and of an API key the end', () => {
  const line = compileLine('$context.error.message $context.error.messageString $context.identity.apiKey');
  const request = {
    failure: invalidSignature("It does not match.\n\n'x-amz-security-token:a-session-token'"),
    apiKey: { id: 'k', value: 'a-long-api-key' },
    headers: [],
  } as unknown as GatewayRequest;
  assert.equal(line({ request, answer: { status: 403, headers: [] } }), 'It does not match. "It does not match." ************ey');
});
