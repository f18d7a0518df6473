import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allSplits, readRequests } from './read-requests.ts';
import { attacks } from './smuggling-attacks.ts';

for (const [name, table] of Object.entries(attacks)) {
  suite(name, () => {
    for (const [what, bytes, outcome] of table) {
      test(`${what}: ${typeof outcome === 'number' ? `refused with ${outcome}, nothing after it is read` : 'read in the only way'}`, () => {
        const raw = Buffer.from(bytes, 'latin1');
        const whole = readRequests([raw]);
        if (typeof outcome === 'number') {
          assert.equal(whole.refused, outcome, whole.why ?? '');
          assert.deepEqual(whole.requests, []);
        } else {
          assert.equal(whole.refused, undefined, whole.why ?? '');
          assert.deepEqual(
            whole.requests.map(({ head, body }) => [head.target, body]),
            outcome,
          );
        }
        for (const pieces of allSplits(raw)) assert.deepEqual(readRequests(pieces), whole);
      });
    }
  });
}
