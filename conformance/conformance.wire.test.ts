import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { readExpectations } from './expectations.ts';
import { loadCases } from './load-cases.ts';
import { openLocalTarget } from './local-target.ts';
import { runCase } from './run-case.ts';

const cases = loadCases();
const expectations = readExpectations();
const target = await openLocalTarget();
after(() => target[Symbol.asyncDispose]());

describe('what AWS answers', { concurrency: 4 }, () => {
  for (const one of cases) {
    const expected = expectations[one.id];
    const facts = one.facts.length === 0 ? '' : ` (${one.facts.join(', ')})`;
    test(`${one.id}${facts} ${expected === undefined ? 'is answered here' : `is not answered here yet: ${expected.cause}`}`, async () => {
      const outcome = await runCase(one, target);
      if (expected === undefined) assert.deepEqual(outcome, { kind: 'passed' });
      else assert.equal(outcome.kind, 'failed', `${one.id} passes: take it out of conformance/expectations.json`);
    });
  }
});

test('what is expected not to pass is a case, and says why', () => {
  for (const [id, { cause, kind }] of Object.entries(expectations)) {
    assert.ok(
      cases.some((one) => one.id === id),
      `expectations.json names ${id}, which is no case`,
    );
    assert.ok(['not-yet', 'contradiction', 'recording-mistake'].includes(kind) && cause !== '', `${id} gives no cause`);
  }
});
