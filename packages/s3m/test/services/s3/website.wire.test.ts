import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { bucket } from '../../../src/services/s3/bucket.ts';
import { bucketPolicy } from '../../../src/services/s3/bucket-policy.ts';
import type { Resource } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';
import { newObject, type NewObject } from './public-bucket.ts';

interface Site extends AsyncDisposable {
  readonly url: string;
  readonly resource: Resource;
}

/** A public website with these objects. */
async function openSite(
  account: FakeAccount,
  objects: readonly NewObject[],
  website: { readonly ErrorDocument?: string } = {},
): Promise<Site> {
  const properties = {
    BucketName: 'site',
    WebsiteConfiguration: { IndexDocument: 'index.html', ...website },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: false,
      BlockPublicPolicy: false,
      IgnorePublicAcls: false,
      RestrictPublicBuckets: false,
    },
  };
  const resource = await bucket.create(createContext(account, bucket, { logicalId: 'Bucket', properties }));
  const statement = [
    { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::site/*' },
    { Effect: 'Allow', Principal: '*', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::site' },
  ];
  await bucketPolicy.create(
    createContext(account, bucketPolicy, { logicalId: 'Policy', properties: { Bucket: 'site', PolicyDocument: { Statement: statement } } }),
  );
  for (const object of objects) await account.directory.find('bucket', 'site')!.put(newObject(object));
  return { url: resource.addresses![0]!.local, resource, [Symbol.asyncDispose]: () => resource.delete() };
}

test('WebsiteURL stands for a port of this machine only', async () => {
  await using account = await fakeAccount();
  await using site = await openSite(account, []);
  assert.equal(site.resource.addresses![0]!.aws, site.resource.attributes['WebsiteURL']);
  assert.match(site.url, /^http:\/\/127\.0\.0\.1:\d+$/);
});

test('Index, folder redirect and missing keys answer as recorded (s3-website-index-and-directory)', async () => {
  await using account = await fakeAccount();
  await using site = await openSite(account, [
    ['index.html', 'index'],
    ['directory/index.html', 'index'],
  ]);
  const ask = async (path: string) => {
    const response = await fetch(site.url + path, { redirect: 'manual' });
    return [response.status, response.headers.get('location') ?? (await response.text())];
  };
  const missing = (key: string): RegExp =>
    new RegExp(
      `^<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist\\.</li>\n<li>Key: ${key}</li>\n<li>RequestId: [0-9A-Z]{16}</li>\n<li>HostId: [A-Za-z0-9+/]{75}=</li>\n</ul>\n<hr/>\n</body>\n</html>\n$`,
    );
  assert.deepEqual(await ask('/'), [200, 'index']);
  assert.deepEqual(await ask('/directory'), [302, '/directory/']);
  assert.deepEqual(await ask('/directory/'), [200, 'index']);
  for (const [path, key] of [
    ['/directory-wrong', 'directory-wrong'],
    ['/directory-wrong/', 'directory-wrong/index.html'],
  ] as const) {
    const [status, body] = await ask(path);
    assert.equal(status, 404);
    assert.match(String(body), missing(key));
  }
});

test('A redirect on index and error document is followed to the end as recorded (s3-website-error-document-redirect)', async () => {
  await using account = await fakeAccount();
  const to = (location: string) => ({ systemMetadata: { 'x-amz-website-redirect-location': location } });
  await using site = await openSite(
    account,
    [
      ['index.html', '', to('/another/index.html')],
      ['error.html', 'error_redirected', to('/another/error.html')],
      ['another/error.html', 'error'],
    ],
    { ErrorDocument: 'error.html' },
  );
  const response = await fetch(site.url);
  assert.deepEqual([response.status, await response.text()], [200, 'error']);
});

test('POST and DELETE are 405, and the connection stays usable (s3-website-405-body)', async () => {
  await using account = await fakeAccount();
  await using site = await openSite(account, [['index.html', 'index']]);
  for (const init of [{ method: 'POST', body: 'test' }, { method: 'DELETE' }]) {
    const response = await fetch(site.url, init);
    assert.equal(response.status, 405);
    assert.match(
      await response.text(),
      new RegExp(
        `<li>Code: MethodNotAllowed</li>\n<li>Message: The specified method is not allowed against this resource.</li>\n<li>Method: ${init.method}</li>\n<li>ResourceType: OBJECT</li>\n`,
      ),
    );
  }
  assert.equal(await (await fetch(site.url)).text(), 'index');
});

test('HEAD has the headers of GET and no body; 304 has neither body nor length', async () => {
  await using account = await fakeAccount();
  await using site = await openSite(account, [['index.html', 'index']]);
  const { host, port } = { host: '127.0.0.1', port: Number(new URL(site.url).port) };
  const raw = async (head: string): Promise<string> => {
    const socket = connect({ host, port });
    socket.end(`${head}\r\nHost: site\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  };
  const head = await raw('HEAD / HTTP/1.1');
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(head, /\r\nServer: AmazonS3\r\n/);
  assert.match(head, /\r\nContent-Length: 5\r\n/);
  assert.ok(head.endsWith('\r\n\r\n'));
  const etag = /ETag: (\S+)/.exec(head)![1]!;
  const notModified = await raw(`GET / HTTP/1.1\r\nIf-None-Match: ${etag}`);
  assert.match(notModified, /^HTTP\/1\.1 304 Not Modified\r\n/);
  assert.ok(notModified.endsWith('\r\n\r\n'));
  assert.doesNotMatch(notModified, /content-length/i);
});

test('A changed configuration is served on the same port, one that goes away closes it', async () => {
  await using account = await fakeAccount();
  await using site = await openSite(account, [
    ['index.html', 'index'],
    ['home.html', 'home'],
  ]);
  const context = (website: object) =>
    createContext(account, bucket, {
      logicalId: 'Bucket',
      properties: { BucketName: 'site', ...website, PublicAccessBlockConfiguration: {} },
    });
  const changed = await site.resource.update!(context({ WebsiteConfiguration: { IndexDocument: 'home.html' } }));
  assert.equal(changed.addresses![0]!.local, site.url);
  assert.equal(await (await fetch(site.url)).text(), 'home');
  const closed = await changed.update!(context({}));
  assert.ok(!closed.addresses?.some(({ aws }) => aws.includes('s3-website')));
  await assert.rejects(fetch(site.url));
});

test('A client that does not read its answer does not hold up the deletion', async () => {
  await using account = await fakeAccount();
  const site = await openSite(account, [['index.html', 'x'.repeat(20_000_000)]]);
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(site.url).port) });
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: site\r\n\r\n');
  await once(socket, 'readable');
  await site.resource.delete();
  socket.destroy();
});

test('Nothing listens after the bucket is deleted', async () => {
  await using account = await fakeAccount();
  const site = await openSite(account, [['index.html', 'index']]);
  await fetch(site.url);
  await site.resource.delete();
  await assert.rejects(fetch(site.url));
});
