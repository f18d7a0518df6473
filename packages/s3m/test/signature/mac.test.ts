import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createMac } from '../../src/signature/mac.ts';

test('a code is the HMAC of the text, for any key of up to 64 bytes and text of any length, one after the other', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ minLength: 160, maxLength: 600 })), { maxLength: 5 }),
      (key, texts) => {
        const mac = createMac(key);
        for (const text of texts) assert.equal(mac(text), createHmac('sha256', key).update(text).digest('hex'));
      },
    ),
  );
});
