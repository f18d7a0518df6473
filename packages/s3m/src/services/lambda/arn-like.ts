/**
 * Whether `arn` matches `pattern` as the ArnLike and ArnEquals conditions do (IAM-019): each of the six parts by itself,
 * `*` any run of characters and `?` one, so that a `*` does not reach over a colon in the first five parts.
 */
export function isArnLike(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const given = arnParts(arn);
  return given.length === 6 && wanted.length === 6 && wanted.every((part, index) => matches(part, given[index]!));
}

/** The sixth part keeps its colons. */
function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
