import type { LifecycleRule } from './lifecycle-policy.ts';

/** What a rule looks at. */
export interface AgedImage {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Milliseconds since the epoch. */
  readonly pushedAt: number;
  /** An image index names it: such an image can't expire before the index has. */
  readonly referenced: boolean;
}

/**
 * Digests that a policy expires at `now` (ECR-019). Rules are taken by priority; an image that fits a rule's tags can't be expired by a later
 * one, but still counts for it (ECR User Guide, "Lifecycle policy evaluation rules").
 */
export function expiredImages(rules: readonly LifecycleRule[], images: readonly AgedImage[], now: number): readonly string[] {
  const expired = new Set<string>();
  const seen = new Set<string>();
  for (const rule of rules) {
    const selected = images.filter((image) => isSelected(rule, image));
    for (const { digest, referenced } of dueImages(rule, selected, now)) if (!referenced && !seen.has(digest)) expired.add(digest);
    for (const { digest } of selected) seen.add(digest);
  }
  return [...expired];
}

function isSelected({ status, tagPatterns }: LifecycleRule, { tags }: AgedImage): boolean {
  if (status === 'any') return true;
  if (status === 'untagged') return tags.length === 0;
  return tagPatterns.every((pattern) => tags.some((tag) => matches(pattern, tag)));
}

function dueImages({ count }: LifecycleRule, images: readonly AgedImage[], now: number): readonly AgedImage[] {
  if (count.kind === 'older-than') return images.filter(({ pushedAt }) => now - pushedAt > count.milliseconds);
  return images.toSorted((one, other) => other.pushedAt - one.pushedAt).slice(count.images);
}

function matches(pattern: string, tag: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(tag);
}
