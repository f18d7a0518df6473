import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { sendRaw, signedChunks, signRaw, type RawAnswer, type RawKeys, type RawRequest } from './raw-s3.ts';
import { startS3, type RunningS3 } from './running-s3.ts';

const things = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'things' } } };
const unsigned = 'UNSIGNED-PAYLOAD';
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

function keysOf({ engine }: RunningS3): RawKeys {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_SESSION_TOKEN: sessionToken = '',
  } = engine.account.developer;
  return { accessKeyId, secretAccessKey, sessionToken };
}

function send(
  s3: RunningS3,
  request: Partial<RawRequest>,
  more: {
    readonly sha256?: string;
    readonly keys?: Partial<RawKeys>;
    readonly time?: Date;
    readonly region?: string;
    readonly after?: Readonly<Record<string, string>>;
  } = {},
): Promise<RawAnswer> {
  const whole = { url: s3.url, method: 'PUT', target: '/things/k', ...request };
  const { headers } = signRaw({ ...keysOf(s3), ...more.keys }, whole, more.sha256 ?? unsigned, more);
  return sendRaw({ ...whole, headers: { ...headers, ...more.after } });
}

function errorOf({ status, body }: RawAnswer): readonly [status: number, code: string | undefined, message: string | undefined] {
  return [status, /<Code>(.*?)<\/Code>/.exec(body)?.[1], /<Message>(.*?)<\/Message>/s.exec(body)?.[1]];
}

suite('a signature', () => {
  test('that is wrong is answered with what should have been signed', async () => {
    await using s3 = await startS3(things);
    const answer = await send(s3, { method: 'GET', target: '/things/k?response-content-type=a' }, { keys: { secretAccessKey: 'wrong' } });
    const mismatch = 'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
    assert.deepEqual(errorOf(answer), [403, 'SignatureDoesNotMatch', mismatch]);
    assert.match(
      answer.body,
      /<AWSAccessKeyId>LOCALLOCALLOCALLOCAL<\/AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256\n\d{8}T\d{6}Z\n\d{8}\/us-east-1\/s3\/aws4_request\n[0-9a-f]{64}<\/StringToSign><SignatureProvided>[0-9a-f]{64}<\/SignatureProvided><StringToSignBytes>41 57 53 34 [0-9a-f ]+<\/StringToSignBytes><CanonicalRequest>GET\n\/things\/k\nresponse-content-type=a\nhost:[^<]+<\/CanonicalRequest><CanonicalRequestBytes>47 45 54 0a [0-9a-f ]+<\/CanonicalRequestBytes>/,
    );
    assert.doesNotMatch(answer.body, /wrong/);
  });

  test('of an unknown key, another token, region or time is refused in the words of S3 (IAM-043)', async () => {
    await using s3 = await startS3(things);
    const get = { method: 'GET' };
    assert.deepEqual(errorOf(await send(s3, get, { keys: { accessKeyId: 'AKIAUNKNOWNUNKNOWN00' } })), [
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    ]);
    assert.deepEqual(errorOf(await send(s3, get, { keys: { sessionToken: 'other' } })), [
      400,
      'InvalidToken',
      'The provided token is malformed or otherwise invalid.',
    ]);
    const elsewhere = await send(s3, get, { region: 'eu-west-1' });
    assert.deepEqual(errorOf(elsewhere), [
      400,
      'AuthorizationHeaderMalformed',
      "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
    ]);
    assert.match(elsewhere.body, /<Region>us-east-1<\/Region>/);
    const late = await send(s3, get, { time: new Date(Date.now() - 16 * 60_000) });
    assert.deepEqual(errorOf(late), [
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    ]);
    assert.match(late.body, /<MaxAllowedSkewMilliseconds>900000<\/MaxAllowedSkewMilliseconds>/);
  });

  test('must cover every x-amz- header, and the path as it is', async () => {
    await using s3 = await startS3(things);
    const answer = await send(s3, {}, { after: { 'x-amz-meta-added': 'later' } });
    assert.deepEqual(errorOf(answer), [403, 'AccessDenied', 'There were headers present in the request which were not signed']);
    assert.match(answer.body, /<HeadersNotSigned>x-amz-meta-added<\/HeadersNotSigned>/);
    const whole = { url: s3.url, method: 'PUT', target: '/things/a/b' };
    const { headers } = signRaw(keysOf(s3), whole, unsigned);
    assert.equal((await sendRaw({ ...whole, headers, target: '/things/a//b' })).status, 403);
    assert.equal((await sendRaw({ ...whole, headers, target: '/things/a/./b' })).status, 403);
    assert.equal((await send(s3, { target: '/things/a//../b' })).status, 200);
    assert.deepEqual(s3.engine.account.directory.find('bucket', 'things')?.keys(), ['a//../b']);
  });

  test('without a digest of the body, or with another than the body has, is refused', async () => {
    await using s3 = await startS3(things);
    const body = Buffer.from('text');
    assert.deepEqual(errorOf(await send(s3, { body }, { sha256: sha256('other') })), [
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ]);
    assert.deepEqual(errorOf(await send(s3, { body }, { after: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } })), [
      400,
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
    ]);
    assert.deepEqual(errorOf(await send(s3, { body }, { after: { 'content-md5': 'x' } })), [
      400,
      'InvalidDigest',
      'The Content-MD5 you specified was invalid.',
    ]);
    assert.equal((await send(s3, { body }, { sha256: sha256(body) })).status, 200);
    const bare = await sendRaw({
      url: s3.url,
      method: 'GET',
      target: '/things/k',
      headers: { authorization: 'AWS4-HMAC-SHA256 nonsense', 'x-amz-date': '20260101T000000Z' },
    });
    assert.deepEqual(errorOf(bare).slice(0, 2), [400, 'AuthorizationHeaderMalformed']);
    const old = await sendRaw({ url: s3.url, method: 'GET', target: '/things/k', headers: { authorization: 'AWS AKIA:c2ln' } });
    assert.equal(old.status, 400);
  });
});

