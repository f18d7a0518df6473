import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MemoryBucket } from '../../../src/services/s3/memory-bucket.ts';
import { answerWebsite, type WebsiteRequest } from '../../../src/services/s3/website-answer.ts';
import { bucketWith, publicRead } from './public-bucket.ts';

const ids = { requestId: 'REQUEST', hostId: 'HOST' };

function ask(bucket: MemoryBucket, target: string, more: Partial<WebsiteRequest> & { readonly errorKey?: string } = {}) {
  const { errorKey, ...request } = more;
  const answer = answerWebsite(
    bucket,
    { indexSuffix: 'index.html', ...(errorKey === undefined ? {} : { errorKey }) },
    { method: 'GET', target, host: 'site', ...request },
    ids,
  );
  return { status: answer.status, body: answer.body?.toString(), headers: Object.fromEntries(answer.headers) };
}

function page(title: string, items: readonly string[], more = ''): string {
  return `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n${items.map((item) => `<li>${item}</li>\n`).join('')}<li>RequestId: REQUEST</li>\n<li>HostId: HOST</li>\n</ul>\n${more}<hr/>\n</body>\n</html>\n`;
}

const missing = (key: string): string =>
  page('404 Not Found', ['Code: NoSuchKey', 'Message: The specified key does not exist.', `Key: ${key}`]);
const denied = page('403 Forbidden', ['Code: AccessDenied', 'Message: Access Denied']);

test('An object is answered with its type, validators and stored headers', () => {
  const bucket = bucketWith([
    ['a.js', 'code', { contentType: 'text/javascript', systemMetadata: { 'cache-control': 'no-cache' }, userMetadata: { build: '7' } }],
  ]);
  const { status, body, headers } = ask(bucket, '/a.js?version=1');
  assert.deepEqual([status, body], [200, 'code']);
  assert.deepEqual(headers, {
    'x-amz-request-id': 'REQUEST',
    'x-amz-id-2': 'HOST',
    Server: 'AmazonS3',
    'Last-Modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
    ETag: '"c13367945d5d4c91047b3b50234aa7ab"',
    'x-amz-meta-build': '7',
    'Cache-Control': 'no-cache',
    'Content-Type': 'text/javascript',
  });
});

test('The index suffix is appended to the root and to folders (S3W-004)', () => {
  const bucket = bucketWith([
    ['index.html', 'root'],
    ['docs/index.html', 'docs'],
  ]);
  assert.equal(ask(bucket, '/').body, 'root');
  assert.equal(ask(bucket, '/docs/').body, 'docs');
  assert.equal(ask(bucket, '/none/').body, missing('none/index.html'));
  assert.equal(ask(bucket, '/none').body, missing('none'));
  assert.equal(ask(bucketWith([]), '/').body, missing('index.html'));
  assert.equal(ask(bucketWith([['none/index.html/index.html', 'x']]), '/none/').status, 404);
});

test('A folder without its slash is redirected to with 302 (S3W-005)', () => {
  const { status, headers, body } = ask(bucketWith([['a b/index.html', 'x']]), '/a%20b');
  assert.deepEqual([status, headers['Location'], body], [302, '/a%20b/', undefined]);
});

test('The names of index and keys are case-sensitive (S3W-019)', () =>
  assert.equal(ask(bucketWith([['Index.html', 'x']]), '/').status, 404));

test('The error document comes with the status of the error, its own ETag and type (S3W-006)', () => {
  const bucket = bucketWith([['oops.txt', 'oops', { contentType: 'text/plain' }]]);
  const { status, body, headers } = ask(bucket, '/none', { errorKey: 'oops.txt' });
  assert.deepEqual([status, body, headers['Content-Type'], headers['ETag']], [404, 'oops', 'text/plain', bucket.get('oops.txt')?.etag]);
});

