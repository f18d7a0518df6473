import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { readExpectations } from './expectations.ts';
import type { LoadedCase } from './load-cases.ts';
import { openLocalTarget } from './local-target.ts';
import { runCase } from './run-case.ts';

/** Cases that run side by side. */
const atOnce = 3;

/** Makes a test of each case: it passes, or is expected not to (and then must not). */
export async function testCases(title: string, cases: readonly LoadedCase[]): Promise<void> {
  const expectations = readExpectations();
  const target = await openLocalTarget();
  after(() => target[Symbol.asyncDispose]());
  describe(title, { concurrency: atOnce, timeout: 600_000 }, () => {
    for (const one of cases) {
      const expected = expectations[one.id];
      const facts = one.facts.length === 0 ? '' : ` (${one.facts.join(', ')})`;
      const says = expected === undefined ? 'is answered here' : `is not answered here yet: ${expected.cause}`;
      test(`${one.id}${facts} ${says}`, { timeout: 60_000 }, async () => {
        const outcome = await runCase(one, target);
        if (expected === undefined) assert.deepEqual(outcome, { kind: 'passed' });
        else assert.equal(outcome.kind, 'failed', `${one.id} passes: take it out of conformance/expectations.json`);
      });
    }
  });
}
