import { matchesPattern } from './pattern.ts';

/**
 * Whether an ARN is of the form of a pattern as `ArnLike` and `ArnEquals` compare: each of the six parts between colons by itself, so
 * that a star in one of the first five does not reach across a colon (IAM-019).
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const [patternParts, parts] = [splitArn(pattern), splitArn(arn)];
  if (patternParts === undefined || parts === undefined) return false;
  return patternParts.every((part, index) => matchesPattern(part, parts[index]!));
}

function splitArn(text: string): readonly string[] | undefined {
  const parts = text.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
