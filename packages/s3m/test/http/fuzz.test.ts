import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fuzzAnswers, fuzzRequests } from './fuzz-rounds.ts';

// A longer run with other seeds: npm run fuzz -- --seed N --rounds N
suite('mutated messages', () => {
  test('10,000 sequences of requests are read as the reference reads them, however they are cut, and Node reads none differently', async () => {
    const tally = await fuzzRequests(7, 10_000);
    // The mutations reach all three ends often enough to mean something.
    assert.ok(Math.min(tally.accepted, tally.refused, tally.incomplete) > 100, JSON.stringify(tally));
  });

  test('10,000 answers are read the same however they are cut, and Node reads none differently', async () => {
    const tally = await fuzzAnswers(11, 10_000);
    assert.ok(tally.accepted > 1000, JSON.stringify(tally));
  });
});
