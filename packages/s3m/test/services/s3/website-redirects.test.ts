import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PropertyReader } from '../../../src/services/property-reader.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import type { MemoryBucket } from '../../../src/services/s3/memory-bucket.ts';
import { answerWebsite } from '../../../src/services/s3/website-answer.ts';
import { readWebsiteConfiguration, websiteProblem } from '../../../src/services/s3/website-configuration.ts';
import { bucketWith } from './public-bucket.ts';

const page = (key: string): readonly [string, string] => [key, key];

/** Status, and where to or what. */
function ask(bucket: MemoryBucket, website: Properties, target: string): readonly [number, string | undefined] {
  const configuration = readWebsiteConfiguration(new PropertyReader(website, 'WebsiteConfiguration'))!;
  const answer = answerWebsite(bucket, configuration, { method: 'GET', target, host: 'site:8080' }, { requestId: 'R', hostId: 'H' });
  return [answer.status, answer.headers.find(([name]) => name === 'Location')?.[1] ?? answer.body?.toString()];
}

const site = (...RoutingRules: readonly Properties[]): Properties => ({
  IndexDocument: 'index.html',
  ErrorDocument: 'error.html',
  RoutingRules,
});

test('A rule redirects with 301 to an absolute URL of the same host (S3W-014)', () => {
  const rule = { RoutingRuleCondition: { KeyPrefixEquals: 'docs/' }, RedirectRule: { ReplaceKeyPrefixWith: 'documents/' } };
  assert.deepEqual(ask(bucketWith([]), site(rule), '/docs/a%20b?x=1'), [301, 'http://site:8080/documents/a%20b']);
});

for (const [what, redirect, location, status = 301] of [
  ['host and protocol', { HostName: 'example.com', Protocol: 'https' }, 'https://example.com/docs/a'],
  ['code', { HttpRedirectCode: '302', ReplaceKeyWith: 'b' }, 'http://site:8080/b', 302],
  ['an empty prefix', { ReplaceKeyPrefixWith: '' }, 'http://site:8080/a'],
  ['a prefix for a page with a router', { ReplaceKeyPrefixWith: '#!/' }, 'http://site:8080/#!/a'],
] as const) {
  test(`A rule may give ${what} (S3W-014)`, () => {
    const rule = { RoutingRuleCondition: { KeyPrefixEquals: 'docs/' }, RedirectRule: redirect };
    assert.deepEqual(ask(bucketWith([]), site(rule), '/docs/a'), [status, location]);
  });
}

test('Rules about a prefix come before the object and its own redirect, the first match wins (S3W-015)', () => {
  const bucket = bucketWith([['old', '', { systemMetadata: { 'x-amz-website-redirect-location': '/object' } }]]);
  const to = (prefix: string, key: string): Properties => ({
    RoutingRuleCondition: { KeyPrefixEquals: prefix },
    RedirectRule: { ReplaceKeyWith: key },
  });
  assert.deepEqual(ask(bucket, site(to('old', 'first'), to('ol', 'second')), '/old'), [301, 'http://site:8080/first']);
  assert.deepEqual(ask(bucket, site(to('ol', 'second'), to('old', 'first')), '/old'), [301, 'http://site:8080/second']);
  assert.deepEqual(ask(bucket, site(to('x', 'y')), '/old'), [301, '/object']);
});

test('A rule for the prefix "index" does not catch the root (S3W-015)', () => {
  const rule = { RoutingRuleCondition: { KeyPrefixEquals: 'index' }, RedirectRule: { ReplaceKeyWith: 'other' } };
  assert.deepEqual(ask(bucketWith([page('index.html')]), site(rule), '/'), [200, 'index.html']);
});

test('A rule about an error counts after the object was looked up, and before the error document (S3W-015)', () => {
  const rule = { RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '404' }, RedirectRule: { ReplaceKeyWith: 'found.html' } };
  const bucket = bucketWith([page('there'), page('error.html')]);
  assert.deepEqual(ask(bucket, site(rule), '/there'), [200, 'there']);
  assert.deepEqual(ask(bucket, site(rule), '/missing'), [301, 'http://site:8080/found.html']);
  assert.equal(ask(bucketWith([page('there')], []), site(rule), '/there')[0], 403);
});

test('Both conditions of a rule must hold (S3W-015)', () => {
  const rule = {
    RoutingRuleCondition: { KeyPrefixEquals: 'a/', HttpErrorCodeReturnedEquals: '404' },
    RedirectRule: { ReplaceKeyWith: 'b' },
  };
  const bucket = bucketWith([page('a/there'), page('error.html')]);
  assert.deepEqual(ask(bucket, site(rule), '/a/missing'), [301, 'http://site:8080/b']);
  assert.deepEqual(ask(bucket, site(rule), '/a/there'), [200, 'a/there']);
  assert.deepEqual(ask(bucket, site(rule), '/c/missing'), [404, 'error.html']);
});

test('A website may send everybody to another host', () => {
  const website = { RedirectAllRequestsTo: { HostName: 'example.com', Protocol: 'https' } };
  assert.deepEqual(ask(bucketWith([page('a')]), website, '/a'), [301, 'https://example.com/a']);
});

for (const [message, website] of [
  [
    'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
    { RedirectAllRequestsTo: { HostName: 'a' }, IndexDocument: 'i' },
  ],
  [
    'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
    { RedirectAllRequestsTo: { HostName: 'a', Protocol: 'ftp' } },
  ],
  [
    'You can only define ReplaceKeyPrefix or ReplaceKey but not both.',
    site({ RedirectRule: { ReplaceKeyWith: 'a', ReplaceKeyPrefixWith: 'b' } }),
  ],
  [
    "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    site({ RoutingRuleCondition: {}, RedirectRule: { HostName: 'a' } }),
  ],
] as const) {
  test(`S3 refuses a website: ${message} (S3W-017)`, () => {
    assert.equal(websiteProblem(new PropertyReader(website))?.message, message);
  });
}

test('A website has at most 50 routing rules (S3W-016)', () => {
  const rules = Array.from({ length: 51 }, () => ({ RedirectRule: { HostName: 'a' } }));
  assert.equal(websiteProblem(new PropertyReader(site(...rules.slice(1)))), undefined);
  assert.match(websiteProblem(new PropertyReader(site(...rules)))!.message, /limited to 50/);
});