suite('a body in signed chunks', () => {
  const mode = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  const chunks = [Buffer.alloc(65_536, 'a'), Buffer.alloc(9000, 'b'), Buffer.from('end')];
  const length = String(chunks.reduce((sum, chunk) => sum + chunk.length, 0));

  async function put(s3: RunningS3, change: (body: Buffer) => Buffer, trailer?: string, decoded = length): Promise<RawAnswer> {
    const headers = {
      'content-encoding': 'aws-chunked,gzip',
      'x-amz-decoded-content-length': decoded,
      ...(trailer === undefined ? {} : { 'x-amz-trailer': trailer.split(':')[0]! }),
    };
    const whole = { url: s3.url, method: 'PUT', target: '/things/k', headers };
    const signed = signRaw(keysOf(s3), whole, trailer === undefined ? mode : `${mode}-TRAILER`);
    return sendRaw({ ...whole, headers: signed.headers, body: change(signedChunks(signed, chunks, trailer)) });
  }

  test('is stored without them, and its Content-Encoding without aws-chunked', async () => {
    await using s3 = await startS3(things);
    assert.equal((await put(s3, (body) => body)).status, 200);
    const stored = s3.engine.account.directory.find('bucket', 'things')?.get('k');
    assert.deepEqual(stored?.body, Buffer.concat(chunks));
    assert.equal(stored?.systemMetadata['content-encoding'], 'gzip');
  });

  test('is refused when a byte, a signature or the end is not what was signed', async () => {
    await using s3 = await startS3(things);
    const changed = await put(s3, (body) => Buffer.from(body.toString('latin1').replace('\r\nend', '\r\nEnd'), 'latin1'));
    assert.deepEqual(errorOf(changed).slice(0, 2), [403, 'SignatureDoesNotMatch']);
    const short = await put(s3, (body) => body.subarray(0, -100));
    assert.deepEqual(errorOf(short), [400, 'IncompleteBody', 'The request body terminated unexpectedly']);
    const fewer = await put(s3, (body) => body, undefined, String(Number(length) + 1));
    assert.deepEqual(errorOf(fewer), [400, 'IncompleteBody', 'The request body terminated unexpectedly']);
    const nonsense = await put(s3, () => Buffer.from('nonsense\r\n'));
    assert.deepEqual(errorOf(nonsense).slice(0, 2), [400, 'IncompleteBody']);
    const more = await put(s3, (body) => Buffer.concat([body, Buffer.from('more')]));
    assert.deepEqual(errorOf(more).slice(0, 2), [400, 'IncompleteBody']);
    assert.equal(s3.engine.account.directory.find('bucket', 'things')?.get('k'), undefined);
  });

  test('may have a checksum behind it, which must be signed and right', async () => {
    await using s3 = await startS3(things);
    const right = 'x-amz-checksum-sha256:' + createHash('sha256').update(Buffer.concat(chunks)).digest('base64');
    const good = await put(s3, (body) => body, right);
    assert.deepEqual([good.status, good.headers['x-amz-checksum-sha256']], [200, right.split(':')[1]]);
    const wrong = await put(s3, (body) => body, `x-amz-checksum-sha256:${Buffer.alloc(32).toString('base64')}`);
    assert.deepEqual(errorOf(wrong), [400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.']);
    const unsignedTrailer = await put(
      s3,
      (body) => Buffer.from(body.toString('latin1').replace(/x-amz-trailer-signature:.*\r\n/, ''), 'latin1'),
      right,
    );
    assert.deepEqual(errorOf(unsignedTrailer).slice(0, 2), [403, 'SignatureDoesNotMatch']);
  });
});

suite('a request', () => {
  test('may name its bucket in the host, as clients make it of the endpoint', async () => {
    await using s3 = await startS3(things);
    const { port } = new URL(s3.url);
    for (const host of [
      'things.s3.us-east-1.amazonaws.com',
      'things.s3.amazonaws.com',
      'things.s3-us-east-1.amazonaws.com',
      'things.s3.dualstack.us-east-1.amazonaws.com',
      `things.localhost:${port}`,
      `things.s3.localhost:${port}`,
      `things.s3.us-east-1.localhost:${port}`,
    ]) {
      const target = `/${host.length}`;
      assert.equal((await send(s3, { host, target, body: Buffer.from(host) })).status, 200, host);
      assert.equal((await send(s3, { method: 'GET', host: 's3.us-east-1.amazonaws.com', target: `/things${target}` })).body, host);
    }
    const foreign = await send(s3, { host: 'things.s3.example.com' });
    assert.equal(foreign.status, 403);
  });

  test('that is too large, too long or not encoded is refused before it is read', async () => {
    await using s3 = await startS3(things);
    const length = String(5 * 1024 ** 3 + 1);
    const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': length, 'x-amz-trailer': 'x-amz-checksum-crc32' };
    const large = await send(s3, { headers }, { sha256: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' });
    assert.deepEqual(errorOf(large), [400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size']);
    assert.match(large.body, /<ProposedSize>5368709121<\/ProposedSize><MaxSizeAllowed>5368709120<\/MaxSizeAllowed>/);
    const key = await send(s3, { target: `/things/${'k'.repeat(1025)}` });
    assert.deepEqual(errorOf(key), [400, 'KeyTooLongError', 'Your key is too long']);
    const encoded = await sendRaw({ url: s3.url, method: 'GET', target: '/things/%zz', host: 'things.s3.amazonaws.com' });
    assert.deepEqual(errorOf(encoded).slice(0, 2), [400, 'InvalidURI']);
  });

  test('with XML that is none, or has a document type, is malformed', async () => {
    await using s3 = await startS3(things);
    for (const xml of [
      '<Tagging>',
      '<!DOCTYPE a [<!ENTITY x "y">]><Tagging><TagSet/></Tagging>',
      '<Other/>',
      '<Tagging><TagSet>&x;</TagSet></Tagging>',
      '<'.repeat(100),
    ]) {
      const answer = await send(s3, { target: '/things?tagging=', body: Buffer.from(xml) });
      assert.deepEqual(errorOf(answer).slice(0, 2), [400, 'MalformedXML'], xml);
    }
    const none = await send(s3, { target: '/things?tagging=' });
    assert.deepEqual(errorOf(none), [400, 'MissingRequestBodyError', 'Request Body is empty']);
  });

  test('is answered with the very documents of S3', async () => {
    await using s3 = await startS3(things);
    await send(s3, { target: '/things/a%20b%26', body: Buffer.from('x') });
    const list = await send(s3, { method: 'GET', target: '/things?list-type=2&prefix=a' });
    assert.equal(
      list.body.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z/, 'TIME'),
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>things</Name><Prefix>a</Prefix><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>a b&amp;</Key><LastModified>TIME</LastModified><ETag>&quot;9dd4e461268c8034f5c8564e155c67a6&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>',
    );
    const location = await send(s3, { method: 'GET', target: '/things?location=' });
    assert.equal(
      location.body,
      '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>',
    );
    assert.match(String(location.headers['x-amz-request-id']), /^[0-9A-Z]{16}$/);
    const head = await send(s3, { method: 'HEAD', target: '/things/none' });
    assert.deepEqual([head.status, head.body], [404, '']);
    const patch = await send(s3, { method: 'PATCH' });
    assert.deepEqual(errorOf(patch), [405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.']);
  });
});
