import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signRequest } from '../src/signature-v4.ts';

// Cases of AWS's own Signature Version 4 test suite (aws-sig-v4-test-suite; in github.com/awslabs/aws-c-auth under
// tests/aws-signing-test-suite/v4/NAME), with its credentials, time and scope.
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const common = {
  url: new URL('https://example.amazonaws.com/'),
  headers: {},
  body: '',
  region: 'us-east-1',
  service: 'service',
  time: Date.UTC(2015, 7, 30, 12, 36),
};

function signatureOf(request: Partial<Parameters<typeof signRequest>[0]>): string {
  return signRequest({ method: 'GET', credentials, ...common, ...request })['authorization'] ?? '';
}

test('get-vanilla', () => {
  assert.equal(
    signatureOf({}),
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  );
});

test('post-vanilla', () => {
  assert.match(signatureOf({ method: 'POST' }), /Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b$/);
});

test('post-header-key-case, post-header-key-sort and post-header-value-case: names in any case and order, values as they are', () => {
  assert.match(
    signatureOf({ method: 'POST', headers: { 'My-Header1': 'value1' } }),
    /SignedHeaders=host;my-header1;x-amz-date, Signature=c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c$/,
  );
  assert.match(
    signatureOf({ method: 'POST', headers: { 'My-Header1': 'VALUE1' } }),
    /SignedHeaders=host;my-header1;x-amz-date, Signature=cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d$/,
  );
});

test('get-header-value-trim: blanks around and within a value', () => {
  assert.match(
    signatureOf({ headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' } }),
    /SignedHeaders=host;my-header1;my-header2;x-amz-date, Signature=acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736$/,
  );
});

test('post-x-www-form-urlencoded: with a body', () => {
  assert.match(
    signatureOf({ method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'Param1=value1' }),
    /SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a$/,
  );
});

test('post-sts-header-before: with the token of temporary credentials', () => {
  const sessionToken =
    'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
  assert.match(
    signatureOf({ method: 'POST', credentials: { ...credentials, sessionToken } }),
    /SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead$/,
  );
});
