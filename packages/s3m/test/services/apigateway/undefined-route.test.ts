import assert from 'node:assert/strict';
import { test } from 'node:test';
import { undefinedRoute } from '../../../src/services/apigateway/undefined-route.ts';

const of = (...headers: readonly string[]): readonly [string, string | null] => {
  const { type, message } = undefinedRoute({ headers, rawTarget: '/' });
  return [type, message];
};

test('an undefined route misses a token when Authorization is absent, empty or a whole signature (AG-027)', () => {
  const missing = ['MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token'];
  assert.deepEqual(of(), missing);
  assert.deepEqual(of('authorization', ''), missing);
  const signature = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0';
  assert.deepEqual(of('Authorization', signature, 'X-Amz-Date', '20260101T000000Z'), missing);
});

test('a token on an undefined route is told not to be a signature, by its digest only (AG-032, AG-034)', () => {
  // printf 'Bearer abc' | openssl dgst -sha256 -binary | base64
  assert.deepEqual(of('Authorization', 'Bearer abc'), [
    'DEFAULT_4XX',
    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='.",
  ]);
});

test('what a signature lacks on an undefined route is listed (AG-033)', () => {
  const [, message] = of('Authorization', 'Basic YTpi=');
  assert.match(
    message!,
    /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. /,
  );
  assert.doesNotMatch(message!, /YTpi/);
  const [, dated] = of('Authorization', 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host', 'Date', 'today');
  assert.match(dated!, /^Authorization header requires 'Signature' parameter\. \(/);
});
