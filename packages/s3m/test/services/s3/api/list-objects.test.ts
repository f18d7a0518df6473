import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as assertProperty, constantFrom, integer, property, string, uniqueArray } from 'fast-check';
import { listObjectsV2 } from '../../../../src/services/s3/api/list-objects.ts';
import { childrenOf, parseXml, textOf, type XmlElement } from '../../../../src/services/parse-xml.ts';
import { bucketWith } from '../public-bucket.ts';
import { fakeAccount } from '../../fake-account.ts';

/** Keys and prefixes in S3's order, written as plainly as can be. */
function expected(keys: readonly string[], prefix: string, delimiter: string): readonly string[] {
  const matching = keys.filter((key) => key.startsWith(prefix));
  const rolled = matching.map((key) => {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return end === -1 ? key : `(${key.slice(0, end + delimiter.length)})`;
  });
  const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(bare(one)), Buffer.from(bare(other)));
  return [...new Set(rolled)].toSorted(byBytes);
}

const bare = (text: string): string => (text.startsWith('(') ? text.slice(1, -1) : text);

test('all pages together are what there is, once and in order, whatever their size', async () => {
  await using account = await fakeAccount();
  const key = string({ unit: constantFrom('a', 'b', '/', 'é', '\uFF5E', '😀'), minLength: 1, maxLength: 6 });
  assertProperty(
    property(
      uniqueArray(key, { maxLength: 25 }),
      constantFrom('', 'a', 'a/', 'b', '😀'),
      constantFrom('', '/', 'a'),
      integer({ min: 1, max: 7 }),
      (keys, prefix, delimiter, limit) => {
        const bucket = bucketWith(keys.map((name) => [name, 'x']));
        const found: string[] = [];
        let token: string | undefined;
        for (let pages = 0; pages < 40; pages++) {
          const page = ask(bucket, {
            prefix,
            delimiter,
            'max-keys': String(limit),
            ...(token === undefined ? {} : { 'continuation-token': token }),
          });
          const own = [
            ...childrenOf(page, 'Contents').map((item) => textOf(item, 'Key')!),
            ...childrenOf(page, 'CommonPrefixes').map((item) => `(${textOf(item, 'Prefix')})`),
          ];
          assert.ok(own.length <= limit);
          assert.equal(textOf(page, 'KeyCount'), String(own.length));
          found.push(...own);
          token = textOf(page, 'NextContinuationToken');
          assert.equal(textOf(page, 'IsTruncated'), String(token !== undefined));
          if (token === undefined) break;
        }
        const sorted = found.toSorted((one, other) => Buffer.compare(Buffer.from(bare(one)), Buffer.from(bare(other))));
        assert.deepEqual(sorted, expected(keys, prefix, delimiter));
      },
    ),
  );

  function ask(bucket: ReturnType<typeof bucketWith>, parameters: Readonly<Record<string, string>>): XmlElement {
    const query = new Map(Object.entries(parameters).filter(([, value]) => value !== ''));
    const body = { bytes: Buffer.alloc(0) };
    const call = {
      account,
      method: 'GET',
      target: '/',
      headers: {},
      query,
      signer: { kind: 'anonymous' },
      body,
      bucketName: 'site',
      bucket,
    } as const;
    return parseXml(String(listObjectsV2(call).body));
  }
});
