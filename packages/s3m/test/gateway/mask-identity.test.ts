import assert from 'node:assert/strict';
import test from 'node:test';
import { createScrubber, scrubAll } from '../../src/gateway/mask-identity.ts';

const secret = 'Bearer a-secret-token';
const mask = /^Bearer \(sha256 [0-9a-f]{12}\)$/;

test('An identity is taken out of names and values, at any depth, with its scheme or without', () => {
  const scrubbed = scrubAll({ list: [{ [secret]: 1 }, 'a-secret-token'], plain: { n: null } }, createScrubber(secret)) as {
    readonly list: readonly [object, string];
    readonly plain: unknown;
  };
  assert.match(Object.keys(scrubbed.list[0])[0]!, mask);
  assert.match(scrubbed.list[1], mask);
  assert.ok(!JSON.stringify(scrubbed).includes('a-secret-token'));
  assert.deepEqual(scrubbed.plain, { n: null });
});

test('What holds nothing of the identity is not copied', () => {
  const value = { list: [1, 'two', { three: null }], policy: { Effect: 'Allow' } };
  assert.equal(scrubAll(value, createScrubber(secret)), value);
  const mixed = { policy: value.policy, token: secret };
  const scrubbed = scrubAll(mixed, createScrubber(secret));
  assert.notEqual(scrubbed, mixed);
  assert.equal(scrubbed.policy, value.policy);
  assert.equal(mixed.token, secret);
});
