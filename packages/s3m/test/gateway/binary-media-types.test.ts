import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeBase64 } from '../../src/gateway/base64-body.ts';
import { compileBinaryMediaTypes, firstMediaType } from '../../src/gateway/binary-media-types.ts';

test('A type matches itself, `type/*` all that begin so, `*/*` everything, `*/x` nothing (AG-439, AG-440, AG-911)', () => {
  const isBinary = compileBinaryMediaTypes(['image/png', 'application/*', '*/test']);
  for (const type of ['image/png', 'application/whatever', 'application/*']) assert.equal(isBinary(type), true, type);
  for (const type of ['image/jpg', 'image/*', '*/test', 'random/test', '*/*', 'application', undefined])
    assert.equal(isBinary(type), false, String(type));
  assert.equal(compileBinaryMediaTypes(['*/*'])(undefined), true);
  assert.equal(compileBinaryMediaTypes([])('image/png'), false);
});

test('The first media type counts, without parameters (AG-911)', () => {
  assert.equal(firstMediaType('image/PNG;q=0.8, text/html'), 'image/png');
  assert.equal(firstMediaType('image/webp,image/png'), 'image/webp');
  assert.equal(firstMediaType(' '), undefined);
  assert.equal(firstMediaType(undefined), undefined);
});

test('Base64 is decoded with or without padding, and nothing else is (AG-296)', () => {
  assert.equal(decodeBase64('YWI=')?.toString(), 'ab');
  assert.equal(decodeBase64('YWI')?.toString(), 'ab');
  assert.equal(decodeBase64('')?.length, 0);
  for (const text of ['a', 'YW=I', 'YWI==', 'Y W', 'YWJj\n', '-_-_']) assert.equal(decodeBase64(text), undefined, text);
});
