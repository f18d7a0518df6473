import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reach } from '../../src/engine/explain-reach.ts';
import { groupReaches } from '../../src/cli/reach-groups.ts';

function reach(from: string, to: string, more: Partial<Reach> = {}): Reach {
  return {
    from,
    to,
    port: 8080,
    allowed: true,
    rule: `egress rule of sg-1 lets ${from} out; ingress rule of sg-2 lets it in to ${to}`,
    ...more,
  };
}

const node = (host: number): string => `NLB node of Nlb (10.0.${host}.4)`;
const task = (id: string, host: number): string => `task Weather/${id} (10.0.1.${host})`;

test('equal answers are one: twenty tasks behind two nodes', () => {
  const tasks = Array.from({ length: 20 }, (_, index) => task(`aaaa${index}`, index + 10));
  const [group, ...others] = groupReaches([1, 2].flatMap((host) => tasks.map((each) => reach(node(host), each, { listens: 'yes' }))));
  assert.deepEqual(others, []);
  assert.equal(group?.from, 'NLB nodes of Nlb (2)');
  assert.equal(group.to, 'tasks of service Weather (20)');
  assert.equal(group.ways, 40);
  assert.equal(group.answer.rule, 'egress rule of sg-1 lets NLB node of Nlb out; ingress rule of sg-2 lets it in to task Weather');
});

test('an answer that differs stands alone, with its full names', () => {
  const groups = groupReaches([
    reach(node(1), task('a1', 10)),
    reach(node(1), task('a2', 11)),
    reach(node(1), task('a3', 12), { listens: 'no' }),
    reach(node(1), task('a4', 13), { allowed: false, rule: 'no ingress rule' }),
  ]);
  assert.deepEqual(
    groups.map(({ from, to, ways }) => [from, to, ways]),
    [
      [node(1), 'tasks of service Weather (2)', 2],
      [node(1), task('a3', 12), 1],
      [node(1), task('a4', 13), 1],
    ],
  );
  assert.equal(groups[2]?.answer.rule, 'no ingress rule');
});
