import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PropertyReader } from '../../../src/services/property-reader.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { readCorsRules } from '../../../src/services/s3/cors-rules.ts';
import { answerWebsite, type WebsiteRequest } from '../../../src/services/s3/website-answer.ts';
import { bucketWith } from './public-bucket.ts';

const rule = { AllowedOrigins: ['http://*.origin.com'], AllowedMethods: ['GET', 'PUT'], AllowedHeaders: ['x-*'], MaxAge: 3000 };

function ask(
  rules: readonly Properties[],
  request: Partial<WebsiteRequest>,
): { status: number; headers: Record<string, string>; body: string } {
  const bucket = bucketWith([['a', 'text']]);
  bucket.restoreSettings({ corsRules: readCorsRules(new PropertyReader({ CorsRules: rules })) });
  const whole = { method: 'OPTIONS', target: '/a', host: 'site', ...request };
  const answer = answerWebsite(bucket, { indexSuffix: 'index.html' }, whole, { requestId: 'R', hostId: 'H' });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body?.toString() ?? '' };
}

/** `access-control-...` and Vary. */
const corsOf = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('Access-Control') || name === 'Vary'));

test('A preflight that a rule allows is 200 with the rule in its headers (s3-cors-partial-origin)', () => {
  const { status, headers, body } = ask([rule], { origin: 'http://test.origin.com', requestedMethod: 'GET' });
  assert.deepEqual([status, body], [200, '']);
  assert.deepEqual(corsOf(headers), {
    'Access-Control-Allow-Origin': 'http://test.origin.com',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Methods': 'GET, PUT',
    'Access-Control-Max-Age': '3000',
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  });
});

for (const [what, request] of [
  ['an origin with a slash at its end', { origin: 'http://test.origin.com/', requestedMethod: 'GET' }],
  ['a method that no rule has', { origin: 'http://test.origin.com', requestedMethod: 'DELETE' }],
  ['a header that no rule has', { origin: 'http://test.origin.com', requestedMethod: 'GET', requestedHeaders: 'x-a, authorization' }],
  ['no method', { origin: 'http://test.origin.com' }],
] as const) {
  test(`A preflight with ${what} is refused with 403 (s3-cors-partial-origin)`, () => {
    const { status, headers, body } = ask([rule], request);
    assert.deepEqual([status, headers['x-amz-error-code'], corsOf(headers)], [403, 'AccessForbidden', {}]);
    assert.match(body, /<li>Message: CORSResponse: This CORS request is not allowed\. This is usually because the evalution of Origin/);
  });
}

test('Headers that are asked for are told back in lower case', () => {
  const { headers } = ask([rule], { origin: 'http://a.origin.com', requestedMethod: 'PUT', requestedHeaders: 'X-A,x-b' });
  assert.equal(headers['Access-Control-Allow-Headers'], 'x-a, x-b');
});

test('Without a configuration a preflight is 403, without an origin 400 (s3-cors-no-config)', () => {
  const refused = ask([], { origin: 'whatever', requestedMethod: 'PUT' });
  assert.equal(refused.status, 403);
  assert.match(
    refused.body,
    /<li>Message: CORSResponse: CORS is not enabled for this bucket\.<\/li>\n<li>Method: PUT<\/li>\n<li>ResourceType: BUCKET<\/li>/,
  );
  assert.match(ask([], { origin: 'whatever' }).body, /<li>Method: OPTIONS<\/li>/);
  const { status, headers } = ask([], {});
  assert.deepEqual(
    [status, headers['x-amz-error-code'], headers['x-amz-error-message']],
    [400, 'BadRequest', 'Insufficient information. Origin request header needed.'],
  );
});

test('A page of an allowed origin may read objects; others get them without a word about it', () => {
  const open = { AllowedOrigins: ['*'], AllowedMethods: ['GET'], ExposedHeaders: ['ETag'] };
  const read = (rules: readonly Properties[]): ReturnType<typeof ask> => ask(rules, { method: 'GET', origin: 'http://a.example' });
  assert.deepEqual(corsOf(read([open]).headers), {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET',
    'Access-Control-Expose-Headers': 'ETag',
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  });
  assert.deepEqual([read([rule]).body, corsOf(read([rule]).headers)], ['text', {}]);
});
