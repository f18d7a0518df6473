/** ECR-015 */
export const mutabilities = ['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'] as const;

/** Which tags can be moved to another image. */
export interface TagMutability {
  readonly kind: (typeof mutabilities)[number];
  /** Patterns with `*` of the tags for which the opposite holds. */
  readonly exclusions: readonly string[];
}

/** What is wrong with it, in words; undefined when nothing is (ECR API Reference, ImageTagMutabilityExclusionFilter). */
export function findMutabilityProblem({ kind, exclusions }: TagMutability): string | undefined {
  const excludes = kind.endsWith('_WITH_EXCLUSION');
  if (excludes !== exclusions.length > 0) {
    return excludes
      ? `imageTagMutabilityExclusionFilters must be given when imageTagMutability is ${kind}`
      : `imageTagMutabilityExclusionFilters can't be given when imageTagMutability is ${kind}`;
  }
  if (exclusions.length > 5) return 'there may be at most 5 imageTagMutabilityExclusionFilters';
  const bad = exclusions.find((filter) => !/^[0-9A-Za-z._*-]{1,128}$/.test(filter) || filter.split('*').length > 3);
  return bad === undefined ? undefined : `the filter "${bad}" must have 1 to 128 letters, digits, . _ - and at most two *`;
}

/** Whether a tag, once there, stays with its image (ECR-014, ECR-015). */
export function isImmutable({ kind, exclusions }: TagMutability, tag: string): boolean {
  const excluded = kind.endsWith('_WITH_EXCLUSION') && exclusions.some((filter) => matches(filter, tag));
  return kind.startsWith('IMMUTABLE') !== excluded;
}

function matches(filter: string, tag: string): boolean {
  const pattern = filter.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${pattern.join('.*')}$`).test(tag);
}
