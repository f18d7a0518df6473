import assert from 'node:assert/strict';
import test from 'node:test';
import { array, assert as check, asyncProperty, string, tuple } from 'fast-check';
import { readClaim } from '../../src/signature/read-claim.ts';
import { SignatureProblem, unrecognizedClient } from '../../src/signature/signature-problem.ts';
import { checkClaim, verifySignature } from '../../src/signature/verify-signature.ts';
import { key, presign, signHeaders, type ToSign } from './official-signer.ts';

const now = 1_700_000_000_000;
const host = '127.0.0.1:3000';

interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body?: string;
  readonly at?: number;
}

/** `code: message`, or `key of NAME`. */
function verify({ method = 'GET', target, headers, body = '', at = now }: Sent, credentials = key): string {
  try {
    const claim = readClaim({ target, headers });
    const accessKeyId = checkClaim(claim, { region: 'us-east-1', service: 'execute-api', now: at });
    if (accessKeyId !== credentials.accessKeyId) throw unrecognizedClient();
    verifySignature({ method, target, headers }, claim, credentials, Buffer.from(body), at);
    return `key of ${accessKeyId}`;
  } catch (error) {
    if (error instanceof SignatureProblem) return `${error.code}: ${error.message}`;
    throw error;
  }
}

async function sign(request: Partial<ToSign> = {}): Promise<Sent> {
  const { method = 'GET', target = '/prod/pets', body } = request;
  const headers = await signHeaders({ host, ...request, target });
  return { method, target, headers: Object.entries(headers).flat(), ...(body === undefined ? {} : { body }) };
}

const good = `key of ${key.accessKeyId}`;

test("What AWS's own signer signs is right: paths, queries, headers and bodies of any kind", async () => {
  for (const request of [
    {},
    { target: '/' },
    { target: '/prod/a%20b/%2F/%E2%82%AC/~x!*()' },
    { target: '/prod//double/./dots/../up/' },
    { target: '/prod/pets?b=2&a=1&a=0&empty=&c=x%20y%2Bz%26&%C3%A9=%27()*!' },
    { method: 'POST', body: '{"a": "ü"}', headers: { 'content-type': 'application/json', 'x-custom': '  a   b  ' } },
  ]) {
    assert.equal(verify(await sign(request)), good, JSON.stringify(request));
  }
});

test('Whatever is signed and sent unchanged verifies; a change of any signed part does not', async () => {
  const segment = string({ unit: 'grapheme', maxLength: 8 }).map((text) => encodeURIComponent(text.toWellFormed()));
  await check(
    asyncProperty(
      array(segment, { maxLength: 4 }),
      array(tuple(segment, segment), { maxLength: 4 }),
      string({ maxLength: 20 }),
      async (segments, pairs, body) => {
        const query = pairs.map(([name, value]) => `${name === '' ? 'n' : name}=${value}`).join('&');
        const target = `/${segments.join('/')}${query === '' ? '' : `?${query}`}`;
        const sent = await sign({ method: 'POST', target, body });
        assert.equal(verify(sent), good);
        for (const changed of [
          { ...sent, method: 'PUT' },
          { ...sent, target: target.includes('?') ? `${target}&x=1` : `${target}?x=1` },
          { ...sent, target: `/x${target}` },
          { ...sent, body: `${body}x` },
        ]) {
          assert.match(verify(changed), /^InvalidSignature: The request signature we calculated/);
        }
      },
    ),
    { seed: 1, numRuns: 100 },
  );
});

test('A signature is good for five minutes either way', async () => {
  const sent = await sign();
  const at = (offset: number): string => verify({ ...sent, at: now + offset * 1000 });
  assert.equal(at(300), good);
  assert.equal(
    at(301),
    'InvalidSignature: Signature expired: 20231114T221320Z is now earlier than 20231114T221321Z (20231114T221821Z - 5 min.)',
  );
  assert.equal(at(-300), good);
  assert.equal(
    at(-301),
    'InvalidSignature: Signature not yet current: 20231114T221320Z is still later than 20231114T221319Z (20231114T220819Z + 5 min.)',
  );
});

