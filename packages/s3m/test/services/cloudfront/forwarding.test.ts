import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originHeaders, originQuery } from '../../../src/services/cloudfront/distribution/origin-headers.ts';
import type { ViewerRequest } from '../../../src/services/cloudfront/distribution/viewer-request.ts';
import { compilePathPattern } from '../../../src/services/cloudfront/path-pattern.ts';
import type { Forwarding } from '../../../src/services/cloudfront/policies/forwarding.ts';
import { managedCachePolicies, managedOriginRequestPolicies } from '../../../src/services/cloudfront/policies/managed-policies.ts';
import { readForwardedValues, readForwarding } from '../../../src/services/cloudfront/policies/read-forwarding.ts';
import { PropertyReader } from '../../../src/services/property-reader.ts';
import type { Properties } from '../../../src/services/resource-type.ts';

const origin = { domainName: 'api.example.com', customHeaders: { 'x-origin-verify': 'secret' } };
const optimized = managedCachePolicies['658327ea-f89d-4fab-a63d-7e88639e58f6']!;
const exceptHost = managedOriginRequestPolicies['b689b0a8-53d0-40ab-baf2-68738e2966ac']!;
const allViewer = managedOriginRequestPolicies['216adef6-5c7f-47e4-b989-5492eafa07d3']!;

const viewerHeaders = {
  host: 'd1.cloudfront.net',
  'user-agent': 'curl/8',
  accept: '*/*',
  'accept-encoding': 'gzip, deflate, br',
  authorization: 'Bearer t',
  cookie: 'a=1; b=2',
  connection: 'keep-alive, x-hop',
  'x-hop': 'gone',
  origin: 'https://page.example',
  'x-own': 'mine',
  'x-forwarded-for': '198.51.100.7',
  'content-type': 'application/json',
  'if-none-match': '"e"',
  range: 'bytes=0-1',
};

function forwarded(policies: readonly Forwarding[], method = 'GET'): Record<string, string> {
  const request: ViewerRequest = {
    method,
    path: '/',
    query: undefined,
    headers: Object.entries(viewerHeaders),
    ip: '203.0.113.9',
    id: 'ID==',
  };
  return originHeaders(request, policies, origin, '1.1 x.cloudfront.net (CloudFront)');
}

test('Of a request the origin gets with CachingOptimized what says which bytes are wanted, and what CloudFront adds (S3W-056)', () => {
  assert.deepEqual(forwarded([optimized]), {
    'accept-encoding': 'br,gzip',
    'content-type': 'application/json',
    'if-none-match': '"e"',
    range: 'bytes=0-1',
    host: 'api.example.com',
    'user-agent': 'Amazon CloudFront',
    'x-forwarded-for': '198.51.100.7, 203.0.113.9',
    via: '1.1 x.cloudfront.net (CloudFront)',
    'x-amz-cf-id': 'ID==',
    'x-origin-verify': 'secret',
  });
});

test('Authorization goes on with a POST, and with a GET only when a policy takes it', () => {
  assert.equal(forwarded([optimized])['authorization'], undefined);
  assert.equal(forwarded([optimized], 'POST')['authorization'], 'Bearer t');
  assert.equal(forwarded([optimized, exceptHost])['authorization'], 'Bearer t');
});

test('AllViewer forwards the host of the viewer, AllViewerExceptHostHeader everything else; what is of the connection goes no further', () => {
  const all = forwarded([optimized, allViewer]);
  assert.deepEqual([all['host'], all['cookie'], all['user-agent'], all['x-own']], ['d1.cloudfront.net', 'a=1; b=2', 'curl/8', 'mine']);
  assert.deepEqual([all['connection'], all['x-hop']], [undefined, undefined]);
  const except = forwarded([optimized, exceptHost]);
  assert.deepEqual([except['host'], except['x-own']], ['api.example.com', 'mine']);
});

test("An application's own policies take headers, cookies and parameters by name, or all but some", () => {
  const policy = (properties: Properties): Forwarding => readForwarding(new PropertyReader(properties));
  const some = policy({
    HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Own'] },
    CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['b'] },
    QueryStringsConfig: { QueryStringBehavior: 'allExcept', QueryStrings: ['utm'] },
  });
  const headers = forwarded([some]);
  assert.deepEqual([headers['x-own'], headers['cookie'], headers['origin']], ['mine', 'b=2', undefined]);
  assert.equal(originQuery('a=1&utm=x&b=%20', [some]), '?a=1&b=%20');
  assert.equal(originQuery('utm=x', [some]), '');
  assert.equal(originQuery('a=1', [optimized]), '');
  const legacy = readForwardedValues(new PropertyReader({ QueryString: true, Headers: ['Origin'], Cookies: { Forward: 'all' } }));
  const old = forwarded([legacy]);
  assert.deepEqual([old['origin'], old['cookie'], old['x-own']], ['https://page.example', 'a=1; b=2', undefined]);
  assert.equal(originQuery('a=1', [legacy]), '?a=1');
});

test('A path pattern is about whole paths, with or without a slash in front; its case counts', () => {
  const cases: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
    ['/api/*', '/api/a/b', true],
    ['api/*', '/api/', true],
    ['/api/*', '/api', false],
    ['/api/*', '/API/a', false],
    ['*.js', '/a/b.js', true],
    ['*.js', '/a/bxjs', false],
    ['/a?c', '/abc', true],
    ['/a?c', '/ac', false],
    ['/a(b)', '/a(b)', true],
    ['*', '/anything', true],
  ];
  for (const [pattern, path, matches] of cases) assert.equal(compilePathPattern(pattern)(path), matches, `${pattern} ${path}`);
});
