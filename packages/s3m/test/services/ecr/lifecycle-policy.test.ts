import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expiredImages, type AgedImage } from '../../../src/services/ecr/images/expired-images.ts';
import { LifecyclePolicyProblem, parseLifecyclePolicy } from '../../../src/services/ecr/images/lifecycle-policy.ts';

const day = 86_400_000;
const expire = { type: 'expire' };
const policy = (...rules: readonly object[]): string =>
  JSON.stringify({ rules: rules.map((selection, index) => ({ rulePriority: index + 1, selection, action: expire })) });
/** An image that was pushed `age` days ago. */
const image = (digest: string, age: number, tags: readonly string[] = [], referenced = false): AgedImage => ({
  digest,
  tags,
  pushedAt: -age * day,
  referenced,
});
const expired = (text: string, images: readonly AgedImage[]): readonly string[] => expiredImages(parseLifecyclePolicy(text), images, 0);

describe('a lifecycle policy (ECR-019)', () => {
  it('lets untagged images expire by age', () => {
    const text = policy({ tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 });
    assert.deepEqual(expired(text, [image('young', 13), image('old', 15), image('tagged', 15, ['v1'])]), ['old']);
  });

  it('keeps the newest images of a prefix', () => {
    const text = policy({ tagStatus: 'tagged', tagPrefixList: ['prod'], countType: 'imageCountMoreThan', countNumber: 1 });
    assert.deepEqual(expired(text, [image('a', 3, ['prod-1']), image('b', 2, ['prod-2']), image('c', 9, ['test'])]), ['a']);
  });

  it('wants all patterns of a rule to fit', () => {
    const text = policy({
      tagStatus: 'tagged',
      tagPatternList: ['prod*', '*-old'],
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: 1,
    });
    assert.deepEqual(expired(text, [image('both', 2, ['prod1', 'x-old']), image('one', 2, ['prod1'])]), ['both']);
  });

  it('lets no later rule take what an earlier one has looked at, but counts it', () => {
    const text = policy(
      { tagStatus: 'tagged', tagPrefixList: ['prod'], countType: 'imageCountMoreThan', countNumber: 5 },
      { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
    );
    assert.deepEqual(expired(text, [image('prod', 9, ['prod']), image('new', 1), image('old', 2)]), ['old']);
    assert.deepEqual(expired(text, [image('prod', 0, ['prod']), image('new', 1), image('old', 2)]), ['new', 'old']);
  });

  it('keeps what an image index names', () => {
    const text = policy({ tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 });
    assert.deepEqual(expired(text, [image('a', 1), image('b', 2, [], true), image('c', 3)]), ['c']);
  });

  const bad = [
    ['what is no JSON', '{', /not JSON/],
    ['no rules', '{"rules":[]}', /at least one rule/],
    [
      'two rules of one priority',
      JSON.stringify({
        rules: [1, 1].map((rulePriority) => ({
          rulePriority,
          action: expire,
          selection: { tagStatus: 'tagged', tagPrefixList: ['a'], countType: 'imageCountMoreThan', countNumber: 1 },
        })),
      }),
      /priority|rulePriority/,
    ],
    [
      'two rules for untagged images',
      policy(...[1, 2].map(() => ({ tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 }))),
      /only one rule/,
    ],
    [
      'a rule for any image that is not the last',
      policy(
        { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
        { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
      ),
      /highest rulePriority/,
    ],
    ['tagged without a prefix', policy({ tagStatus: 'tagged', countType: 'imageCountMoreThan', countNumber: 1 }), /tagPrefixList/],
    [
      'a prefix for untagged',
      policy({ tagStatus: 'untagged', tagPrefixList: ['a'], countType: 'imageCountMoreThan', countNumber: 1 }),
      /tagPrefixList/,
    ],
    ['an age without a unit', policy({ tagStatus: 'any', countType: 'sinceImagePushed', countNumber: 1 }), /countUnit/],
    ['a unit for a count', policy({ tagStatus: 'any', countType: 'imageCountMoreThan', countUnit: 'days', countNumber: 1 }), /countUnit/],
    ['no number', policy({ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 0 }), /countNumber/],
    ['another action', '{"rules":[{"rulePriority":1,"selection":{},"action":{"type":"keep"}}]}', /action/],
  ] as const;
  for (const [what, text, message] of bad) {
    it(`is refused with ${what}`, () => {
      assert.throws(
        () => parseLifecyclePolicy(text),
        (error) => error instanceof LifecyclePolicyProblem && message.test(error.message),
      );
    });
  }
});