test('A missing error document is told below the error (S3W-007)', () => {
  const block =
    '<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n<li>Key: error.html</li>\n</ul>\n';
  const expected = page('404 Not Found', ['Code: NoSuchKey', 'Message: The specified key does not exist.', 'Key: none'], block);
  assert.equal(ask(bucketWith([]), '/none', { errorKey: 'error.html' }).body, expected);
});

test('Without a public policy everything is 403, and the error document cannot be shown either (S3W-009)', () => {
  const bucket = bucketWith(
    [
      ['index.html', 'x'],
      ['error.html', 'x'],
    ],
    [],
  );
  assert.deepEqual([ask(bucket, '/').status, ask(bucket, '/').body], [403, denied]);
  assert.equal(ask(bucket, '/none').status, 403);
  const block =
    '<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n<li>Code: AccessDenied</li>\n<li>Message: Access Denied</li>\n</ul>\n';
  assert.equal(
    ask(bucket, '/', { errorKey: 'error.html' }).body,
    page('403 Forbidden', ['Code: AccessDenied', 'Message: Access Denied'], block),
  );
});

test('What is there but not readable is 403, what is not there 404 where listing is allowed (S3W-010)', () => {
  const bucket = bucketWith(
    [
      ['open/a', 'a'],
      ['closed/b', 'b'],
    ],
    [
      { ...publicRead, Resource: 'arn:aws:s3:::site/open/*' },
      { ...publicRead, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::site' },
    ],
  );
  assert.deepEqual(
    ['/open/a', '/open/none', '/closed/b', '/closed/none'].map((target) => ask(bucket, target).status),
    [200, 404, 403, 404],
  );
});

test('Methods that a website does not have are 405 without the error document (S3W-002)', () => {
  const bucket = bucketWith([['error.html', 'x']]);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const { status, body } = ask(bucket, '/', { method, errorKey: 'error.html' });
    const items = [
      'Code: MethodNotAllowed',
      'Message: The specified method is not allowed against this resource.',
      `Method: ${method}`,
      'ResourceType: OBJECT',
    ];
    assert.deepEqual([status, body], [405, page('405 Method Not Allowed', items)]);
  }
});

test('A redirect in the metadata is 301, on the error document too (S3W-013)', () => {
  const redirect = (to: string) => ({ systemMetadata: { 'x-amz-website-redirect-location': to } });
  const bucket = bucketWith([
    ['index.html', '', redirect('/other.html')],
    ['error.html', '', redirect('https://example.com/')],
  ]);
  assert.deepEqual([ask(bucket, '/').status, ask(bucket, '/').headers['Location']], [301, '/other.html']);
  const error = ask(bucket, '/none', { errorKey: 'error.html' });
  assert.deepEqual([error.status, error.headers['Location']], [301, 'https://example.com/']);
});

test('A client that has the object already gets 304 (S3W-018)', () => {
  const bucket = bucketWith([['index.html', 'x']]);
  const { etag } = bucket.get('index.html')!;
  const status = (more: Partial<WebsiteRequest>): number => ask(bucket, '/', more).status;
  assert.equal(status({ ifNoneMatch: etag }), 304);
  assert.equal(ask(bucket, '/none', { errorKey: 'index.html', ifNoneMatch: etag }).status, 404);
  assert.equal(status({ ifNoneMatch: `"other", W/${etag}` }), 304);
  assert.equal(status({ ifNoneMatch: '"other"' }), 200);
  assert.equal(status({ ifModifiedSince: 'Tue, 14 Nov 2023 22:13:20 GMT' }), 304);
  assert.equal(status({ ifModifiedSince: 'Tue, 14 Nov 2023 22:13:19 GMT' }), 200);
  assert.equal(status({ ifNoneMatch: '"other"', ifModifiedSince: 'Tue, 14 Nov 2023 22:13:20 GMT' }), 200);
});

test('A key is shown escaped, and a path that cannot be decoded is 400', () => {
  assert.equal(ask(bucketWith([]), '/%3Cscript%3E').body, missing('&lt;script&gt;'));
  assert.equal(ask(bucketWith([]), '/%E0%A4%A').status, 400);
});
