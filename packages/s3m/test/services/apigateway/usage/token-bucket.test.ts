import assert from 'node:assert/strict';
import test from 'node:test';
import { Quota, type QuotaDefinition } from '../../../../src/services/apigateway/usage/quota.ts';
import { TokenBucket } from '../../../../src/gateway/token-bucket.ts';

/** How many can be taken at once. */
function takeAll(bucket: TokenBucket, now: number): number {
  let count = 0;
  while (bucket.take(now)) count++;
  return count;
}

test('A bucket begins full, holds no more than its burst, and fills at its rate (AG-418)', () => {
  const bucket = new TokenBucket({ rate: 10, burst: 3 }, 0);
  assert.equal(takeAll(bucket, 0), 3);
  assert.equal(takeAll(bucket, 99), 0);
  assert.equal(takeAll(bucket, 100), 1);
  assert.equal(takeAll(bucket, 250), 1);
  assert.equal(takeAll(bucket, 300), 1);
  assert.equal(takeAll(bucket, 100_000), 3);
});

test('Small steps add up to whole tokens, also at fractional rates', () => {
  const bucket = new TokenBucket({ rate: 0.7, burst: 1 }, 0);
  bucket.take(0);
  let taken = 0;
  for (let now = 1; now <= 100_000; now++) if (bucket.take(now)) taken++;
  assert.equal(taken, 69);
  const thirds = new TokenBucket({ rate: 3, burst: 5000 }, 0);
  takeAll(thirds, 0);
  for (let now = 1; now < 1000; now++) thirds.take(now);
  assert.equal(takeAll(thirds, 1000), 1);
});

test('A rate or a burst of 0 lets nothing through (AG-428)', () => {
  assert.equal(takeAll(new TokenBucket({ rate: 0, burst: 10 }, 0), 1000), 0);
  assert.equal(takeAll(new TokenBucket({ rate: 10, burst: 0 }, 0), 1000), 0);
});

test('Another limit acts at once; tokens that are there stay as far as they fit', () => {
  const bucket = new TokenBucket({ rate: 1, burst: 10 }, 0);
  bucket.change({ rate: 1, burst: 4 }, 0);
  assert.equal(takeAll(bucket, 0), 4);
  bucket.change({ rate: 100, burst: 50 }, 0);
  assert.equal(takeAll(bucket, 100), 10);
});

const day = 86_400_000;

/** When a quota of one a period gives again, in order, asked each hour. */
function days(definition: QuotaDefinition, from: string, count: number): string[] {
  const quota = new Quota(definition);
  const dates: string[] = [];
  for (let now = Date.parse(from); dates.length < count; now += day / 24) {
    if (quota.take(now)) dates.push(new Date(now).toISOString().slice(0, 13));
  }
  return dates;
}

test('A quota begins anew each day at midnight, UTC (AG-421)', () => {
  assert.deepEqual(days({ limit: 1, period: 'DAY', offset: 0 }, '2026-02-27T22:00:00Z', 3), [
    '2026-02-27T22',
    '2026-02-28T00',
    '2026-03-01T00',
  ]);
});

test('A week begins on Sunday, or as many days later as the offset says', () => {
  assert.deepEqual(days({ limit: 1, period: 'WEEK', offset: 0 }, '2026-11-25T10:00:00Z', 3), [
    '2026-11-25T10',
    '2026-11-29T00',
    '2026-12-06T00',
  ]);
  assert.deepEqual(days({ limit: 1, period: 'WEEK', offset: 1 }, '2026-11-29T10:00:00Z', 2), ['2026-11-29T10', '2026-11-30T00']);
});

test('A month begins on the first, or as many days later as the offset says', () => {
  assert.deepEqual(days({ limit: 1, period: 'MONTH', offset: 0 }, '2026-12-30T10:00:00Z', 3), [
    '2026-12-30T10',
    '2027-01-01T00',
    '2027-02-01T00',
  ]);
  assert.deepEqual(days({ limit: 1, period: 'MONTH', offset: 27 }, '2026-01-20T10:00:00Z', 3), [
    '2026-01-20T10',
    '2026-01-28T00',
    '2026-02-28T00',
  ]);
});

test('Exactly as many as the limit are let through', () => {
  const quota = new Quota({ limit: 3, period: 'DAY', offset: 0 });
  assert.deepEqual(
    [1, 2, 3, 4].map((now) => quota.take(now)),
    [true, true, true, false],
  );
});
