import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExpectations } from './expectations.ts';
import { loadCases } from './load-cases.ts';
import { testCases } from './test-cases.ts';

const cases = loadCases();

await testCases(
  'what AWS was recorded to answer',
  cases.filter(({ file }) => file === 'aws-cases'),
);

test('what is expected not to pass is a case, and says why', () => {
  for (const [id, { cause, kind }] of Object.entries(readExpectations())) {
    assert.ok(
      cases.some((one) => one.id === id),
      `expectations.json names ${id}, which is no case`,
    );
    assert.ok(['not-yet', 'contradiction', 'recording-mistake'].includes(kind) && cause !== '', `${id} gives no cause`);
  }
});
