import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applyResponseHeaders,
  managedResponseHeaders,
  readResponseHeaders,
} from '../../../src/services/cloudfront/policies/response-headers.ts';
import { PropertyReader } from '../../../src/services/property-reader.ts';

const simple = { origin: undefined, isPreflight: false };

test("AWS's policy of security headers adds its five, and leaves an origin's own but for nosniff", () => {
  const policy = managedResponseHeaders['67f7725c-6f97-4210-82d7-5512b31e9d03']!;
  const headers = applyResponseHeaders(
    policy,
    [
      ['x-frame-options', 'DENY'],
      ['x-content-type-options', 'other'],
    ],
    simple,
  );
  assert.deepEqual(Object.fromEntries(headers), {
    'x-frame-options': 'DENY',
    'Strict-Transport-Security': 'max-age=31536000',
    'X-Content-Type-Options': 'nosniff',
    'X-XSS-Protection': '1; mode=block',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
  });
});

test('A policy of one’s own sets, replaces and removes headers', () => {
  const policy = readResponseHeaders(
    new PropertyReader({
      SecurityHeadersConfig: {
        StrictTransportSecurity: { AccessControlMaxAgeSec: 60, IncludeSubdomains: true, Preload: true, Override: true },
        ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'self'", Override: true },
        XSSProtection: { Protection: false, Override: true },
      },
      CustomHeadersConfig: {
        Items: [
          { Header: 'Cache-Control', Value: 'no-store', Override: true },
          { Header: 'X-Own', Value: 'policy', Override: false },
        ],
      },
      RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
    }),
  );
  const given = [
    ['Server', 'AmazonS3'],
    ['cache-control', 'max-age=1'],
    ['x-own', 'origin'],
  ] as const;
  assert.deepEqual(Object.fromEntries(applyResponseHeaders(policy, given, simple)), {
    'Content-Security-Policy': "default-src 'self'",
    'Strict-Transport-Security': 'max-age=60; includeSubDomains; preload',
    'X-XSS-Protection': '0',
    'Cache-Control': 'no-store',
    'x-own': 'origin',
  });
});

test('Headers for other origins go to those that the policy names, those about methods with a preflight only', () => {
  const policy = readResponseHeaders(
    new PropertyReader({
      CorsConfig: {
        AccessControlAllowCredentials: true,
        AccessControlAllowHeaders: { Items: ['X-Own'] },
        AccessControlAllowMethods: { Items: ['GET', 'PUT'] },
        AccessControlAllowOrigins: { Items: ['https://*.example.com'] },
        AccessControlMaxAgeSec: 5,
        OriginOverride: false,
      },
    }),
  );
  const origin = 'https://a.example.com';
  assert.deepEqual(applyResponseHeaders(policy, [], { origin, isPreflight: true }), [
    ['Access-Control-Allow-Origin', origin],
    ['Vary', 'Origin'],
    ['Access-Control-Allow-Credentials', 'true'],
    ['Access-Control-Allow-Methods', 'GET, PUT'],
    ['Access-Control-Allow-Headers', 'X-Own'],
    ['Access-Control-Max-Age', '5'],
  ]);
  assert.equal(applyResponseHeaders(policy, [], { origin, isPreflight: false }).length, 3);
  assert.deepEqual(applyResponseHeaders(policy, [], { origin: 'https://example.com', isPreflight: false }), []);
  assert.deepEqual(applyResponseHeaders(policy, [], simple), []);
  const own = [['Access-Control-Allow-Origin', 'https://b.example']] as const;
  assert.deepEqual(applyResponseHeaders(policy, own, { origin, isPreflight: false }), own);
});