test('A presigned request is good as long as it says', async () => {
  const target = await presign({ host, target: '/prod/pets?a=1' }, 60);
  const at = (offset: number, changed = target): string => verify({ target: changed, headers: ['Host', host], at: now + offset * 1000 });
  assert.equal(at(0), good);
  assert.equal(at(60), good);
  assert.match(at(61), /^InvalidSignature: Signature expired: /);
  assert.match(at(0, target.replace('a=1', 'a=2')), /^InvalidSignature: The request signature/);
  assert.match(at(0, target.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')), /^InvalidSignature: The request signature/);
  assert.match(at(0, target.replace('X-Amz-Expires=60', 'X-Amz-Expires=999999')), /^IncompleteSignature: X-Amz-Expires/);
  assert.match(
    at(0, `${target}&X-Amz-Date=20231114T221320Z`),
    /^IncompleteSignature: AWS query-string parameters must include 'X-Amz-Date'/,
  );
  assert.match(
    at(0, '/prod/pets?X-Amz-Algorithm=AWS4-HMAC-SHA256'),
    /^IncompleteSignature: AWS query-string parameters must include 'X-Amz-Credential'\. .*'X-Amz-Date'\. Re-examine the query-string parameters\.$/,
  );
  const { headers } = await sign();
  assert.match(verify({ target, headers }), /^InvalidSignature: Found both 'X-Amz-Algorithm' as a query-string param/);
});

test('A foreign key, another secret, and another or no session token are refused (IAM-043)', async () => {
  const unrecognized = 'UnrecognizedClient: The security token included in the request is invalid.';
  assert.equal(verify(await sign({ credentials: { ...key, accessKeyId: 'AKIAOTHER' } })), unrecognized);
  assert.match(verify(await sign({ credentials: { ...key, secretAccessKey: 'guess' } })), /^InvalidSignature: The request signature/);
  assert.equal(verify(await sign({ credentials: { ...key, sessionToken: 'other' } })), unrecognized);
  const { accessKeyId, secretAccessKey } = key;
  assert.equal(verify(await sign({ credentials: { accessKeyId, secretAccessKey } })), unrecognized);
});

test('Credentials that have run out are refused (AG-368)', async () => {
  const problem = verify(await sign(), { ...key, expiresAt: now } as typeof key);
  assert.equal(problem, 'ExpiredToken: The security token included in the request is expired');
});

test('A wrong scope is told piece by piece', async () => {
  assert.equal(
    verify(await sign({ region: 'eu-west-1', service: 'lambda' })),
    "InvalidSignature: Credential should be scoped to a valid region. Credential should be scoped to correct service: 'execute-api'. ",
  );
  const edit = async (from: string | RegExp, to: string): Promise<string> => {
    const sent = await sign();
    return verify({ ...sent, headers: sent.headers.map((text) => text.replace(from, to)) });
  };
  assert.match(
    await edit('/aws4_request', '/aws5'),
    /^InvalidSignature: Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'/,
  );
  assert.match(
    await edit('/20231114/', '/20231113/'),
    /^InvalidSignature: Date in Credential scope does not match YYYYMMDD .*'20231113' != '20231114'/,
  );
  assert.match(await edit('/aws4_request', ''), /^IncompleteSignature: Credential must have exactly 5 slash-delimited elements/);
  assert.match(await edit('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'), /^IncompleteSignature: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'/);
  assert.match(await edit('SignedHeaders=host;', 'SignedHeaders='), /^InvalidSignature: 'Host' or ':authority' must be a 'SignedHeader'/);
  assert.match(await edit('20231114T221320Z', 'today'), /^IncompleteSignature: Date must be in ISO-8601 'basic format'\. Got 'today'/);
  assert.match(
    await edit(/Signature=[0-9a-f]+/, 'Signature='),
    /^IncompleteSignature: Authorization header requires 'Signature' parameter\. \(Hashed/,
  );
});

test('A mismatch shows what should have been signed, as AWS does (AG-372)', async () => {
  const sent = await sign({ target: '/prod/pets?b=1' });
  assert.equal(
    verify({ ...sent, method: 'DELETE' }),
    [
      'InvalidSignature: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      '',
      'The Canonical String for this request should have been',
      "'DELETE",
      '/prod/pets',
      'b=1',
      'host:127.0.0.1:3000',
      `x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`,
      'x-amz-date:20231114T221320Z',
      'x-amz-security-token:a-session-token',
      '',
      'host;x-amz-content-sha256;x-amz-date;x-amz-security-token',
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
      '',
      'The String-to-Sign should have been',
      "'AWS4-HMAC-SHA256",
      '20231114T221320Z',
      '20231114/us-east-1/execute-api/aws4_request',
      `${verify({ ...sent, method: 'DELETE' })
        .split('\n')
        .at(-2)!
        .slice(0, 64)}'`,
      '',
    ].join('\n'),
  );
});

test('No signature, and two, count as none', async () => {
  assert.equal(verify({ target: '/', headers: ['Host', host] }), 'MissingAuthenticationToken: Missing Authentication Token');
  assert.equal(
    verify({ target: '/', headers: ['X-Amz-Date', 'x', 'X-Other', 'Authorization', 'Authorization', ''] }).split(':')[0],
    'MissingAuthenticationToken',
  );
  const sent = await sign();
  const authorization = sent.headers[sent.headers.findIndex((text) => text === 'authorization') + 1]!;
  assert.match(
    verify({ ...sent, headers: [...sent.headers, 'Authorization', authorization] }),
    /^IncompleteSignature: There is more than one/,
  );
});
